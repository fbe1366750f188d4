#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "dataset/manifest_reader.h"
#include "dataset/output_files.h"
#include "dataset/tree_jobs.h"
#include "deliver/disk.h"
#include "deliver/file_lock.h"
#include "deliver/file_series.h"
#include "engine/routes.h"
#include "engine/stream_point.h"

namespace busyhour::internal {

/// The output of a run: the destination of each log, and the manifest.
class Dataset {
 public:
  struct Options {
    bool force = false;   ///< replace existing files
    bool resume = false;  ///< continue an earlier run
    bool syncs = true;    ///< see `FileRules`
    /// Of the resources, for the names of blobs.
    std::vector<BlobOwners> owners = {BlobOwners{}};
    /// The periods of the blobs of each stream, by the routes of the files.
    /// Called if another job in the directory has blobs of the same streams.
    std::function<TreeJobs::Periods(const Routes&)> blob_periods = {};
  };

  /// Throws `InputError` if `out` cannot be used: it would overwrite files,
  /// does not suit the layout, contains another job, or is being written by
  /// another run. Other jobs may be in a storage tree: not the same job, and no
  /// job with the same blobs. Changes nothing.
  Dataset(const std::string& out, const Profile& profile, const Job& job,
          Options options);
  ~Dataset();

  /// The kind of `--out`, and the files of the streams.
  const OutputFiles& files() const noexcept { return files_; }
  /// The path of the manifest, if there are files.
  const std::string& manifest_path() const noexcept { return manifest_path_; }
  /// Whether other jobs are in the same directory.
  bool has_neighbors() const noexcept {
    return tree_.has_value() && !tree_->empty();
  }
  /// With `Options::resume`: whether there are files of an earlier run of the
  /// same job.
  bool goes_on() const noexcept { return goes_on_; }
  /// Whether an earlier run has completed the job: only `CheckFinished` is left
  /// to do.
  bool finished() const noexcept { return manifest_.complete; }
  /// Fails if a file of the finished data set has changed.
  Status CheckFinished() const;

  /// Creates the files under temporary names, and a manifest that marks them as
  /// incomplete; or opens the files to resume. `stop` is for `FdSink`; it may
  /// be null. `splice`: pass pages to standard output, which must be a pipe
  /// (`SpliceSink`). Throws `InputError` if another run is writing the data
  /// set, or its directory cannot be created.
  Status Open(const std::atomic<bool>* stop = nullptr, bool splice = false);
  std::vector<Sink*> sinks() const;

  /// The names of files that remain in the directory from the data set that
  /// this one replaced (`Options::force`): `verify` of the directory reads
  /// them, too. For a finished data set.
  std::vector<std::string> LeftFromReplaced() const;

  /// The stream points of an earlier run; empty for a new run.
  const std::vector<StreamPoint>& resume_from() const noexcept {
    return manifest_.streams;
  }
  /// Writes the progress of the run to the manifest.
  Status Checkpoint(const Snapshot& snapshot);
  /// Writes the manifest. `complete` requires that the pipe has finished the
  /// sinks.
  Status Close(const Snapshot& snapshot, bool complete);
  /// Removes the files that it has written, and the manifest.
  void Remove();

 private:
  void RefuseWrongPlace() const;
  void LockDirectory();
  bool GoesOn(const TreeJobs& others) const;
  void JoinTree();
  TreeJobs::Periods BlobPeriods();
  void ReadWhatIsThere();
  bool IsLeftEmpty(const std::string& path) const;
  bool IsInterruptedHere() const;
  void RefuseToOverwrite() const;
  void RememberReplaced();
  Status WriteOwnManifest();
  Status SaveManifest();
  Status ResumeFiles();
  void FillFiles(const Snapshot& snapshot, bool complete);

  std::string out_;
  Options options_;
  OutputFiles files_;
  std::string manifest_path_;
  Manifest manifest_;
  UnsyncedNames names_;  // of the files
  std::vector<std::unique_ptr<Sink>> sinks_;
  std::vector<FileSeries*> series_;    // of the streams of `files_`
  std::vector<Manifest::File> left_;   // from an earlier run
  std::vector<std::string> replaced_;  // the files of the manifest to replace
  int device_fd_ = -1;
  bool goes_on_ = false;
  // Held until the end of the run; in a storage tree, until there is a
  // manifest.
  FileLock directory_lock_;
  FileLock manifest_lock_;        // in a storage tree
  std::optional<TreeJobs> tree_;  // the other jobs there
  std::optional<TreeJobs::Periods> blob_periods_;
};

}  // namespace busyhour::internal

#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "dataset/manifest_reader.h"
#include "dataset/output_files.h"
#include "deliver/file_series.h"
#include "engine/stream_point.h"

namespace busyhour {

/// The target of a run: where each log goes, and the manifest beside the files.
class Dataset {
 public:
  struct Options {
    bool force = false;            ///< replace files that are there
    bool resume = false;           ///< go on with what an earlier run has left
    std::string resource_id = {};  ///< for `Layout::kStorage`
  };

  /// Throws `InputError` when `out` cannot be what is asked for: it would
  /// overwrite files, is no place for this layout, holds another job's, or is
  /// written by another run. Touches nothing.
  Dataset(const std::string& out, const Profile& profile, const Job& job,
          Options options);
  ~Dataset();

  /// What `--out` names, and which files the streams become.
  const OutputFiles& files() const noexcept { return files_; }
  /// Whether an earlier run of the same job has left something, for
  /// `Options::resume`.
  bool goes_on() const noexcept { return goes_on_; }
  /// Whether an earlier run of the same job has made all of it: there is
  /// nothing to do but to `CheckFinished`.
  bool finished() const noexcept { return manifest_.complete; }
  /// Fails when a file of the finished data set is not as it was written.
  Status CheckFinished() const;

  /// Creates the files under temporary names, and a manifest that says that
  /// they are not whole; or opens those to go on with. `stop` is for `FdSink`;
  /// it may be null. `splice`: lend the bytes to standard output, which must be
  /// a pipe (`SpliceSink`). Throws `InputError` when another run has come
  /// first.
  Status Open(const std::atomic<bool>* stop = nullptr, bool splice = false);
  std::vector<Sink*> sinks() const;

  /// Where an earlier run has left the streams; empty to begin anew.
  const std::vector<StreamPoint>& resume_from() const noexcept {
    return manifest_.streams;
  }
  /// Notes in the manifest how far the run has got.
  Status Checkpoint(const Snapshot& snapshot);
  /// Writes the manifest: `complete` only when the pipe has finished the sinks.
  Status Close(const Snapshot& snapshot, bool complete);

 private:
  void RefuseWrongPlace() const;
  void LockDirectory();
  void ReadWhatIsThere();
  void RefuseToOverwrite() const;
  Status WriteOwnManifest();
  Status ResumeFiles();
  void FillFiles(const Snapshot& snapshot, bool complete);

  std::string out_;
  Options options_;
  OutputFiles files_;
  Manifest manifest_;
  std::vector<std::unique_ptr<Sink>> sinks_;
  std::vector<FileSeries*> series_;   // of the streams of `files_`
  std::vector<Manifest::File> left_;  // by an earlier run
  int device_fd_ = -1;
  bool goes_on_ = false;
  int lock_fd_ = -1;  // the directory, locked
};

}  // namespace busyhour

#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "deliver/file_series.h"
#include "engine/pipe.h"
#include "run/manifest_reader.h"

namespace busyhour {

/// The target of a run: where each log goes, and the manifest beside the files.
class Dataset {
 public:
  /// What `--out` names.
  enum class Kind {
    kStandardOutput,  ///< `-`
    kNull,            ///< `null:`
    kDirectory,       ///< one file a log, and manifest.json
    kFile,            ///< all logs in one file, and <file>.manifest.json
    kDevice,          ///< something that is there and is no regular file
  };

  /// What `out` is, by what is there or else by its look.
  static Kind KindOf(const std::string& out);

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

  Kind kind() const noexcept { return kind_; }
  /// Whether an earlier run of the same job has left something, for
  /// `Options::resume`.
  bool goes_on() const noexcept { return goes_on_; }
  /// Whether an earlier run of the same job has made all of it: there is
  /// nothing to do but to `CheckFinished`.
  bool finished() const noexcept { return manifest_.complete; }
  /// Fails when a file of the finished data set is not as it was written.
  Status CheckFinished() const;
  /// Whether `path` would be a file of the data set.
  bool Owns(const std::string& path) const;

  /// Creates the files under temporary names, and a manifest that says that
  /// they are not whole; or opens those to go on with. `stop` is for `FdSink`;
  /// it may be null. `splice`: lend the bytes to standard output, which must be
  /// a pipe (`SpliceSink`). Throws `InputError` when another run has come
  /// first.
  Status Open(const std::atomic<bool>* stop = nullptr, bool splice = false);
  const Pipe::Routes& routes() const noexcept { return routes_; }
  std::vector<Sink*> sinks() const;

  /// Where an earlier run has left the streams; empty to begin anew.
  const std::vector<StreamPoint>& resume_from() const noexcept {
    return manifest_.streams;
  }
  /// Notes in the manifest how far the run has got.
  Status Checkpoint(const Snapshot& snapshot);
  /// Writes the manifest: `complete` only when the pipe has finished the sinks.
  Status Close(const Snapshot& snapshot, bool complete);

  /// Where the streams' files are, for a person: a path, or, of several files,
  /// with `*` in it.
  const std::vector<std::string>& paths() const noexcept { return paths_; }

 private:
  std::string ManifestPath() const;
  bool HasFiles() const noexcept {
    return kind_ == Kind::kDirectory || kind_ == Kind::kFile;
  }
  void RefuseWrongPlace() const;
  void PlanFiles();
  void AddSeries(std::string directory, std::string_view category,
                 FileSeries::NameOf name_of);
  std::vector<std::string> ExistingFiles() const;
  bool HasNumberedName(std::string name) const;
  void LockDirectory();
  void ReadWhatIsThere();
  void RefuseToOverwrite() const;
  Status WriteOwnManifest();
  Status ResumeFiles();
  void FillFiles(const Snapshot& snapshot, bool complete);

  std::string out_;
  Kind kind_;
  Manifest manifest_;
  Pipe::Routes routes_{};
  Options options_;
  std::vector<std::string> paths_;
  std::vector<std::unique_ptr<Sink>> sinks_;
  std::vector<FileSeries*> files_;       // those of sinks_ that are files
  std::vector<std::string> categories_;  // of each of them
  std::vector<Manifest::File> left_;     // by an earlier run
  int device_fd_ = -1;
  bool goes_on_ = false;
  int lock_fd_ = -1;  // the directory, locked
};

}  // namespace busyhour

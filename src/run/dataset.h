#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "deliver/file_sink.h"
#include "run/manifest.h"
#include "run/pipe.h"

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

  /// Throws `InputError` when `out` cannot be what is asked for: it would
  /// overwrite files and `force` is not set, or a part of the path is no
  /// directory. Touches nothing.
  Dataset(const std::string& out, const Profile& profile, const Job& job,
          bool force);
  ~Dataset();

  Kind kind() const noexcept { return kind_; }

  /// Creates the files under temporary names, and a manifest that says that
  /// they are not whole. `stop` is for `FdSink`; it may be null. `splice`: lend
  /// the bytes to standard output, which must be a pipe (`SpliceSink`).
  Status Open(const std::atomic<bool>* stop = nullptr, bool splice = false);
  const Pipe::Routes& routes() const noexcept { return routes_; }
  std::vector<Sink*> sinks() const;

  /// Writes the manifest: `complete` only when the pipe has finished the sinks.
  Status Close(const Tally& tally, bool complete);

  /// The files' final paths, with the logs in each.
  const std::vector<std::string>& paths() const noexcept { return paths_; }

 private:
  std::string ManifestPath() const;
  void PlanFiles(const Job& job);
  void RefuseToOverwrite() const;
  void FillFiles(const Tally& tally);

  std::string out_;
  Kind kind_;
  Manifest manifest_;
  Pipe::Routes routes_{};
  std::vector<std::string> paths_;  // of regular files
  std::vector<std::unique_ptr<Sink>> sinks_;
  std::vector<FileSink*> files_;  // those of sinks_ that are files
  int device_fd_ = -1;
};

}  // namespace busyhour

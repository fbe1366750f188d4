#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "deliver/file_series.h"
#include "engine/routes.h"
#include "job/job.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// The kinds of `--out`.
enum class OutKind {
  kStandardOutput,  ///< `-`
  kNull,            ///< `null:`
  kDirectory,       ///< one file for each log, and manifest.json
  kFile,            ///< all logs in one file, and <file>.manifest.json
  kDevice,          ///< exists and is not a regular file
};

/// The kind of `out`, by what exists there or otherwise by its name.
OutKind OutKindOf(const std::string& out);

/// The resources that the names of blobs contain.
struct BlobOwners {
  std::string resource_id;   ///< of the resource with the logs, upper case
  std::string workspace_id;  ///< resource id of the workspace, lower case
};
/// Those of each resource, by number.
std::vector<BlobOwners> BlobOwnersOf(const Worlds& worlds);

/// The files of a job's streams, and their names. There are no streams if
/// `--out` is neither a directory nor a file.
class OutputFiles {
 public:
  struct Stream {
    std::string directory;  ///< empty for the current one
    std::string category;   ///< of its log; empty for a file of several
    FileSeries::NameOf name_of;
    /// The directory of its blobs within `directory`, and the start of their
    /// names; empty in a layout without blobs.
    std::string container = {};
    /// The start of its names, which other streams do not have; empty in a
    /// layout without blobs.
    std::string head = {};
    std::string_view blob_stem = {};
    /// The path of its files for messages, with `*` if there are several.
    std::string shown = {};
  };

  /// `owners` are those of the job's resources, by number.
  OutputFiles(const std::string& out, const Job& job,
              const std::vector<BlobOwners>& owners);

  OutKind kind() const noexcept { return kind_; }
  Layout layout() const noexcept { return layout_; }
  /// Whether it is a directory in a layout with blobs.
  bool is_tree() const noexcept {
    return kind_ == OutKind::kDirectory && layout_ != Layout::kFlat;
  }
  bool has_files() const noexcept {
    return kind_ == OutKind::kDirectory || kind_ == OutKind::kFile;
  }
  const std::vector<Stream>& streams() const noexcept { return streams_; }
  /// The stream of each resource and log.
  const Routes& routes() const noexcept { return routes_; }
  /// The index of the stream with a file of that category and name, or the
  /// number of streams.
  std::size_t Find(std::string_view category, std::string_view name) const;
  std::string ManifestPath() const;

  /// Existing files with the final or temporary names of these files, or that
  /// could be mistaken for them; sorted. In a layout with blobs, those of the
  /// same resources and logs.
  std::vector<std::string> Existing() const;
  /// Whether `path` is the directory of the data set, or would be in it.
  bool Contains(const std::string& path) const;
  /// Whether `path` would be a file of the data set.
  bool Owns(const std::string& path) const;

 private:
  // Adds a stream for the log.
  void AddLog(const LogInfo& log);
  // Adds a stream for the log and resource, unless there is one with the same
  // blobs. Returns its index.
  std::size_t AddBlobs(const LogInfo& log, const BlobOwners& owners);
  // Sets the container and the names of a stream's blobs.
  void NameBlobs(const LogInfo& log, const BlobOwners& owners,
                 Stream& stream) const;
  bool HasNumberedName(const std::string& name) const;
  std::vector<std::string> ExistingBlobs() const;

  std::string out_;
  OutKind kind_;
  Layout layout_;
  bool rotates_;
  std::string packed_;     ///< the compression's extension
  std::string extension_;  ///< the complete extension
  std::vector<Stream> streams_;
  Routes routes_;
};

}  // namespace busyhour::internal

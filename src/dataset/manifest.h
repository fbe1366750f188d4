#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "busyhour/version.h"
#include "dataset/deliveries.h"
#include "deliver/file_lock.h"
#include "engine/stream_point.h"
#include "engine/tally.h"
#include "job/job.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// The description of a data set: everything needed to make it again and to
/// check that it is complete. Stored with its files as `manifest.json`.
struct Manifest {
  struct File {
    std::string name;
    std::string category;  ///< empty for a file of several logs
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;
    std::string fingerprint;  ///< XXH3-128 of the file, empty while unknown
    bool is_part = false;     ///< whether it is incomplete
  };

  /// The version of busyhour that made the records.
  std::string version{kVersion};
  const Profile* profile = nullptr;
  Job job;
  bool complete = false;
  Tally tally;
  std::vector<File> files;
  /// The points to resume from, while it is not complete; empty if it
  /// starts over.
  std::vector<StreamPoint> streams;
  /// For records that were sent to a receiver: by the job's shard; in a merged
  /// manifest, by each shard, in order.
  std::vector<Deliveries> deliveries;

  /// Whether records were sent to a receiver, and not written to files.
  bool was_sent() const { return !deliveries.empty(); }

  /// As JSON text, with a fingerprint of its own content (`manifest_json.h`).
  std::string Text() const;
};

/// The logs that the manifest of a job has counts for: those of the job, and
/// those that are written by default.
LogSet LogsCounted(const Job& job);

/// Writes the manifest to `path`, replacing it atomically. For `syncs` see
/// `FileRules`. If `lock` is not null, it holds a lock on the written file.
Status WriteManifest(const Manifest& manifest, const std::string& path,
                     bool syncs = true, FileLock* lock = nullptr);

/// The name of a manifest in the directory of its files.
inline constexpr std::string_view kManifestName = "manifest.json";
/// That of a further job in one directory is the job's key and this.
inline constexpr std::string_view kKeyedManifestEnd = ".manifest.json";
/// The key of a manifest's job, in hexadecimal digits: jobs with different
/// records or files have different keys.
std::string JobKeyOf(const Manifest& manifest);
inline constexpr std::size_t kJobKeyDigits = 16;

}  // namespace busyhour::internal

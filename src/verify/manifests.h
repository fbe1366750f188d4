#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "busyhour/error.h"
#include "dataset/manifest_reader.h"
#include "job/job.h"
#include "logs/worlds.h"
#include "profile/profile.h"
#include "verify/sent_records.h"

namespace busyhour::internal {

/// What was sent according to manifests: one or more jobs, or shards of them.
struct SentJobs {
  /// `Job::resources` are those in `Worlds()`.
  std::vector<Job> jobs;
  std::vector<Profile> profiles;   ///< of the jobs
  std::vector<std::string> paths;  ///< of their manifests, if they have one
  /// Number of records that each job wrote, by log, if its manifest is
  /// complete.
  std::vector<std::optional<PerLog<std::uint64_t>>> counts;
  /// The progress of each job whose manifest is not complete.
  std::vector<std::optional<std::vector<StreamExtent>>> streams;
};

/// Reads manifests: files, or directories that contain a `manifest.json`. Each
/// belongs to another job, or to another shard of the same job. Two jobs must
/// not have the same calls, unless they differ only in their logs: these become
/// one job. Each shard of a merged manifest is a job of its
/// own. Throws `InputError` with all problems.
SentJobs ReadManifests(const std::vector<std::string>& paths);

/// Compiles the resources of all jobs, and sets `Job::resources`. Shards of one
/// job have the same. Throws `InputError` if there are too many.
void AddWorlds(SentJobs& sent, Worlds& worlds);

/// Adds to `problems` if the `records` of a job differ from those in its
/// manifest, or are fewer than those it had written: the manifest has another
/// version or was edited.
void CheckCounts(const SentJobs& sent, std::size_t job,
                 const PerLog<std::uint64_t>& records,
                 std::vector<Problem>& problems);

}  // namespace busyhour::internal

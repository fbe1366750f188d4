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
#include "profile/profile.h"
#include "verify/sent_records.h"

namespace busyhour {

/// What was sent according to manifests: one profile, and the shards of one
/// job.
struct SentJobs {
  Profile profile;
  std::vector<Job> jobs;
  /// Number of records that each job wrote, by log, if its manifest is
  /// complete.
  std::vector<std::optional<PerLog<std::uint64_t>>> counts;
  /// The progress of each job whose manifest is not complete.
  std::vector<std::optional<std::vector<StreamExtent>>> streams;
};

/// Reads manifests: files, or directories that contain a `manifest.json`. All
/// must belong to one job, each to a different shard. Throws `InputError` with
/// all problems.
SentJobs ReadManifests(const std::vector<std::string>& paths);

/// Adds to `problems` if the `records` of a job differ from those in its
/// manifest, or are fewer than those it had written: the manifest has another
/// version or was edited.
void CheckCounts(const SentJobs& sent, std::size_t job,
                 const PerLog<std::uint64_t>& records,
                 const std::vector<std::string>& paths,
                 std::vector<Problem>& problems);

}  // namespace busyhour

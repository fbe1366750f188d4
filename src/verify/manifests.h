#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "busyhour/error.h"
#include "profile/profile.h"
#include "run/job.h"

namespace busyhour {

/// What was sent, as manifests tell it: one profile, and the shards of one job.
struct SentJobs {
  Profile profile;
  std::vector<Job> jobs;
  /// How many records each job wrote, by log, where its manifest says so.
  std::vector<std::optional<std::array<std::uint64_t, kLogTypeCount>>> counts;
};

/// Reads manifests: files, or directories that hold a `manifest.json`. All must
/// be of whole data sets, and of one job, each with another shard.
///
/// Throws `InputError` with all that is wrong.
SentJobs ReadManifests(const std::vector<std::string>& paths);

/// Adds to `problems` where a job's own counts are not those of its manifest:
/// it is of another version, or has been edited.
void CheckCounts(const SentJobs& sent, std::size_t job,
                 const std::array<std::uint64_t, kLogTypeCount>& records,
                 const std::vector<std::string>& paths,
                 std::vector<Problem>& problems);

}  // namespace busyhour

#pragma once

#include <array>
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

/// What was sent, as manifests tell it: one profile, and the shards of one job.
struct SentJobs {
  Profile profile;
  std::vector<Job> jobs;
  /// How many records each job wrote, by log, where its manifest says that all
  /// of it was.
  std::vector<std::optional<PerLog<std::uint64_t>>> counts;
  /// How far each had got, of those that are not complete.
  std::vector<std::optional<std::vector<StreamExtent>>> streams;
};

/// Reads manifests: files, or directories that hold a `manifest.json`. All must
/// be of one job, each of another shard of it.
///
/// Throws `InputError` with all that is wrong.
SentJobs ReadManifests(const std::vector<std::string>& paths);

/// Adds to `problems` where the `records` that a job makes are not those of its
/// manifest, or less than those it had written: it is of another version, or
/// has been edited.
void CheckCounts(const SentJobs& sent, std::size_t job,
                 const PerLog<std::uint64_t>& records,
                 const std::vector<std::string>& paths,
                 std::vector<Problem>& problems);

}  // namespace busyhour

#include "dataset/manifest_merge.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "base/paths.h"
#include "job/job_json.h"
#include "job/shard_set.h"

namespace busyhour::internal {
namespace {

using Json = nlohmann::json;

bool EndsByClock(const Manifest& manifest) {
  return manifest.was_sent() && manifest.deliveries.front().by_clock;
}

// Adds a problem for each way in which `other` is not of the job of `first`.
void CheckSameManifest(const ShardManifest& first, const ShardManifest& other,
                       std::vector<Problem>& problems) {
  const auto refuse = [&](std::string why) {
    problems.push_back(
        {other.path, 0, 0, "",
         "is not of the job of " + first.path + ": " + std::move(why)});
  };
  const Manifest& one = first.manifest();
  const Manifest& two = other.manifest();
  if (one.version != two.version) {
    refuse("it was made by version " + two.version + ", and this one by " +
           one.version);
  }
  if (first.saved.profile.text != other.saved.profile.text) {
    refuse("its profile, " + other.saved.profile.name +
           ", has a different text");
  }
  if (one.was_sent() != two.was_sent()) {
    refuse(two.was_sent() ? "it is of records that were sent"
                          : "it is of files");
  }
  Job job = two.job;
  job.shard = one.job.shard;
  // Shards that ended by the clock may differ in length.
  if (EndsByClock(one) && EndsByClock(two)) job.extent = one.job.extent;
  for (const std::string& difference :
       JobDifferences(Json(JobJson(job)), one.job)) {
    refuse(difference);
  }
}

void CheckWhole(const ShardManifest& shard, std::vector<Problem>& problems) {
  if (shard.manifest().complete) return;
  problems.push_back({shard.path, 0, 0, "/state",
                      shard.manifest().was_sent()
                          ? "is that of a run that was killed, or has not ended"
                          : "is interrupted: generate --resume completes it"});
}

// Adds the files of a shard, with names that are relative to `directory`.
void AddFiles(const ShardManifest& shard, const std::string& directory,
              std::vector<Manifest::File>& files,
              std::vector<Problem>& problems) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path place =
      fs::relative(DirectoryOf(shard.path), directory, error);
  if (shard.manifest().files.empty()) return;
  if (error || place.empty() || *place.begin() == "..") {
    problems.push_back({shard.path, 0, 0, "/files",
                        "are not below " + directory +
                            ", the directory of the merged manifest"});
    return;
  }
  for (Manifest::File file : shard.manifest().files) {
    file.name = (place / file.name).lexically_normal().string();
    files.push_back(std::move(file));
  }
}

}  // namespace

std::optional<std::vector<ShardManifest>> ReadShardManifests(
    const std::vector<std::string>& paths, std::vector<Problem>& problems) {
  const std::size_t before = problems.size();
  std::vector<ShardManifest> shards;
  std::vector<ShardFile> files;
  for (const std::string& path : paths) {
    std::optional<SavedManifest> read = ReadManifest(path, problems);
    if (!read) continue;
    shards.push_back({path, std::move(*read)});
    files.push_back({path, shards.back().shard()});
    CheckWhole(shards.back(), problems);
    CheckSameManifest(shards.front(), shards.back(), problems);
  }
  if (shards.size() < paths.size()) return std::nullopt;
  CheckShards(files, "manifest", problems);
  if (problems.size() > before) return std::nullopt;
  std::sort(shards.begin(), shards.end(),
            [](const ShardManifest& a, const ShardManifest& b) {
              return a.shard().index < b.shard().index;
            });
  return shards;
}

SavedManifest WholeManifest(const std::vector<ShardManifest>& shards) {
  SavedManifest merged{shards.front().saved.profile, {}};
  Manifest& manifest = merged.manifest;
  manifest.version = shards.front().manifest().version;
  manifest.job = shards.front().manifest().job;
  manifest.job.shard = {};
  manifest.complete = true;
  for (const ShardManifest& shard : shards) {
    const Manifest& one = shard.manifest();
    manifest.job.extent.amount =
        std::max(manifest.job.extent.amount, one.job.extent.amount);
    manifest.tally += one.tally;
  }
  return merged;
}

std::optional<SavedManifest> MergeManifests(
    const std::vector<std::string>& paths, const std::string& directory,
    std::vector<Problem>& problems) {
  const std::size_t before = problems.size();
  const std::optional<std::vector<ShardManifest>> shards =
      ReadShardManifests(paths, problems);
  if (!shards) return std::nullopt;
  SavedManifest merged = WholeManifest(*shards);
  Manifest& manifest = merged.manifest;
  for (const ShardManifest& shard : *shards) {
    const Manifest& one = shard.manifest();
    AddFiles(shard, directory, manifest.files, problems);
    manifest.deliveries.insert(manifest.deliveries.end(),
                               one.deliveries.begin(), one.deliveries.end());
  }
  if (problems.size() > before) return std::nullopt;
  return merged;
}

}  // namespace busyhour::internal

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "busyhour/error.h"
#include "dataset/manifest_reader.h"
#include "job/shard.h"

namespace busyhour::internal {

/// The manifest of a shard, and its path.
struct ShardManifest {
  std::string path;
  SavedManifest saved;

  const Manifest& manifest() const { return saved.manifest; }
  Shard shard() const { return saved.manifest.job.shard; }
};

/// Reads the manifests of all shards of a job, in the order of the shards.
/// Returns nothing, with all problems added, if those at `paths` are not the
/// complete manifests of all shards of one job.
std::optional<std::vector<ShardManifest>> ReadShardManifests(
    const std::vector<std::string>& paths, std::vector<Problem>& problems);

/// The manifest of the whole job, without files and deliveries.
SavedManifest WholeManifest(const std::vector<ShardManifest>& shards);

/// The manifest of a job, from those of all its shards at `paths`, to be
/// written in `directory`: the names of files are relative to it. Files keep
/// their order within each shard. Returns nothing, with all problems added, if
/// these are not the complete manifests of all shards of one job, or if a file
/// is not below `directory`.
std::optional<SavedManifest> MergeManifests(
    const std::vector<std::string>& paths, const std::string& directory,
    std::vector<Problem>& problems);

}  // namespace busyhour::internal

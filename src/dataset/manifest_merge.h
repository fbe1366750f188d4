#pragma once

#include <optional>
#include <string>
#include <vector>

#include "busyhour/error.h"
#include "dataset/manifest_reader.h"

namespace busyhour {

/// The manifest of a job, from those of all its shards at `paths`, to be
/// written in `directory`: the names of files are relative to it. Files keep
/// their order within each shard. Returns nothing, with all problems added, if
/// these are not the complete manifests of all shards of one job, or if a file
/// is not below `directory`.
std::optional<SavedManifest> MergeManifests(
    const std::vector<std::string>& paths, const std::string& directory,
    std::vector<Problem>& problems);

}  // namespace busyhour

#pragma once

#include <vector>

#include "profile/keys.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// The list `resources` of a profile.
Value ResourceList(std::vector<ResourceEntry>& entries);

/// Sets `profile.resources` from its entries and `root`, the JSON of the
/// profile, which must have been read without problems.
void ReadResources(const JsonNode& root, ProblemList& problems,
                   Profile& profile);

}  // namespace busyhour::internal

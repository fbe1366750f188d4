#pragma once

#include <cstdint>

#include "text/json.h"
#include "text/problems.h"

namespace busyhour::internal {

/// If the profile at `root` has the key `extends`, adds to it what the shipped
/// profile of that name has and it does not: members of objects, as a JSON
/// merge patch (RFC 7396) of that profile. Lists are not combined. Problems of
/// added values are at the key `extends`.
///
/// False, with a problem, if there is no such shipped profile.
bool Extend(JsonNode& root, ProblemList& problems);

/// Adds to the object `node` what the object `base` has and it does not, as a
/// JSON merge patch of `base`. Problems of added values are at `offset`.
void MergeOver(JsonNode& node, JsonNode base, std::uint32_t offset);

}  // namespace busyhour::internal

#pragma once

#include "profile/keys.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// Visits all keys of a profile; their values refer to `profile`.
void VisitProfile(Profile& profile, KeyVisitor& keys);

/// Reads `root` into `profile`.
void ReadProfile(const JsonNode& root, ProblemList& problems, Profile& profile);

}  // namespace busyhour::internal

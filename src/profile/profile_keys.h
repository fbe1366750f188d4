#pragma once

#include "profile/keys.h"
#include "profile/profile.h"

namespace busyhour {

/// Visits every key of a profile, tied to `profile`.
void VisitProfile(Profile& profile, KeyVisitor& keys);

/// Reads `root` into `profile`.
void ReadProfile(const JsonNode& root, ProblemList& problems, Profile& profile);

}  // namespace busyhour

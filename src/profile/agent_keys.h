#pragma once

#include "profile/keys.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// The keys of the section `agents`.
void VisitAgents(Agents& agents, KeyVisitor& keys);

/// Checks that the profile read from `root` has agents if and only if a flow
/// needs them.
void CheckAgents(const Profile& profile, const JsonNode& root,
                 ProblemList& problems);

}  // namespace busyhour::internal

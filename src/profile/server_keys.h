#pragma once

#include <string>
#include <vector>

#include "profile/keys.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// The keys of the sections `server_pool` and `bad_times`.
void VisitServerPool(ServerPoolSettings& pool, KeyVisitor& keys);
void VisitBadTimes(BadTimesSettings& times, KeyVisitor& keys);

/// The value of the key `rollouts`.
Value RolloutList(std::vector<Rollout>& rollouts);
/// Checks that a server is not restarted all the time, and that the roll-outs
/// read from the profile at `root` name clients.
void CheckServerPool(const ServerPoolSettings& pool, const JsonNode& root,
                     ProblemList& problems);
void CheckRollouts(const Profile& profile, const JsonNode& root,
                   ProblemList& problems);

/// The name of a client in a roll-out: its type and version, `dotnet 1.2.0`.
std::string ClientName(const Client& client);

}  // namespace busyhour::internal

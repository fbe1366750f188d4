#pragma once

#include "conditions/agent_pool.h"
#include "profile/profile.h"

namespace busyhour::internal {

class DistributionTables;

/// Measures what the calls of a profile need of its agents, from a sample of
/// simulated calls that find an agent free, in a world without incidents. A
/// function of the profile alone. Distributions are taken from `tables`, or
/// added to them.
AgentCalls MeasureAgentCalls(const Profile& profile,
                             DistributionTables& tables);

}  // namespace busyhour::internal

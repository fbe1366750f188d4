#pragma once

#include <string>

#include "base/call_key.h"
#include "job/job.h"
#include "logs/worlds.h"
#include "scenario/plan.h"

// Whether a call belongs to a job, and if not, why.

namespace busyhour::internal {

/// Whether a plan makes this call. `extent` and `shard` of the job
/// do not matter.
bool CallExists(const Plan& plan, CallKey call);

/// Why an existing call does not belong to the job, as text for the user; empty
/// if it does. Simulates all of the job's calls, unless the call's key is
/// sufficient.
std::string WhyNotOfJob(const Worlds& worlds, const Job& job, CallKey call);

/// Whether the job's expression selects the call, or it has none.
bool IsSelected(const Worlds& worlds, const Job& job, CallKey call);

}  // namespace busyhour::internal

#pragma once

#include <functional>
#include <span>

#include "logs/cast.h"
#include "run/job.h"
#include "scenario/plan.h"

namespace busyhour {

/// Simulates the calls of a job's shard, one after the other, and calls `take`
/// with the records that each has left, without faults; in the order of the
/// calls. Throws `InputError` when time ends before the extent is reached.
void EachCall(
    const Plan& plan, const Cast& cast, const Job& job,
    const std::function<void(CallKey, std::span<const Record>)>& take);

}  // namespace busyhour

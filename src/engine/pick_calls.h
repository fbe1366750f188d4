#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "job/job.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// Called with the number of calls that have been searched so far.
using WatchSearch = std::function<void(std::uint64_t)>;

/// Finds the calls of `job.picks`, from the job's start on, and makes them the
/// calls of the job. A call counts for each expression that selects it, and it
/// is left out if one of these has all its calls: so each expression selects
/// exactly its number of the job's calls. Returns why not all were found; empty
/// if they were.
///
/// Throws `std::runtime_error` if a thread cannot be started.
std::string PickCalls(const Worlds& worlds, int threads, Job& job,
                      const WatchSearch& watch = nullptr);

/// Why the expression of a job with a number of calls, records or bytes selects
/// no call. Empty if it selects one, and for all other jobs. Searches up to the
/// first such call.
///
/// Throws `std::runtime_error` if a thread cannot be started.
std::string WhyNoneIsSelected(const Worlds& worlds, int threads, const Job& job,
                              const WatchSearch& watch = nullptr);

}  // namespace busyhour::internal

#pragma once

#include <string>

#include "job/job.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// Finds the calls of `job.picks`, from the job's start on, and makes them the
/// calls of the job. A call counts for each expression that selects it, and it
/// is left out if one of these has all its calls: so each expression selects
/// exactly its number of the job's calls. Returns why not all were found; empty
/// if they were.
///
/// Throws `std::runtime_error` if a thread cannot be started.
std::string PickCalls(const Worlds& worlds, int threads, Job& job);

}  // namespace busyhour::internal

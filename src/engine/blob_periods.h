#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "engine/routes.h"
#include "job/job.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// The periods (`PeriodOf`) with records in each stream of a job, which has a
/// layout of periods. Simulates all of its calls, with its faults, without
/// encoding records.
std::vector<std::set<std::int64_t>> BlobPeriodsOf(const Worlds& worlds,
                                                  const Job& job,
                                                  const Routes& routes,
                                                  int threads);

}  // namespace busyhour::internal

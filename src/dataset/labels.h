#pragma once

#include <string>

#include "base/status.h"
#include "engine/routes.h"
#include "faults/faults.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// Writes the faults of a job to `path`, as JSON Lines in the order of the
/// calls, one for each fault:
///
///   {"id":"…","correlation_id":"…","log":"usage","fault":"delay","by_ms":61000}
///
/// `id` is the record's own id, empty if it has none; `field` is the changed
/// field, if any. Simulates the job again on this number of threads, twice if
/// the last record of a stream may be truncated. `routes` are those of the run.
/// `may_replace`: an existing file is replaced.
Status WriteLabels(const Worlds& worlds, const Job& job, const Routes& routes,
                   const std::string& path, bool may_replace, int threads);

}  // namespace busyhour::internal

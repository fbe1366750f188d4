#pragma once

#include <string>

#include "base/status.h"
#include "engine/pipe.h"
#include "faults/faults.h"
#include "logs/cast.h"

namespace busyhour {

/// Writes to `path` what faults a job's run did, as JSON Lines in the order of
/// the calls, one for each fault:
///
///   {"id":"…","correlation_id":"…","log":"usage","fault":"delay","by_ms":61000}
///
/// `id` is the record's own, empty for one that has none; `field` names the
/// field that a fault struck, if any. Simulates the job once more, or twice
/// where the last record of a stream may be cut, on so many threads. `routes`
/// are those of the run.
/// `may_replace`: a file that is there makes way.
Status WriteLabels(const Plan& plan, const Cast& cast, const Job& job,
                   const Pipe::Routes& routes, const std::string& path,
                   bool may_replace, int threads);

}  // namespace busyhour

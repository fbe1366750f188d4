#pragma once

#include <vector>

#include "report/page.h"
#include "report/run_report.h"

namespace busyhour::internal {

/// The part of a page that shows a load run; with `old`, an earlier run beside
/// it.
ReportPart PartOf(const RunReport& run, const RunReport* old);

/// Pieces of it: the figures that stand out, what was changed while the run
/// went on, and the receiver's errors.
std::vector<Tile> TilesOf(const RunReport& run);
Table ChangesDuring(const RunReport& run);
Table ErrorsOf(const RunReport& run);

}  // namespace busyhour::internal

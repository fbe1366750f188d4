#pragma once

#include "report/page.h"
#include "report/run_report.h"

namespace busyhour {

/// The charts of a load run; with `old`, lines of an earlier run in them.
ChartGroup ChartsOf(const RunReport& run, const RunReport* old);

}  // namespace busyhour

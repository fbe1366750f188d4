#pragma once

#include "report/page.h"
#include "report/run_report.h"

namespace busyhour::internal {

/// Whether a chart without values is part of a group.
enum class EmptyCharts : unsigned char { kLeftOut, kKept };

/// The charts over the time of a run, and the distribution of its times; with
/// `old`, an earlier run beside it. `empty` concerns the charts of troubles.
ChartGroup ChartsOf(const RunReport& run, const RunReport* old,
                    EmptyCharts empty);

}  // namespace busyhour::internal

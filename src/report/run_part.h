#pragma once

#include "report/page.h"
#include "report/run_report.h"

namespace busyhour {

/// The part of a page that shows a load run; with `old`, an earlier run beside
/// it.
ReportPart PartOf(const RunReport& run, const RunReport* old);

}  // namespace busyhour

#pragma once

#include "report/page.h"
#include "report/run_report.h"

namespace busyhour::internal {

/// Which figures of two load runs differ by more than noise, judged by their
/// values in each second.
Table ChangesOf(const RunReport& run, const RunReport& old);

}  // namespace busyhour::internal

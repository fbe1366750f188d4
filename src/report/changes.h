#pragma once

#include "report/page.h"
#include "report/run_report.h"

namespace busyhour {

/// Which figures of two load runs differ by more than noise.
///
/// A figure varies within a run. Each run is divided into ten parts of the same
/// length; the spread of the parts' means gives the standard error of the
/// figure (method of batch means). A change is more than noise if it exceeds
/// three standard errors of the difference.
Table ChangesOf(const RunReport& run, const RunReport& old);

}  // namespace busyhour

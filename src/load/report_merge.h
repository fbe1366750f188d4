#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "busyhour/error.h"
#include "load/report_reader.h"

namespace busyhour::internal {

/// A report, and the file that it is from.
using NamedReport = std::pair<std::string, nlohmann::json>;

/// The report of a job, from those of all its shards. Counts are added, also
/// second by second by the machines' clocks; quantiles are those of the added
/// histograms, but for those of single seconds, which are the highest of the
/// runs. Its thresholds are those of the runs, not judged, and its place is
/// empty. Adds a problem for each way in which the reports are not those of all
/// shards of one job; the result must not be used then.
LoadReport MergeReports(const std::vector<NamedReport>& reports,
                        std::vector<Problem>& problems);

}  // namespace busyhour::internal

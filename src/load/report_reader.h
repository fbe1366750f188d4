#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "dataset/json_members.h"
#include "load/load_run.h"
#include "load/report.h"

namespace busyhour::internal {

/// The report of `busyhour load`, as it was read from its JSON: enough to write
/// it again, and to judge thresholds.
struct LoadReport {
  std::string verdict;
  LoadResult result;
  /// Only what a report tells of it.
  LoadPlan plan;
  LoadFacts facts;
};

/// Reads a report; all problems are added.
LoadReport ReadLoadReport(const nlohmann::json& json, const AddProblem& add);

}  // namespace busyhour::internal

#pragma once

#include <string>

#include "load/find_max.h"
#include "load/load_run.h"
#include "load/report.h"

namespace busyhour::internal {

/// The verdict in one sentence: kept up; since when and how far the receiver
/// fell behind; or why the run ended.
std::string LoadVerdict(const LoadResult& result, const LoadPlan& plan,
                        const LoadFacts& facts);

/// Whether this machine, not the receiver, was too slow for the plan.
bool IsStarved(const LoadResult& result);

/// The verdict of a trial of a search for the highest rate.
std::string TrialVerdict(const Trial& trial, const LoadResult& result,
                         const LoadPlan& plan, const LoadFacts& facts);

/// The result of the search, in one sentence.
std::string FindMaxVerdict(const FindMaxResult& found, const LoadFacts& facts);

}  // namespace busyhour::internal

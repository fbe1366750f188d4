#pragma once

#include <string>
#include <string_view>

#include "load/find_max.h"
#include "load/load_run.h"

namespace busyhour {

/// What a report says beside the result.
struct LoadFacts {
  std::string profile;
  std::string target;
  std::string acknowledged;  ///< what that means there
  std::string plan;          ///< the pace in words: `20,000 records/s`
  /// Lateness above which a receiver has not kept up.
  Nanos slo = 0;
};

/// How it went, in one sentence: kept up, or since when and how far it fell
/// behind, or why it ended.
std::string LoadVerdict(const LoadResult& result, const LoadPlan& plan,
                        const LoadFacts& facts);

/// The whole report as a table for a person.
std::string LoadTable(const LoadResult& result, const LoadPlan& plan,
                      const LoadFacts& facts);

/// And as JSON, with a row for every second.
std::string LoadJson(const LoadResult& result, const LoadPlan& plan,
                     const LoadFacts& facts);

/// Whether this machine, not the receiver, was too slow for the plan.
bool IsStarved(const LoadResult& result);

/// What a search for the highest rate came to, in one sentence.
std::string FindMaxVerdict(const FindMaxResult& found, const LoadFacts& facts);

/// And as JSON.
std::string FindMaxJson(const FindMaxResult& found, const LoadFacts& facts);

}  // namespace busyhour

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "busyhour/version.h"
#include "check/check.h"
#include "job/shard.h"
#include "load/find_max.h"
#include "load/load_run.h"

namespace busyhour::internal {

/// Where a command ran, and how it was called.
struct RunPlace {
  std::string command;  ///< as a shell reads it, without secrets
  std::string host;
  /// Maximum error of the system clock; nothing if the system does not know it.
  std::optional<double> clock_error_ms;
};

/// A run of one shard, in the report of all shards.
struct ShardRun {
  Shard shard;
  RunPlace place;
  SimTime began;
  double seconds = 0;
  std::uint64_t planned = 0;
  std::uint64_t acknowledged = 0;
  bool passed = false;  ///< by its own thresholds
  std::string verdict;
};

/// Facts for the report besides the result.
struct LoadFacts {
  std::string version{kVersion};
  RunPlace place;
  std::string profile;
  /// XXH3-128 of the profile's text.
  std::string profile_fingerprint;
  /// What was sent, see `JobText`.
  std::string job_json = "{}";
  std::string target;
  std::string acknowledged;  ///< what "acknowledged" means for this receiver
  std::string plan;          ///< the rate in text form: `20,000 records/s`
  /// Maximum lateness of a receiver that keeps up.
  Nanos slo = 0;
  /// See `Target::more_in_flight`.
  std::string more_in_flight;
  /// The thresholds of the run, judged.
  std::vector<Check> checks;
  /// Whether the run ends with status 0.
  bool passed = false;
  /// In the report of several shards, their runs.
  std::vector<ShardRun> shards;
};

/// The quantiles in reports, and their names.
inline constexpr std::array<double, 5> kReportedShares = {0.5, 0.9, 0.99, 0.999,
                                                          1.0};
inline constexpr std::array<const char*, 5> kReportedShareNames = {
    "p50", "p90", "p99", "p99.9", "max"};

/// Length of the run; above 0.
double RunSeconds(const LoadResult& result);
/// Offered records per second: the planned rate, or without one, the achieved
/// rate.
double OfferedRecordRate(const LoadResult& result, const LoadPlan& plan);

/// The complete report as a table.
std::string LoadTable(const LoadResult& result, const LoadPlan& plan,
                      const LoadFacts& facts);

/// The job as a manifest notes it, as JSON text. A job that is ended by the
/// clock has no extent.
std::string JobText(const Job& job, bool ends_by_clock);

/// The report as JSON, with a row for every second.
std::string LoadJson(const LoadResult& result, const LoadPlan& plan,
                     const LoadFacts& facts);

/// The result of a search for the highest rate as JSON.
std::string FindMaxJson(const FindMaxResult& found, const LoadFacts& facts);

}  // namespace busyhour::internal

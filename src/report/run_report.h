#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/histogram.h"
#include "base/time.h"
#include "check/check.h"
#include "dataset/json_members.h"
#include "load/report.h"

namespace busyhour::internal {

/// The times of a run, as its report has them.
struct RunTimes {
  std::uint64_t count = 0;
  double mean_ms = 0;
  /// By `kReportedShares`.
  std::vector<double> quantiles_ms;
  Histogram ns;
};

/// One second of a run.
struct RunSecond {
  double planned = 0;
  double sent = 0;
  double acknowledged = 0;
  double failed = 0;
  double dropped = 0;
  double not_sent = 0;
  double bytes = 0;
  double retries = 0;
  double queued = 0;
  double in_flight = 0;
  double backlog_ms = 0;
  double lateness_p50_ms = 0;
  double lateness_p99_ms = 0;
  double lateness_max_ms = 0;
  double latency_p50_ms = 0;
  double latency_p99_ms = 0;
  double latency_max_ms = 0;
};

/// A message of the receiver, and how often it occurred.
struct RunMessage {
  std::string words;
  std::uint64_t batches = 0;
  std::uint64_t records = 0;
  std::string answer;
};

/// What somebody changed while the run went on.
struct RunChangeRow {
  double seconds = 0;
  SimTime time;
  std::string what;  ///< `rate`, `pause`, `resume`, `end`
  double from = 0;   ///< rates, in `unit`
  double to = 0;
  std::string unit;
  std::string by;  ///< `key`
};

/// The report of `busyhour load`, as it was read from its JSON.
struct RunReport {
  std::string version;
  std::string command;
  std::string host;
  SimTime started;
  SimTime ended;
  std::optional<double> clock_error_ms;
  std::string profile;
  std::uint64_t seed = 0;
  std::string target;
  std::string plan;
  bool passed = false;
  std::string verdict;
  std::vector<Check> thresholds;
  double seconds = 0;
  /// `planned`, `acknowledged`, `failed`, `dropped`, `not_sent`.
  std::vector<std::uint64_t> records;
  /// The same by log.
  std::vector<std::pair<std::string, std::vector<std::uint64_t>>> logs;
  /// Acknowledged records by certainty.
  std::vector<std::pair<std::string, std::uint64_t>> certainty;
  std::uint64_t bytes = 0;
  std::uint64_t batches = 0;
  std::uint64_t retries = 0;
  std::uint64_t duplicates_possible = 0;
  std::uint64_t taken_back = 0;
  std::uint64_t lost_connections = 0;
  double offered_rate = 0;
  double achieved_rate = 0;
  double starved_seconds = 0;
  RunTimes lateness;
  RunTimes latency;       ///< from the intended time
  RunTimes service_time;  ///< from the actual time
  /// The runs of a merged report.
  std::vector<ShardRun> shards;
  std::vector<RunMessage> errors;
  std::vector<RunMessage> remarks;
  std::vector<RunChangeRow> changes;  ///< in order of time
  std::vector<RunSecond> series;
};

/// Fill in parts of a report from the account of a run: what is counted over
/// the whole run; the times, and the seconds from `from` on; what was changed.
void SetCounts(const AccountTotals& totals, RunReport& report);
void SetSeconds(const AccountTotals& totals, std::size_t from,
                RunReport& report);
std::vector<RunChangeRow> ChangeRowsOf(const std::vector<RunChange>& changes,
                                       SimTime began, const std::string& unit);

/// Reads the report; all problems are added.
RunReport ReadRunReport(const nlohmann::json& json, const AddProblem& add);

}  // namespace busyhour::internal

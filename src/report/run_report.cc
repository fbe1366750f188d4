#include "report/run_report.h"

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>

#include "load/report_reader.h"

namespace busyhour::internal {
namespace {

using Json = nlohmann::json;

double MsOf(Nanos time) { return static_cast<double>(time) / kMillisecond; }

// The numbers of records by result.
std::vector<std::uint64_t> RecordsOf(std::uint64_t planned,
                                     const AccountTotals::Endings& endings) {
  std::vector<std::uint64_t> records = {planned};
  records.insert(records.end(), endings.begin(), endings.end());
  return records;
}

RunTimes TimesOf(const Histogram& histogram) {
  RunTimes times;
  times.count = histogram.count();
  times.mean_ms = histogram.mean() / kMillisecond;
  for (const double share : kReportedShares) {
    times.quantiles_ms.push_back(MsOf(histogram.Quantile(share)));
  }
  times.ns = histogram;
  return times;
}

std::vector<RunMessage> MessagesOf(
    const std::map<std::string, LoadError>& entries) {
  std::vector<RunMessage> messages;
  for (const auto& [words, entry] : entries) {
    messages.push_back({words, entry.batches, entry.records, entry.answer});
  }
  return messages;
}

RunSecond SecondOf(const LoadSecond& second) {
  const auto number = [](std::uint64_t count) {
    return static_cast<double>(count);
  };
  const auto ended = [&](Ending ending) {
    return number(second.endings[static_cast<std::size_t>(ending)]);
  };
  return {number(second.planned),       number(second.sent),
          ended(Ending::kAcknowledged), ended(Ending::kFailed),
          ended(Ending::kDropped),      ended(Ending::kNotSent),
          number(second.bytes),         number(second.retries),
          number(second.queued),        number(second.in_flight),
          MsOf(second.backlog),         MsOf(second.lateness_p50),
          MsOf(second.lateness_p99),    MsOf(second.lateness_max),
          MsOf(second.latency_p50),     MsOf(second.latency_p99),
          MsOf(second.latency_max)};
}

}  // namespace

void SetCounts(const AccountTotals& totals, RunReport& report) {
  report.records = RecordsOf(totals.planned, totals.endings);
  report.logs.clear();
  for (const LogType log : kLogTypes) {
    if (totals.planned_of[log] == 0) continue;
    report.logs.emplace_back(Info(log).name, RecordsOf(totals.planned_of[log],
                                                       totals.endings_of[log]));
  }
  report.certainty.clear();
  for (std::size_t i = 0; i < kCertaintyCount; ++i) {
    report.certainty.emplace_back(NameOf(static_cast<Certainty>(i)),
                                  totals.certainties[i]);
  }
  report.bytes = totals.bytes;
  report.batches = totals.batches;
  report.retries = totals.retries;
  report.duplicates_possible = totals.duplicates_possible;
  report.taken_back = totals.taken_back;
  report.lost_connections = totals.lost_connections;
  report.errors = MessagesOf(totals.errors);
  report.remarks = MessagesOf(totals.remarks);
}

void SetSeconds(const AccountTotals& totals, std::size_t from,
                RunReport& report) {
  report.lateness = TimesOf(totals.windows[0].lateness);
  report.latency = TimesOf(totals.windows[0].latency);
  report.service_time = TimesOf(totals.windows[0].service_time);
  report.series.resize(totals.seconds.size());
  for (std::size_t i = from; i < totals.seconds.size(); ++i) {
    report.series[i] = SecondOf(totals.seconds[i]);
  }
}

std::vector<RunChangeRow> ChangeRowsOf(const std::vector<RunChange>& changes,
                                       SimTime began, const std::string& unit) {
  std::vector<RunChangeRow> rows;
  for (const RunChange& change : changes) {
    rows.push_back({static_cast<double>(change.at) / kNanosPerSecond,
                    {began.ms + change.at / kMillisecond},
                    std::string(NameOf(change.kind)),
                    change.from,
                    change.to,
                    unit,
                    std::string(NameOf(change.by))});
  }
  return rows;
}

RunReport ReadRunReport(const Json& json, const AddProblem& add) {
  const LoadReport read = ReadLoadReport(json, add);
  const LoadFacts& facts = read.facts;
  const Account& account = read.result.account;
  RunReport report;
  report.version = facts.version;
  report.command = facts.place.command;
  report.host = facts.place.host;
  report.started = read.result.began;
  report.ended = {report.started.ms + account.end() / kMillisecond};
  report.clock_error_ms = facts.place.clock_error_ms;
  report.profile = facts.profile;
  report.seed = read.plan.job.seed;
  report.target = facts.target;
  report.plan = facts.plan;
  report.passed = facts.passed;
  report.verdict = read.verdict;
  report.thresholds = facts.checks;
  report.seconds = RunSeconds(read.result);
  SetCounts(account.totals(), report);
  report.offered_rate = OfferedRecordRate(read.result, read.plan);
  report.achieved_rate =
      static_cast<double>(account.count(Ending::kAcknowledged)) /
      report.seconds;
  report.starved_seconds =
      static_cast<double>(read.result.starved) / kNanosPerSecond;
  report.shards = facts.shards;
  SetSeconds(account.totals(), 0, report);
  report.changes =
      ChangeRowsOf(read.result.changes, report.started, read.result.rate_unit);
  return report;
}

}  // namespace busyhour::internal

// The reports as JSON.

#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "busyhour/version.h"
#include "check/check_report.h"
#include "job/job_json.h"
#include "load/report.h"
#include "load/verdict.h"

namespace busyhour::internal {
namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson QuantilesJson(const Histogram& histogram) {
  OrderedJson json;
  json["count"] = histogram.count();
  json["mean_ms"] = histogram.mean() / 1e6;
  for (std::size_t i = 0; i < kReportedShares.size(); ++i) {
    json[std::string(kReportedShareNames[i]) + "_ms"] =
        static_cast<double>(histogram.Quantile(kReportedShares[i])) / 1e6;
  }
  OrderedJson& buckets = json["buckets"];
  buckets["ms"] = buckets["records"] = OrderedJson::array();
  for (const Histogram::Bucket& bucket : histogram.Buckets()) {
    buckets["ms"].push_back(static_cast<double>(bucket.value) / 1e6);
    buckets["records"].push_back(bucket.count);
  }
  return json;
}

OrderedJson NullUnless(bool is_known, double value) {
  return is_known ? OrderedJson(value) : OrderedJson();
}

double InSeconds(Nanos time) { return static_cast<double>(time) / 1e9; }

OrderedJson ClockErrorJson(const RunPlace& place) {
  return NullUnless(place.clock_error_ms.has_value(),
                    place.clock_error_ms.value_or(0));
}

// Where and when the run took place, and how it was called.
void AddPlace(const LoadResult& result, const LoadFacts& facts,
              OrderedJson& json) {
  const SimTime ended{result.began.ms + result.account.end() / kMillisecond};
  json["command"] = facts.place.command;
  json["host"] = facts.place.host;
  json["started"] = FormatTime(result.began);
  json["ended"] = FormatTime(ended);
  json["clock_error_ms"] = ClockErrorJson(facts.place);
}

// What was to be sent, when, and where to.
void AddJob(const LoadPlan& plan, const LoadFacts& facts, OrderedJson& json) {
  json["profile"] = facts.profile;
  json["profile_xxh3_128"] = facts.profile_fingerprint;
  json["seed"] = plan.job.seed;
  json["job"] = OrderedJson::parse(facts.job_json);
  json["content"] = plan.sends_events ? "events" : "records";
  json["target"] = facts.target;
  json["acknowledged_means"] = facts.acknowledged;
  json["plan"] = facts.plan;
  json["paced"] = plan.sender.paced;
  json["for_seconds"] = NullUnless(plan.end != kNever, InSeconds(plan.end));
  json["slo_ms"] = static_cast<double>(facts.slo) / 1e6;
}

OrderedJson ShardsJson(const std::vector<ShardRun>& shards) {
  OrderedJson json = OrderedJson::array();
  for (const ShardRun& run : shards) {
    json.push_back({{"index", run.shard.index},
                    {"host", run.place.host},
                    {"command", run.place.command},
                    {"started", FormatTime(run.began)},
                    {"clock_error_ms", ClockErrorJson(run.place)},
                    {"seconds", run.seconds},
                    {"planned", run.planned},
                    {"acknowledged", run.acknowledged},
                    {"passed", run.passed},
                    {"verdict", run.verdict}});
  }
  return json;
}

// How the records of each log ended.
OrderedJson LogsJson(const AccountTotals& totals) {
  OrderedJson json = OrderedJson::object();
  for (const LogType log : kLogTypes) {
    if (totals.planned_of[log] == 0) continue;
    OrderedJson& counts = json[std::string(Info(log).name)];
    counts["planned"] = totals.planned_of[log];
    for (std::size_t i = 0; i < kEndingCount; ++i) {
      counts[std::string(NameOf(static_cast<Ending>(i)))] =
          totals.endings_of[log][i];
    }
  }
  return json;
}

void AddTimes(const LoadWindow& window, OrderedJson& json) {
  json["lateness"] = QuantilesJson(window.lateness);
  json["latency_from_intended"] = QuantilesJson(window.latency);
  json["latency_from_sent"] = QuantilesJson(window.service_time);
}

// The times that thresholds need which leave out the first seconds.
OrderedJson WindowsJson(const std::vector<LoadWindow>& windows) {
  OrderedJson json = OrderedJson::array();
  for (std::size_t i = 1; i < windows.size(); ++i) {
    OrderedJson& window = json.emplace_back();
    window["after_seconds"] = windows[i].from;
    AddTimes(windows[i], window);
  }
  return json;
}

// The receiver's messages, by error or remark.
OrderedJson SaidJson(const char* name,
                     const std::map<std::string, LoadError>& entries) {
  OrderedJson json = OrderedJson::array();
  for (const auto& [words, entry] : entries) {
    json.push_back({{name, words},
                    {"batches", entry.batches},
                    {"records", entry.records},
                    {"answer", entry.answer}});
  }
  return json;
}

// What was changed while the run went on.
OrderedJson ChangesJson(const LoadResult& result) {
  OrderedJson json = OrderedJson::array();
  for (const RunChange& change : result.changes) {
    OrderedJson row;
    row["t"] = InSeconds(change.at);
    row["time"] = FormatTime({result.began.ms + change.at / kMillisecond});
    row["what"] = NameOf(change.kind);
    row["from"] = change.from;
    row["to"] = change.to;
    row["unit"] = result.rate_unit;
    row["by"] = NameOf(change.by);
    json.push_back(std::move(row));
  }
  return json;
}

OrderedJson SeriesJson(const std::vector<LoadSecond>& seconds) {
  OrderedJson json = OrderedJson::array();
  const auto ms = [](Nanos time) { return static_cast<double>(time) / 1e6; };
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    const LoadSecond& second = seconds[i];
    OrderedJson row;
    row["t"] = i;
    row["planned"] = second.planned;
    row["sent"] = second.sent;
    for (std::size_t ending = 0; ending < kEndingCount; ++ending) {
      row[std::string(NameOf(static_cast<Ending>(ending)))] =
          second.endings[ending];
    }
    row["bytes"] = second.bytes;
    row["retries"] = second.retries;
    row["queued"] = second.queued;
    row["in_flight"] = second.in_flight;
    row["backlog_ms"] = ms(second.backlog);
    row["lateness_p50_ms"] = ms(second.lateness_p50);
    row["lateness_p99_ms"] = ms(second.lateness_p99);
    row["lateness_max_ms"] = ms(second.lateness_max);
    row["latency_p50_ms"] = ms(second.latency_p50);
    row["latency_p99_ms"] = ms(second.latency_p99);
    row["latency_max_ms"] = ms(second.latency_max);
    json.push_back(std::move(row));
  }
  return json;
}

}  // namespace

std::string JobText(const Job& job, bool ends_by_clock) {
  OrderedJson json = JobJson(job);
  if (ends_by_clock) json.erase("extent");
  return json.dump();
}

std::string LoadJson(const LoadResult& result, const LoadPlan& plan,
                     const LoadFacts& facts) {
  const Account& account = result.account;
  const double seconds = RunSeconds(result);
  OrderedJson json;
  json["busyhour"] = facts.version;
  AddPlace(result, facts, json);
  AddJob(plan, facts, json);
  json["passed"] = facts.passed;
  json["verdict"] = LoadVerdict(result, plan, facts);
  json["thresholds"] = ChecksJson(facts.checks);
  if (!facts.shards.empty()) json["shards"] = ShardsJson(facts.shards);
  json["interrupted"] = result.interrupted;
  json["failure"] = result.status.closed() ? "the reader closed the pipe"
                                           : result.status.message();
  json["whole"] = result.whole;
  json["seconds"] = seconds;
  json["plan_end_seconds"] =
      NullUnless(result.plan_end != kNever, InSeconds(result.plan_end));
  json["last_due_seconds"] = InSeconds(account.last_due());
  json["planned"] = account.planned();
  for (std::size_t i = 0; i < kEndingCount; ++i) {
    json[std::string(NameOf(static_cast<Ending>(i)))] =
        account.count(static_cast<Ending>(i));
  }
  for (std::size_t i = 0; i < kCertaintyCount; ++i) {
    const auto certainty = static_cast<Certainty>(i);
    json["certainty"][std::string(NameOf(certainty))] =
        account.count(certainty);
  }
  json["logs"] = LogsJson(account.totals());
  json["sent"] = account.sent();
  json["lost_connections"] = account.lost_connections();
  json["lost_connection_records"] = account.lost_records();
  json["taken_back"] = account.taken_back();
  json["bytes"] = account.bytes();
  json["batches"] = account.batches();
  json["retries"] = account.retries();
  json["duplicates_possible"] = account.duplicates_possible();
  json["offered_rate"] = OfferedRecordRate(result, plan);
  json["achieved_rate"] =
      static_cast<double>(account.count(Ending::kAcknowledged)) / seconds;
  json["bytes_per_second"] = static_cast<double>(account.bytes()) / seconds;
  AddTimes(account.windows().front(), json);
  json["windows"] = WindowsJson(account.windows());
  json["starved_seconds"] = InSeconds(result.starved);
  json["max_in_flight"] = plan.sender.max_in_flight;
  json["more_in_flight"] = facts.more_in_flight;
  json["in_flight_full_seconds"] = InSeconds(result.crowded);
  json["queue_full_at"] =
      NullUnless(result.first_full >= 0, InSeconds(result.first_full));
  const BodyLimit& limit = account.body_limit();
  json["body_limit"] =
      limit.is_known()
          ? OrderedJson{{"most_taken_bytes", limit.most_taken()},
                        {"least_refused_bytes", limit.least_refused()},
                        {"is_stated", limit.is_stated()},
                        {"split_batches", account.splits()}}
          : OrderedJson();
  json["refusal"] = account.refusal();
  json["errors"] = SaidJson("error", account.errors());
  json["remarks"] = SaidJson("remark", account.remarks());
  json["changes"] = ChangesJson(result);
  json["series"] = SeriesJson(account.seconds());
  return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + '\n';
}

std::string FindMaxJson(const FindMaxResult& found, const LoadFacts& facts) {
  OrderedJson json;
  json["busyhour"] = kVersion;
  json["command"] = facts.place.command;
  json["host"] = facts.place.host;
  json["profile"] = facts.profile;
  json["target"] = facts.target;
  json["slo_ms"] = static_cast<double>(facts.slo) / 1e6;
  json["rate"] = found.rate;
  json["verdict"] = FindMaxVerdict(found, facts);
  json["finished"] = !found.stopped;
  json["confirmed"] = found.confirmation() != nullptr;
  json["refusal"] = found.refusal;
  json["failure"] = found.failure;
  json["trials"] = OrderedJson::array();
  for (const Trial& trial : found.trials) {
    json["trials"].push_back(
        {{"started", FormatTime(trial.began)},
         {"rate", trial.rate},
         {"seconds", static_cast<double>(trial.length) / 1e9},
         {"confirms", trial.confirms},
         {"held", trial.held},
         {"achieved_rate", trial.achieved},
         {"lateness_p99_ms", static_cast<double>(trial.lateness_p99) / 1e6},
         {"ack_growth_ms", static_cast<double>(trial.ack_growth) / 1e6},
         {"taken_rate", trial.taken_rate},
         {"buffered", trial.buffered},
         {"verdict", trial.verdict}});
  }
  return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + '\n';
}

}  // namespace busyhour::internal

#include "load/report_reader.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace busyhour::internal {
namespace {

using Json = nlohmann::json;

// No run lasts longer than 10 years.
constexpr double kMostMs = 10 * 365.0 * kMsPerDay;

double ReadMs(const JsonMembers& members, const char* name) {
  const double ms = members.Number(name);
  if (ms <= kMostMs) return ms;
  members.Refuse(name, "is a time of more than 10 years");
  return 0;
}

Nanos ReadNanosOfMs(const JsonMembers& members, const char* name) {
  return std::llround(ReadMs(members, name) * 1e6);
}

Nanos ReadNanosOfSeconds(const JsonMembers& members, const char* name) {
  const double seconds = members.Number(name);
  if (seconds * kMsPerSecond <= kMostMs) return std::llround(seconds * 1e9);
  members.Refuse(name, "is a time of more than 10 years");
  return 0;
}

SimTime ReadTime(const JsonMembers& members, const char* name) {
  const std::string text = members.Text(name);
  if (const auto time = ParseTime(text)) return *time;
  if (!text.empty()) members.Refuse(name, "is not a time");
  return {};
}

// Whether the member has a value.
bool IsGiven(const Json& json, const char* name) {
  return json.contains(name) && !json[name].is_null();
}

AccountTotals::Endings ReadEndings(const JsonMembers& members) {
  AccountTotals::Endings endings{};
  for (std::size_t i = 0; i < kEndingCount; ++i) {
    const std::string name(NameOf(static_cast<Ending>(i)));
    endings[i] = members.Count(name.c_str());
  }
  return endings;
}

std::vector<Histogram::Bucket> ReadBuckets(const Json& json,
                                           const std::string& pointer,
                                           const AddProblem& add) {
  const JsonMembers members(json, pointer, add);
  const Json& ms = members.Array("ms");
  const Json& records = members.Array("records");
  std::vector<Histogram::Bucket> buckets;
  if (ms.size() != records.size()) {
    members.Refuse("records", "has another length than ms");
    return buckets;
  }
  for (std::size_t i = 0; i < ms.size(); ++i) {
    if (!ms[i].is_number() || !(ms[i].get<double>() >= 0) ||
        ms[i].get<double>() > kMostMs || !records[i].is_number_unsigned() ||
        records[i].get<std::uint64_t>() > JsonMembers::kMostCount) {
      add(pointer + "/ms/" + std::to_string(i),
          "is not a time with a number of records");
      return buckets;
    }
    buckets.push_back({std::llround(ms[i].get<double>() * 1e6),
                       records[i].get<std::uint64_t>()});
  }
  return buckets;
}

Histogram ReadHistogram(const JsonMembers& all, const std::string& pointer,
                        const char* name, const AddProblem& add) {
  const std::string own = pointer + '/' + name;
  const JsonMembers members(all.Object(name), own, add);
  const double mean_ms = ReadMs(members, "mean_ms");
  const Histogram histogram = Histogram::Of(
      ReadBuckets(members.Object("buckets"), own + "/buckets", add),
      mean_ms * 1e6);
  if (members.Count("count") != histogram.count()) {
    members.Refuse("count", "is not the number of records in the buckets");
  }
  return histogram;
}

// `members` is the object at `pointer`.
LoadWindow ReadWindow(const JsonMembers& members, const std::string& pointer,
                      const AddProblem& add) {
  LoadWindow window;
  window.lateness = ReadHistogram(members, pointer, "lateness", add);
  window.latency =
      ReadHistogram(members, pointer, "latency_from_intended", add);
  window.service_time =
      ReadHistogram(members, pointer, "latency_from_sent", add);
  return window;
}

void ReadWindows(const JsonMembers& all, const AddProblem& add,
                 std::vector<LoadWindow>& windows) {
  windows = {ReadWindow(all, "", add)};
  for (const Json& json : all.Array("windows")) {
    const std::string pointer =
        "/windows/" + std::to_string(windows.size() - 1);
    const JsonMembers members(json, pointer, add);
    windows.push_back(ReadWindow(members, pointer, add));
    windows.back().from = members.Count("after_seconds");
  }
}

std::map<std::string, LoadError> ReadMessages(const JsonMembers& all,
                                              const char* list,
                                              const char* name,
                                              const AddProblem& add) {
  std::map<std::string, LoadError> messages;
  std::size_t number = 0;
  for (const Json& json : all.Array(list)) {
    const JsonMembers members(
        json, std::string("/") + list + '/' + std::to_string(number++), add);
    messages[members.Text(name)] = {members.Count("batches"),
                                    members.Count("records"),
                                    members.Text("answer")};
  }
  return messages;
}

LoadSecond ReadSecond(const JsonMembers& members) {
  struct Count {
    const char* name;
    std::uint64_t LoadSecond::*value;
  };
  constexpr std::array<Count, 6> kCounts = {
      {{"planned", &LoadSecond::planned},
       {"sent", &LoadSecond::sent},
       {"bytes", &LoadSecond::bytes},
       {"retries", &LoadSecond::retries},
       {"queued", &LoadSecond::queued},
       {"in_flight", &LoadSecond::in_flight}}};
  struct Time {
    const char* name;
    Nanos LoadSecond::*value;
  };
  constexpr std::array<Time, 7> kTimes = {
      {{"backlog_ms", &LoadSecond::backlog},
       {"lateness_p50_ms", &LoadSecond::lateness_p50},
       {"lateness_p99_ms", &LoadSecond::lateness_p99},
       {"lateness_max_ms", &LoadSecond::lateness_max},
       {"latency_p50_ms", &LoadSecond::latency_p50},
       {"latency_p99_ms", &LoadSecond::latency_p99},
       {"latency_max_ms", &LoadSecond::latency_max}}};
  LoadSecond second;
  for (const Count& each : kCounts) {
    second.*each.value = members.Count(each.name);
  }
  second.endings = ReadEndings(members);
  for (const Time& each : kTimes) {
    second.*each.value = ReadNanosOfMs(members, each.name);
  }
  return second;
}

void ReadSeries(const JsonMembers& all, const AddProblem& add,
                std::vector<LoadSecond>& seconds) {
  for (const Json& json : all.Array("series")) {
    const JsonMembers members(json, "/series/" + std::to_string(seconds.size()),
                              add);
    if (members.Count("t") != seconds.size()) {
      members.Refuse("t", "is not the number of the second");
    }
    seconds.push_back(ReadSecond(members));
  }
}

void ReadLogs(const JsonMembers& all, const AddProblem& add,
              AccountTotals& totals) {
  for (const auto& [name, json] : all.Object("logs").items()) {
    const JsonMembers members(json, "/logs/" + name, add);
    const std::optional<LogType> log = FindLog(name);
    if (!log) {
      all.Refuse("logs", '"' + name + "\" is not a log");
      continue;
    }
    totals.planned_of[*log] = members.Count("planned");
    totals.endings_of[*log] = ReadEndings(members);
  }
  const JsonMembers certainty(all.Object("certainty"), "/certainty", add);
  for (std::size_t i = 0; i < kCertaintyCount; ++i) {
    const std::string name(NameOf(static_cast<Certainty>(i)));
    totals.certainties[i] = certainty.Count(name.c_str());
  }
}

void ReadBodyLimit(const Json& json, const JsonMembers& all,
                   const AddProblem& add, AccountTotals& totals) {
  if (!IsGiven(json, "body_limit")) return;
  const JsonMembers members(all.Object("body_limit"), "/body_limit", add);
  totals.splits = members.Count("split_batches");
  const std::uint64_t least_refused = members.Count("least_refused_bytes");
  if (least_refused == 0) {
    members.Refuse("least_refused_bytes", "is not a size");
    return;
  }
  totals.body_limit = BodyLimit::Of(members.Count("most_taken_bytes"),
                                    least_refused, members.Flag("is_stated"));
}

AccountTotals ReadTotals(const Json& json, const JsonMembers& all,
                         const AddProblem& add) {
  AccountTotals totals;
  totals.end = ReadNanosOfSeconds(all, "seconds");
  totals.last_due = ReadNanosOfSeconds(all, "last_due_seconds");
  totals.planned = all.Count("planned");
  totals.endings = ReadEndings(all);
  ReadLogs(all, add, totals);
  totals.sent = all.Count("sent");
  totals.bytes = all.Count("bytes");
  totals.batches = all.Count("batches");
  totals.retries = all.Count("retries");
  totals.duplicates_possible = all.Count("duplicates_possible");
  totals.taken_back = all.Count("taken_back");
  totals.lost_connections = all.Count("lost_connections");
  totals.lost_records = all.Count("lost_connection_records");
  ReadBodyLimit(json, all, add, totals);
  ReadWindows(all, add, totals.windows);
  totals.refusal = all.Text("refusal");
  totals.errors = ReadMessages(all, "errors", "error", add);
  totals.remarks = ReadMessages(all, "remarks", "remark", add);
  ReadSeries(all, add, totals.seconds);
  return totals;
}

std::optional<double> ReadClockError(const Json& json,
                                     const JsonMembers& members) {
  if (!IsGiven(json, "clock_error_ms")) return std::nullopt;
  return ReadMs(members, "clock_error_ms");
}

void ReadJob(const Json& json, const JsonMembers& all, const AddProblem& add,
             LoadPlan& plan, LoadFacts& facts) {
  facts.profile = all.Text("profile");
  facts.profile_fingerprint = all.Text("profile_xxh3_128");
  plan.job.seed = all.Count("seed", ~std::uint64_t{0});
  const JsonMembers job(all.Object("job"), "/job", add);
  const JsonMembers shard(job.Object("shard"), "/job/shard", add);
  if (const auto read = ShardOf(shard.Count("index"), shard.Count("count"))) {
    plan.job.shard = *read;
  } else {
    job.Refuse("shard", "is not a shard");
  }
  facts.job_json = all.Object("job").dump();
  plan.sends_events = all.Text("content") == "events";
  facts.target = all.Text("target");
  facts.acknowledged = all.Text("acknowledged_means");
  facts.plan = all.Text("plan");
  plan.sender.paced = all.Flag("paced");
  if (IsGiven(json, "for_seconds")) {
    plan.end = ReadNanosOfSeconds(all, "for_seconds");
  }
  facts.slo = ReadNanosOfMs(all, "slo_ms");
}

void ReadChecks(const JsonMembers& all, const AddProblem& add,
                std::vector<Check>& checks) {
  for (const Json& each : all.Array("thresholds")) {
    const JsonMembers check(
        each, "/thresholds/" + std::to_string(checks.size()), add);
    checks.push_back(
        {check.Text("name"), check.Flag("passed"), check.Text("found")});
  }
}

void ReadShards(const JsonMembers& all, const AddProblem& add,
                std::vector<ShardRun>& shards) {
  if (!all.Has("shards")) return;
  const Json& runs = all.Array("shards");
  for (const Json& json : runs) {
    const JsonMembers members(json, "/shards/" + std::to_string(shards.size()),
                              add);
    ShardRun& run = shards.emplace_back();
    run.shard.index =
        static_cast<std::uint32_t>(members.Count("index", runs.size() - 1));
    run.shard.count = static_cast<std::uint32_t>(runs.size());
    run.place = {members.Text("command"), members.Text("host"),
                 ReadClockError(json, members)};
    run.began = ReadTime(members, "started");
    run.seconds = members.Number("seconds");
    run.planned = members.Count("planned");
    run.acknowledged = members.Count("acknowledged");
    run.passed = members.Flag("passed");
    run.verdict = members.Text("verdict");
  }
}

// Finds the value of an enumeration whose first `count` values have names.
template <class Value>
Value ReadName(const JsonMembers& members, const char* name, int count) {
  const std::string text = members.Text(name);
  for (int i = 0; i < count; ++i) {
    if (NameOf(static_cast<Value>(i)) == text) return static_cast<Value>(i);
  }
  members.Refuse(name, '"' + text + "\" is none of its words");
  return {};
}

void ReadRunChanges(const JsonMembers& all, const AddProblem& add,
                    LoadResult& result) {
  for (const Json& json : all.Array("changes")) {
    const JsonMembers members(
        json, "/changes/" + std::to_string(result.changes.size()), add);
    result.changes.push_back({ReadNanosOfSeconds(members, "t"),
                              ReadName<RunChangeKind>(members, "what", 4),
                              members.Number("from"), members.Number("to"),
                              ReadName<AskedBy>(members, "by", 4)});
    result.rate_unit = members.Text("unit");
  }
}

}  // namespace

LoadReport ReadLoadReport(const Json& json, const AddProblem& add) {
  const JsonMembers all(json, "", add);
  LoadReport report;
  LoadResult& result = report.result;
  LoadFacts& facts = report.facts;
  facts.version = all.Text("busyhour");
  facts.place = {all.Text("command"), all.Text("host"),
                 ReadClockError(json, all)};
  result.began = ReadTime(all, "started");
  ReadJob(json, all, add, report.plan, facts);
  facts.passed = all.Flag("passed");
  report.verdict = all.Text("verdict");
  ReadChecks(all, add, facts.checks);
  ReadShards(all, add, facts.shards);
  result.interrupted = all.Flag("interrupted");
  if (const std::string failure = all.Text("failure"); !failure.empty()) {
    result.status = Status::Failed(failure);
  }
  result.whole = all.Flag("whole");
  result.starved = ReadNanosOfSeconds(all, "starved_seconds");
  report.plan.sender.max_in_flight = all.Count("max_in_flight");
  facts.more_in_flight = all.Text("more_in_flight");
  result.crowded = ReadNanosOfSeconds(all, "in_flight_full_seconds");
  if (IsGiven(json, "queue_full_at")) {
    result.first_full = ReadNanosOfSeconds(all, "queue_full_at");
  }
  if (IsGiven(json, "plan_end_seconds")) {
    result.plan_end = ReadNanosOfSeconds(all, "plan_end_seconds");
  }
  ReadRunChanges(all, add, result);
  result.account = Account(ReadTotals(json, all, add));
  return report;
}

}  // namespace busyhour::internal

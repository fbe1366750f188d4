#include "report/run_report.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string_view>

#include "load/report.h"

namespace busyhour {
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

SimTime ReadTime(const JsonMembers& members, const char* name) {
  const std::string text = members.Text(name);
  if (const auto time = ParseTime(text)) return *time;
  if (!text.empty()) members.Refuse(name, "is not a time");
  return {};
}

// The numbers of records by result.
std::vector<std::uint64_t> ReadRecords(const JsonMembers& members) {
  std::vector<std::uint64_t> records = {members.Count("planned")};
  for (std::size_t i = 0; i < kEndingCount; ++i) {
    const std::string name(NameOf(static_cast<Ending>(i)));
    records.push_back(members.Count(name.c_str()));
  }
  return records;
}

void ReadBuckets(const Json& json, const std::string& pointer,
                 const AddProblem& add, Histogram& histogram) {
  const JsonMembers members(json, pointer, add);
  const Json& ms = members.Array("ms");
  const Json& records = members.Array("records");
  if (ms.size() != records.size()) {
    members.Refuse("records", "has another length than ms");
    return;
  }
  for (std::size_t i = 0; i < ms.size(); ++i) {
    if (!ms[i].is_number() || !(ms[i].get<double>() >= 0) ||
        ms[i].get<double>() > kMostMs || !records[i].is_number_unsigned() ||
        records[i].get<std::uint64_t>() > JsonMembers::kMostCount) {
      add(pointer + "/ms/" + std::to_string(i),
          "is not a time with a number of records");
      return;
    }
    histogram.Add(std::llround(ms[i].get<double>() * 1e6),
                  records[i].get<std::uint64_t>());
  }
}

RunTimes ReadTimes(const JsonMembers& all, const char* name,
                   const AddProblem& add) {
  const std::string pointer = std::string("/") + name;
  const JsonMembers members(all.Object(name), pointer, add);
  RunTimes times;
  times.count = members.Count("count");
  times.mean_ms = ReadMs(members, "mean_ms");
  for (const char* const share : kReportedShareNames) {
    const std::string member = std::string(share) + "_ms";
    times.quantiles_ms.push_back(ReadMs(members, member.c_str()));
  }
  ReadBuckets(members.Object("buckets"), pointer + "/buckets", add, times.ns);
  return times;
}

std::vector<RunMessage> ReadMessages(const JsonMembers& all, const char* list,
                                     const char* name, const AddProblem& add) {
  std::vector<RunMessage> messages;
  for (const Json& json : all.Array(list)) {
    const JsonMembers members(
        json, std::string("/") + list + '/' + std::to_string(messages.size()),
        add);
    messages.push_back({members.Text(name), members.Count("batches"),
                        members.Count("records"), members.Text("answer")});
  }
  return messages;
}

std::vector<RunSecond> ReadSeries(const JsonMembers& all,
                                  const AddProblem& add) {
  struct Member {
    const char* name;
    double RunSecond::*value;
  };
  constexpr std::array<Member, 10> kCounts = {
      {{"planned", &RunSecond::planned},
       {"sent", &RunSecond::sent},
       {"acknowledged", &RunSecond::acknowledged},
       {"failed", &RunSecond::failed},
       {"dropped", &RunSecond::dropped},
       {"not_sent", &RunSecond::not_sent},
       {"bytes", &RunSecond::bytes},
       {"retries", &RunSecond::retries},
       {"queued", &RunSecond::queued},
       {"in_flight", &RunSecond::in_flight}}};
  constexpr std::array<Member, 7> kTimes = {
      {{"backlog_ms", &RunSecond::backlog_ms},
       {"lateness_p50_ms", &RunSecond::lateness_p50_ms},
       {"lateness_p99_ms", &RunSecond::lateness_p99_ms},
       {"lateness_max_ms", &RunSecond::lateness_max_ms},
       {"latency_p50_ms", &RunSecond::latency_p50_ms},
       {"latency_p99_ms", &RunSecond::latency_p99_ms},
       {"latency_max_ms", &RunSecond::latency_max_ms}}};
  std::vector<RunSecond> series;
  for (const Json& json : all.Array("series")) {
    const JsonMembers members(json, "/series/" + std::to_string(series.size()),
                              add);
    RunSecond& second = series.emplace_back();
    if (members.Count("t") + 1 != series.size()) {
      members.Refuse("t", "is not the number of the second");
    }
    for (const Member& member : kCounts) {
      second.*member.value = static_cast<double>(members.Count(member.name));
    }
    for (const Member& member : kTimes) {
      second.*member.value = ReadMs(members, member.name);
    }
  }
  return series;
}

void ReadLogs(const JsonMembers& all, const AddProblem& add,
              RunReport& report) {
  for (const auto& [name, json] : all.Object("logs").items()) {
    report.logs.emplace_back(
        name, ReadRecords(JsonMembers(json, "/logs/" + name, add)));
  }
  const JsonMembers certainty(all.Object("certainty"), "/certainty", add);
  for (std::size_t i = 0; i < kCertaintyCount; ++i) {
    const std::string name(NameOf(static_cast<Certainty>(i)));
    report.certainty.emplace_back(name, certainty.Count(name.c_str()));
  }
}

std::vector<RunChangeRow> ReadChanges(const JsonMembers& all,
                                      const AddProblem& add) {
  std::vector<RunChangeRow> changes;
  // A report of an earlier version has none.
  if (!all.Has("changes")) return changes;
  for (const Json& json : all.Array("changes")) {
    const JsonMembers members(
        json, "/changes/" + std::to_string(changes.size()), add);
    RunChangeRow& change = changes.emplace_back();
    change.seconds = members.Number("t");
    change.time = ReadTime(members, "time");
    change.what = members.Text("what");
    change.from = members.Number("from");
    change.to = members.Number("to");
    change.unit = members.Text("unit");
    change.by = members.Text("by");
  }
  return changes;
}

void ReadPlace(const Json& json, const JsonMembers& all, RunReport& report) {
  report.version = all.Text("busyhour");
  report.command = all.Text("command");
  report.host = all.Text("host");
  report.started = ReadTime(all, "started");
  report.ended = ReadTime(all, "ended");
  if (all.Has("clock_error_ms") && !json["clock_error_ms"].is_null()) {
    report.clock_error_ms = ReadMs(all, "clock_error_ms");
  }
  report.profile = all.Text("profile");
  report.seed = all.Count("seed", ~std::uint64_t{0});
  report.target = all.Text("target");
  report.plan = all.Text("plan");
}

}  // namespace

RunReport ReadRunReport(const Json& json, const AddProblem& add) {
  const JsonMembers all(json, "", add);
  RunReport report;
  ReadPlace(json, all, report);
  report.passed = all.Flag("passed");
  report.verdict = all.Text("verdict");
  static const Json kNone = Json::array();
  for (const Json& each :
       all.Has("thresholds") ? all.Array("thresholds") : kNone) {
    const JsonMembers check(
        each, "/thresholds/" + std::to_string(report.thresholds.size()), add);
    report.thresholds.push_back(
        {check.Text("name"), check.Flag("passed"), check.Text("found")});
  }
  report.seconds = ReadMs(all, "seconds");
  report.records = ReadRecords(all);
  ReadLogs(all, add, report);
  report.bytes = all.Count("bytes");
  report.batches = all.Count("batches");
  report.retries = all.Count("retries");
  report.duplicates_possible = all.Count("duplicates_possible");
  report.taken_back = all.Count("taken_back");
  report.lost_connections = all.Count("lost_connections");
  report.offered_rate = all.Number("offered_rate");
  report.achieved_rate = all.Number("achieved_rate");
  report.starved_seconds = all.Number("starved_seconds");
  report.lateness = ReadTimes(all, "lateness", add);
  report.latency = ReadTimes(all, "latency_from_intended", add);
  report.service_time = ReadTimes(all, "latency_from_sent", add);
  report.errors = ReadMessages(all, "errors", "error", add);
  report.remarks = ReadMessages(all, "remarks", "remark", add);
  report.changes = ReadChanges(all, add);
  report.series = ReadSeries(all, add);
  return report;
}

}  // namespace busyhour

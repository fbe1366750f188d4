#include "load/report_merge.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/time.h"
#include "job/shard_set.h"

namespace busyhour::internal {
namespace {

using Json = nlohmann::json;

// The members that all shards of a job have in common.
constexpr std::array kSameMembers = {
    "busyhour", "profile", "profile_xxh3_128", "seed",  "job", "content",
    "plan",     "paced",   "for_seconds",      "slo_ms"};

// What a report says of its job, without the shard.
Json JobOfAll(const Json& report) {
  Json job = Json::object();
  for (const char* const name : kSameMembers) {
    job[name] = report.value(name, Json());
  }
  if (job["job"].is_object()) job["job"].erase("shard");
  job["thresholds"] = Json::array();
  for (const Json& check : report.value("thresholds", Json::array())) {
    job["thresholds"].push_back(check.value("name", Json()));
  }
  return job;
}

// The runs of a load begin together, or one after the other within this time.
constexpr std::int64_t kMostApartMs = kMsPerDay;

// Adds a problem if a run began long after the first one: the report has a row
// for each second since then.
void CheckBeginnings(const std::vector<NamedReport>& reports,
                     const std::vector<LoadReport>& read,
                     std::vector<Problem>& problems) {
  const auto began = [](const LoadReport& report) {
    return report.result.began.ms;
  };
  const std::int64_t first = began(*std::min_element(
      read.begin(), read.end(), [&](const LoadReport& a, const LoadReport& b) {
        return began(a) < began(b);
      }));
  for (std::size_t i = 0; i < read.size(); ++i) {
    if (began(read[i]) - first <= kMostApartMs) continue;
    problems.push_back({reports[i].first, 0, 0, "/started",
                        "is more than a day after the first run's start: they "
                        "are not of one load"});
  }
}

// Adds a problem for each member that differs from that of `first`.
void CheckSameJob(const NamedReport& first, const NamedReport& other,
                  std::vector<Problem>& problems) {
  const Json one = JobOfAll(first.second);
  const Json two = JobOfAll(other.second);
  for (const Json& difference : Json::diff(one, two)) {
    const std::string path = difference["path"].get<std::string>();
    const Json::json_pointer at(path);
    const auto text = [&at](const Json& json) {
      return json.contains(at) ? json[at].dump() : std::string("nothing");
    };
    problems.push_back({other.first, 0, 0, path,
                        text(two) + " is not that of " + first.first + ", " +
                            text(one) + ": they are not of one job"});
  }
}

void AddSecond(const LoadSecond& one, LoadSecond& sum) {
  sum.planned += one.planned;
  sum.sent += one.sent;
  for (std::size_t i = 0; i < kEndingCount; ++i) {
    sum.endings[i] += one.endings[i];
  }
  sum.bytes += one.bytes;
  sum.retries += one.retries;
  sum.queued += one.queued;
  sum.in_flight += one.in_flight;
  for (Nanos LoadSecond::*time :
       {&LoadSecond::backlog, &LoadSecond::lateness_p50,
        &LoadSecond::lateness_p99, &LoadSecond::lateness_max,
        &LoadSecond::latency_p50, &LoadSecond::latency_p99,
        &LoadSecond::latency_max}) {
    sum.*time = std::max(sum.*time, one.*time);
  }
}

void AddMessages(const std::map<std::string, LoadError>& of_one,
                 std::map<std::string, LoadError>& sum) {
  for (const auto& [words, one] : of_one) {
    LoadError& entry = sum[words];
    entry.batches += one.batches;
    entry.records += one.records;
    if (entry.answer.empty()) entry.answer = one.answer;
  }
}

// Adds the times of the windows that both have.
void AddWindows(const std::vector<LoadWindow>& of_one,
                std::vector<LoadWindow>& sum) {
  for (const LoadWindow& window : of_one) {
    const auto same = std::find_if(
        sum.begin(), sum.end(),
        [&](const LoadWindow& each) { return each.from == window.from; });
    if (same == sum.end()) continue;
    same->lateness.Merge(window.lateness);
    same->latency.Merge(window.latency);
    same->service_time.Merge(window.service_time);
  }
}

// Adds the totals of a run that began `late` after the first one.
void AddTotals(const AccountTotals& one, Nanos late, AccountTotals& sum) {
  sum.planned += one.planned;
  sum.sent += one.sent;
  for (std::size_t i = 0; i < kEndingCount; ++i) {
    sum.endings[i] += one.endings[i];
  }
  for (const LogType log : kLogTypes) {
    sum.planned_of[log] += one.planned_of[log];
    for (std::size_t i = 0; i < kEndingCount; ++i) {
      sum.endings_of[log][i] += one.endings_of[log][i];
    }
  }
  for (std::size_t i = 0; i < kCertaintyCount; ++i) {
    sum.certainties[i] += one.certainties[i];
  }
  for (std::uint64_t AccountTotals::*count :
       {&AccountTotals::batches, &AccountTotals::bytes, &AccountTotals::retries,
        &AccountTotals::duplicates_possible, &AccountTotals::taken_back,
        &AccountTotals::lost_connections, &AccountTotals::lost_records,
        &AccountTotals::splits}) {
    sum.*count += one.*count;
  }
  AddMessages(one.errors, sum.errors);
  AddMessages(one.remarks, sum.remarks);
  if (sum.refusal.empty()) sum.refusal = one.refusal;
  sum.body_limit.Merge(one.body_limit);
  sum.last_due = std::max(sum.last_due, one.last_due + late);
  sum.end = std::max(sum.end, one.end + late);
  AddWindows(one.windows, sum.windows);
  const auto shift =
      static_cast<std::size_t>((late + kNanosPerSecond / 2) / kNanosPerSecond);
  sum.seconds.resize(std::max(sum.seconds.size(), one.seconds.size() + shift));
  for (std::size_t i = 0; i < one.seconds.size(); ++i) {
    AddSecond(one.seconds[i], sum.seconds[i + shift]);
  }
}

// Adds what the result says besides its account.
void AddResult(const LoadResult& one, Nanos late, const Shard& shard,
               LoadResult& sum) {
  if (sum.status.ok() && !one.status.ok()) {
    sum.status = Status::Failed("shard " + std::to_string(shard.index) + ": " +
                                one.status.message());
  }
  sum.interrupted = sum.interrupted || one.interrupted;
  if (one.first_full >= 0) {
    const Nanos full = one.first_full + late;
    sum.first_full = sum.first_full < 0 ? full : std::min(sum.first_full, full);
  }
  sum.starved = std::max(sum.starved, one.starved);
  sum.crowded = std::max(sum.crowded, one.crowded);
  sum.whole = sum.whole && one.whole;
  sum.plan_end = one.plan_end == kNever || sum.plan_end == kNever
                     ? kNever
                     : std::max(sum.plan_end, one.plan_end + late);
  for (RunChange change : one.changes) {
    change.at += late;
    sum.changes.push_back(change);
    sum.rate_unit = one.rate_unit;
  }
}

// Adds a word to a list, unless it is there.
void AddWord(const std::string& word, std::string& list,
             std::vector<std::string>& words) {
  if (std::find(words.begin(), words.end(), word) != words.end()) return;
  words.push_back(word);
  list += (list.empty() ? "" : ", ") + word;
}

ShardRun RunOf(const LoadReport& one) {
  return {one.plan.job.shard,
          one.facts.place,
          one.result.began,
          RunSeconds(one.result),
          one.result.account.planned(),
          one.result.account.count(Ending::kAcknowledged),
          one.facts.passed,
          one.verdict};
}

// The sum before any report is added; its job is that of all shards.
LoadReport EmptySum(const std::vector<LoadReport>& reports) {
  const LoadReport& first = reports.front();
  LoadReport sum;
  sum.plan = first.plan;
  sum.plan.job.shard = {};
  sum.plan.sender.max_in_flight = 0;
  sum.facts = first.facts;
  sum.facts.place = {};
  sum.facts.place.clock_error_ms = 0;
  sum.facts.target.clear();
  Json job = Json::parse(first.facts.job_json);
  job["shard"] = {{"index", 0}, {"count", 1}};
  sum.facts.job_json = job.dump();
  if (reports.size() > 1) {
    sum.facts.plan = std::to_string(reports.size()) + " x " + first.facts.plan;
  }
  sum.result.whole = true;
  sum.result.plan_end = 0;
  sum.result.began = first.result.began;
  for (const LoadReport& one : reports) {
    sum.result.began = std::min(sum.result.began, one.result.began);
  }
  return sum;
}

// Adds where the runs were made, and their runs.
void AddFacts(const std::vector<LoadReport>& reports, LoadReport& sum) {
  std::vector<std::string> targets;
  std::vector<std::string> hosts;
  std::optional<double>& error = sum.facts.place.clock_error_ms;
  for (const LoadReport& one : reports) {
    sum.plan.sender.max_in_flight += one.plan.sender.max_in_flight;
    AddWord(one.facts.target, sum.facts.target, targets);
    AddWord(one.facts.place.host, sum.facts.place.host, hosts);
    const std::optional<double>& of_one = one.facts.place.clock_error_ms;
    error = error && of_one ? std::optional(std::max(*error, *of_one))
                            : std::nullopt;
    sum.facts.shards.push_back(RunOf(one));
  }
}

// The sum of the reports, which are in the order of their shards.
LoadReport SumOf(const std::vector<LoadReport>& reports) {
  LoadReport sum = EmptySum(reports);
  AddFacts(reports, sum);
  AccountTotals totals;
  for (const LoadWindow& window : reports.front().result.account.windows()) {
    if (window.from > 0) totals.windows.emplace_back().from = window.from;
  }
  Nanos latest = 0;
  for (const LoadReport& one : reports) {
    const Nanos late =
        (one.result.began.ms - sum.result.began.ms) * kMillisecond;
    latest = std::max(latest, late);
    AddTotals(one.result.account.totals(), late, totals);
    AddResult(one.result, late, one.plan.job.shard, sum.result);
  }
  std::sort(sum.result.changes.begin(), sum.result.changes.end(),
            [](const RunChange& a, const RunChange& b) { return a.at < b.at; });
  // The seconds of such a window are not the same ones in all runs.
  if (latest >= kNanosPerSecond / 2) totals.windows.resize(1);
  sum.result.account = Account(std::move(totals));
  return sum;
}

}  // namespace

LoadReport MergeReports(const std::vector<NamedReport>& reports,
                        std::vector<Problem>& problems) {
  const std::size_t before = problems.size();
  std::vector<LoadReport> read;
  std::vector<ShardFile> files;
  for (const NamedReport& report : reports) {
    read.push_back(ReadLoadReport(
        report.second, [&](const std::string& at, std::string what) {
          problems.push_back({report.first, 0, 0, at, std::move(what)});
        }));
    files.push_back({report.first, read.back().plan.job.shard});
  }
  if (problems.size() > before) return {};
  for (const NamedReport& report : reports) {
    CheckSameJob(reports.front(), report, problems);
  }
  CheckBeginnings(reports, read, problems);
  CheckShards(files, "report", problems);
  if (problems.size() > before) return {};
  std::sort(read.begin(), read.end(),
            [](const LoadReport& a, const LoadReport& b) {
              return a.plan.job.shard.index < b.plan.job.shard.index;
            });
  return SumOf(read);
}

}  // namespace busyhour::internal

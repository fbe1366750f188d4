#include "verify/verdict_json.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "base/printable.h"
#include "base/time.h"
#include "check/check_report.h"

namespace busyhour::internal {
namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson CountsJson(const VerifyCounts& counts) {
  OrderedJson json = OrderedJson::object();
  for (const VerifyCountInfo& info : VerifyCountInfos()) {
    json[std::string(info.name)] = counts.*info.count;
  }
  return json;
}

OrderedJson ByteCountsJson(const ByteCounts& counts) {
  constexpr std::array<const char*, kByteClassCount> kNames = {
      "records", "frame", "blank", "undecodable"};
  OrderedJson json = OrderedJson::object();
  for (std::size_t i = 0; i < counts.size(); ++i) json[kNames[i]] = counts[i];
  return json;
}

double Milliseconds(std::int64_t ns) { return static_cast<double>(ns) / 1e6; }

OrderedJson LatencyJson(const Latency& latency) {
  OrderedJson json = {{"count", latency.ns.count()},
                      {"unreadable", latency.unreadable},
                      {"negative", latency.negative}};
  if (latency.ns.count() > 0) {
    json["min"] = Milliseconds(latency.min_ns);
    for (const LatencyShare& each : kLatencyShares) {
      json[std::string(each.name)] =
          Milliseconds(QuantileOf(latency, each.share));
    }
    json["max"] = Milliseconds(latency.max_ns);
    json["mean"] = latency.ns.mean() / 1e6;
  }
  return json;
}

OrderedJson ExampleJson(const VerifyExample& example) {
  OrderedJson json = {{"kind", example.kind}};
  const auto add = [&json](const char* name, const std::string& value) {
    if (!value.empty()) json[name] = AsUtf8(value);
  };
  if (example.log) add("log", std::string(Info(*example.log).name));
  add("input", example.input);
  if (example.line > 0) json["line"] = example.line;
  add("id", example.id);
  add("time", example.time);
  if (example.kind == "altered") {
    add("field", example.detail);
    json["sent"] = AsUtf8(example.sent);
    json["received"] = AsUtf8(example.received);
  } else {
    add("why", example.detail);
    add("text", example.received);
  }
  return json;
}

OrderedJson CauseJson(const VerifyCause& cause) {
  OrderedJson json = {{"kind", cause.kind}, {"count", cause.count}};
  if (cause.log) json["log"] = Info(*cause.log).name;
  if (cause.kind == "altered") {
    json["field"] = cause.field;
    json["change"] = NameOf(cause.change);
    if (HasAmount(cause.change) && cause.by) json["by"] = *cause.by;
    if (!cause.renamed_to.empty()) {
      json["renamed_to"] = AsUtf8(cause.renamed_to);
    }
    if (!cause.in_text.empty()) json["in_text"] = AsUtf8(cause.in_text);
  } else {
    json["why"] = AsUtf8(cause.why);
  }
  json["example"] = ExampleJson(cause.example);
  return json;
}

OrderedJson JobJson(const VerifyJob& job) {
  OrderedJson json = {{"profile", AsUtf8(job.profile)},
                      {"seed", job.seed},
                      {"start", FormatTime(job.start)}};
  if (!job.shard.empty()) json["shard"] = job.shard;
  json["calls"] = job.calls;
  json["sent"] = job.sent;
  json["arrived"] = job.arrived;
  return json;
}

OrderedJson RunsJson(const VerifyRuns& runs) {
  OrderedJson json = OrderedJson::object();
  for (const char* const kind : {"lost", "duplicated", "out_of_order"}) {
    OrderedJson& of_kind = json[kind];
    of_kind = {{"count", runs.count(kind)}, {"longest", OrderedJson::array()}};
    for (const VerifyRun& run : runs.Of(kind)) {
      OrderedJson one = {{"log", Info(run.log).name},
                         {"records", run.records},
                         {"from", FormatTime(run.from)},
                         {"to", FormatTime(run.to)},
                         {"first_id", run.first_id}};
      if (!run.input.empty()) {
        one["input"] = AsUtf8(run.input);
        one["first_line"] = run.first_line;
        one["last_line"] = run.last_line;
      }
      of_kind["longest"].push_back(std::move(one));
    }
  }
  return json;
}

// A list for each count, which is shorter than an object for each period.
OrderedJson SeriesJson(const VerifySeries& series) {
  OrderedJson json = {{"period_s", series.period_ms() / kMsPerSecond},
                      {"from", FormatTime(series.begin())}};
  for (const std::string_view name : VerifySeries::kNames) {
    json[std::string(name)] = OrderedJson::array();
  }
  json["lost"] = OrderedJson::array();
  for (const VerifySeries::Counts& counts : series.periods()) {
    for (std::size_t i = 0; i < VerifySeries::kCounts; ++i) {
      json[std::string(VerifySeries::kNames[i])].push_back(counts[i]);
    }
    const auto of = [&counts](VerifySeries::Count count) {
      return counts[static_cast<std::size_t>(count)];
    };
    json["lost"].push_back(of(VerifySeries::Count::kSent) -
                           of(VerifySeries::Count::kArrived));
  }
  return json;
}

}  // namespace

std::string VerdictJson(const Verdict& verdict, const Allowance& allowance) {
  const std::vector<std::string_view> exceeded = allowance.Exceeded(verdict);
  OrderedJson json = {{"passed", HasPassed(verdict, allowance)}};
  json["headline"] = AsUtf8(Headline(verdict, allowance));
  if (!verdict.nothing_asked.empty()) {
    json["nothing_asked"] = AsUtf8(verdict.nothing_asked);
  }
  json["exceeded"] = exceeded;
  json["thresholds"] = ChecksJson(verdict.checks);
  json["total"] = CountsJson(verdict.total);
  for (const LogInfo& log : Logs()) {
    json["logs"][std::string(log.name)] = CountsJson(verdict.logs[log.log]);
  }
  json["calls"] = verdict.calls;
  json["jobs"] = OrderedJson::array();
  for (const VerifyJob& job : verdict.jobs) {
    json["jobs"].push_back(JobJson(job));
  }
  json["bytes"] = verdict.bytes;
  json["bytes_of"] = ByteCountsJson(verdict.byte_counts);
  json["early"] = verdict.early;
  json["not_judged"] = verdict.not_judged;
  json["out_of_order_ms"] = verdict.out_of_order_ms;
  if (verdict.latency) json["latency_ms"] = LatencyJson(*verdict.latency);
  for (const LogInfo& log : Logs()) {
    OrderedJson& fields = json["altered_fields"][std::string(log.name)];
    fields = OrderedJson::object();
    for (const auto& [name, count] : verdict.altered_fields[log.log]) {
      fields[std::string(name)] = count;
    }
  }
  json["hints"] = OrderedJson::array();
  for (const VerifyHint& hint : verdict.hints) {
    json["hints"].push_back(
        {{"about", hint.about}, {"text", AsUtf8(hint.text)}});
  }
  json["causes"] = OrderedJson::array();
  for (const VerifyCause& cause : verdict.causes) {
    json["causes"].push_back(CauseJson(cause));
  }
  json["runs"] = RunsJson(verdict.runs);
  json["series"] = SeriesJson(verdict.series);
  json["examples"] = OrderedJson::array();
  for (const VerifyExample& example : verdict.examples) {
    json["examples"].push_back(ExampleJson(example));
  }
  return json.dump();
}

}  // namespace busyhour::internal

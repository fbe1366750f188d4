#include "report/run_part.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/units.h"
#include "load/report.h"
#include "report/changes.h"
#include "report/run_charts.h"

namespace busyhour::internal {
namespace {

std::string MsText(double ms) {
  return FormatNanos(static_cast<std::int64_t>(ms * 1e6));
}

// `99.98 %`; never 100 % if a part is missing.
std::string PartText(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "–";
  const double share =
      100 * static_cast<double>(part) / static_cast<double>(whole);
  if (part < whole && share > 99.99) return "> 99.99 %";
  return NumberText(share) + " %";
}

Table ThresholdsOf(const RunReport& run) {
  Table table;
  table.title = "Thresholds";
  table.columns = {"Threshold", "Result", "Found"};
  for (const Check& check : run.thresholds) {
    table.rows.push_back({check.name,
                          check.passed ? Cell("passed", Meaning::kGood)
                                       : Cell("missed", Meaning::kBad),
                          check.found});
  }
  if (table.rows.empty()) table.remark = "The run had none.";
  return table;
}

// The run's own verdict, after the number of missed thresholds.
std::string SentenceOf(const RunReport& run) {
  const auto missed =
      std::count_if(run.thresholds.begin(), run.thresholds.end(),
                    [](const Check& check) { return !check.passed; });
  std::string sentence = run.verdict;
  if (missed > 0) {
    sentence = std::to_string(missed) + " of " +
               std::to_string(run.thresholds.size()) + " thresholds missed; " +
               sentence;
  }
  if (!sentence.empty()) sentence[0] = UpperOf(sentence[0]);
  return sentence + '.';
}

Table TimesOf(const RunReport& run) {
  Table table;
  table.title = "Times";
  table.remark = "In milliseconds, over the whole run.";
  table.columns = {"Time", "records", "mean"};
  for (const char* const name : kReportedShareNames) {
    table.columns.emplace_back(name);
  }
  const std::pair<const char*, const RunTimes*> rows[] = {
      {"lateness", &run.lateness},
      {"acknowledgement after the intended time", &run.latency},
      {"acknowledgement after the actual time", &run.service_time}};
  for (const auto& [name, times] : rows) {
    std::vector<Cell>& row = table.rows.emplace_back(1, Cell(name));
    row.push_back(Cell::Number(FormatCount(times->count)));
    row.push_back(Cell::Number(times->mean_ms));
    for (const double ms : times->quantiles_ms) row.push_back(Cell::Number(ms));
  }
  return table;
}

Table MessagesOf(const char* title, const char* none,
                 const std::vector<RunMessage>& messages) {
  Table table;
  table.title = title;
  table.columns = {"Kind", "Records", "Batches", "The receiver's message"};
  if (messages.empty()) table.remark = none;
  for (const RunMessage& message : messages) {
    table.rows.push_back(
        {message.words, Cell::Number(FormatCount(message.records)),
         Cell::Number(FormatCount(message.batches)), message.answer});
  }
  return table;
}

Table RecordsOf(const RunReport& run) {
  Table table;
  table.title = "Records by log";
  table.columns = {"Log",    "planned", "acknowledged",
                   "failed", "dropped", "not sent"};
  const auto add = [&table](const std::string& name,
                            const std::vector<std::uint64_t>& records) {
    std::vector<Cell>& row = table.rows.emplace_back(1, Cell(name));
    for (const std::uint64_t count : records) {
      row.push_back(Cell::Number(FormatCount(count)));
    }
  };
  for (const auto& [name, records] : run.logs) add(name, records);
  add("total", run.records);
  return table;
}

// The runs of a merged report.
Table RunsOf(const RunReport& run) {
  Table table;
  table.title = "Shards";
  table.columns = {"Shard",   "Host",         "Started", "Clock error",
                   "planned", "acknowledged", "Result",  "Verdict"};
  for (const ShardRun& shard : run.shards) {
    const std::optional<double>& error = shard.place.clock_error_ms;
    table.rows.push_back({Cell::Number(std::to_string(shard.shard.index)),
                          shard.place.host, FormatTime(shard.began),
                          error ? MsText(*error) : "not known",
                          Cell::Number(FormatCount(shard.planned)),
                          Cell::Number(FormatCount(shard.acknowledged)),
                          shard.passed ? Cell("passed", Meaning::kGood)
                                       : Cell("failed", Meaning::kBad),
                          shard.verdict});
  }
  return table;
}

FactList FactsOf(const RunReport& run) {
  FactList list;
  list.title = "Facts";
  const auto add = [&list](const char* name, std::string value,
                           bool is_code = false) {
    list.facts.push_back({name, std::move(value), is_code});
  };
  add("Command", run.command, true);
  add("Started", FormatTime(run.started));
  add("Ended",
      FormatTime(run.ended) + ", after " +
          FormatDuration(static_cast<std::int64_t>(run.seconds * 1e3)));
  add("Host", run.host);
  add("Error of its clock", run.clock_error_ms
                                ? "at most " + MsText(*run.clock_error_ms)
                                : "not known: the clock is not synchronized");
  add("Receiver", run.target, true);
  add("Plan", run.plan);
  add("Profile", run.profile + ", seed " + std::to_string(run.seed));
  add("Volume", FormatSize(static_cast<double>(run.bytes)) + " in " +
                    FormatCount(run.batches) + " batches");
  std::string certainty;
  for (const auto& [name, count] : run.certainty) {
    if (count == 0) continue;
    certainty +=
        (certainty.empty() ? "" : ", ") + FormatCount(count) + ' ' + name;
  }
  add("Certainty of acknowledgements", certainty.empty() ? "none" : certainty);
  add("Duplicates possible", FormatCount(run.duplicates_possible) + " records");
  add("Acknowledgements taken back", FormatCount(run.taken_back) + " records");
  add("Lost connections", FormatCount(run.lost_connections));
  add("Sender waited for records",
      FormatDuration(static_cast<std::int64_t>(run.starved_seconds * 1e3)));
  add("Version", "busyhour " + run.version);
  return list;
}

}  // namespace

std::vector<Tile> TilesOf(const RunReport& run) {
  constexpr std::size_t kP99 = 2;
  const std::uint64_t planned = run.records[0];
  const std::uint64_t acknowledged = run.records[1];
  std::vector<Tile> tiles = {
      {"Acknowledged", PartText(acknowledged, planned),
       FormatCount(acknowledged) + " of " + FormatCount(planned) + " records"},
      {"Achieved rate", FormatAmount(run.achieved_rate) + "/s",
       "offered " + FormatAmount(run.offered_rate) + "/s"},
      {"Lateness p99", MsText(run.lateness.quantiles_ms[kP99]),
       "at most " + MsText(run.lateness.quantiles_ms.back())},
      {"Ack p99", MsText(run.latency.quantiles_ms[kP99]),
       "from the intended time"}};
  std::string endings;
  for (std::size_t i = 1; i < kEndingCount; ++i) {
    endings += (endings.empty() ? "" : ", ") + FormatCount(run.records[i + 1]) +
               ' ' +
               (i == 1   ? "failed"
                : i == 2 ? "dropped"
                         : "not sent");
  }
  tiles.push_back(
      {"Not acknowledged", FormatCount(planned - acknowledged), endings});
  tiles.push_back({"Retries", FormatCount(run.retries),
                   "of " + FormatCount(run.batches) + " batches"});
  return tiles;
}

Table ChangesDuring(const RunReport& run) {
  Table table;
  table.title = "Changes during the run";
  table.remark = "The charts mark pauses.";
  table.columns = {"Time", "second", "Change", "from", "to", "unit", "by"};
  for (const RunChangeRow& change : run.changes) {
    table.rows.push_back({FormatTime(change.time), Cell::Number(change.seconds),
                          change.what, Cell::Number(change.from),
                          Cell::Number(change.to), change.unit, change.by});
  }
  return table;
}

Table ErrorsOf(const RunReport& run) {
  return MessagesOf("Errors", "None.", run.errors);
}

ReportPart PartOf(const RunReport& run, const RunReport* old) {
  ReportPart part;
  part.kind = "Load run";
  part.subject = run.profile + " to " + run.target + ", " + run.plan;
  part.verdict = {run.passed ? Meaning::kGood : Meaning::kBad,
                  run.passed ? "Passed" : "Failed", SentenceOf(run)};
  part.tiles = TilesOf(run);
  part.blocks.push_back(ThresholdsOf(run));
  if (old != nullptr) part.blocks.push_back(ChangesOf(run, *old));
  part.blocks.push_back(ChartsOf(run, old, EmptyCharts::kLeftOut));
  if (!run.changes.empty()) part.blocks.push_back(ChangesDuring(run));
  part.blocks.push_back(ErrorsOf(run));
  if (!run.remarks.empty()) {
    part.blocks.push_back(
        MessagesOf("Remarks of the receiver", "", run.remarks));
  }
  part.blocks.push_back(TimesOf(run));
  part.blocks.push_back(RecordsOf(run));
  if (!run.shards.empty()) part.blocks.push_back(RunsOf(run));
  part.blocks.push_back(FactsOf(run));
  return part;
}

}  // namespace busyhour::internal

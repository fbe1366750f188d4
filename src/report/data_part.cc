#include "report/data_part.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/percentiles.h"
#include "base/units.h"
#include "engine/estimate.h"
#include "logs/log.h"
#include "report/data_changes.h"
#include "report/job_figures.h"

namespace busyhour::internal {
namespace {

// Makes the charts over the simulated time of a job.
class JobChartMaker {
 public:
  /// With `old`, charts also show their first line of earlier figures, if
  /// these are of the same time.
  JobChartMaker(const JobFigures& figures, const JobFigures* old)
      : figures_(figures),
        old_(old != nullptr && AreOfSameTime(figures, *old) ? old : nullptr) {}

  struct Line {
    std::string name;
    std::string_view style;
    double (*value)(const JobSpan& span);
    bool an_hour = true;  // or as it is
  };

  Chart Make(const std::string& title, const std::string& remark,
             const std::string& unit, const std::vector<Line>& lines) const {
    Chart chart;
    chart.title = title;
    chart.remark = remark + " Spans of " + FormatDuration(figures_.span_ms) +
                   (figures_.sampled_one_in > 1 ? ", estimated." : ".") +
                   (figures_.incidents.empty() ? "" : " Shaded: incidents.");
    chart.axis = ChartAxis::kTime;
    chart.x_name = "time (UTC)";
    chart.unit = unit;
    for (std::size_t i = 0; i < figures_.spans.size(); ++i) {
      const SimTime time{figures_.first.ms +
                         static_cast<std::int64_t>(i) * figures_.span_ms};
      chart.x.push_back(static_cast<double>(time.ms) / kMsPerSecond);
      chart.x_texts.push_back(FormatTime(time));
    }
    for (const Line& line : lines) {
      chart.series.push_back({line.name, line.style, Values(figures_, line)});
    }
    if (old_ != nullptr) {
      const Line& first = lines.front();
      chart.series.push_back(
          {first.name + " before", "old", Values(*old_, first)});
    }
    for (const IncidentSpan& incident : figures_.incidents) {
      chart.bands.push_back(
          {static_cast<double>(incident.from.ms) / kMsPerSecond,
           static_cast<double>(incident.to.ms) / kMsPerSecond, incident.name});
    }
    return chart;
  }

 private:
  static std::vector<double> Values(const JobFigures& figures,
                                    const Line& line) {
    const double hours = static_cast<double>(figures.span_ms) / kMsPerHour;
    std::vector<double> values;
    for (const JobSpan& span : figures.spans) {
      values.push_back(line.value(span) / (line.an_hour ? hours : 1));
    }
    return values;
  }

  const JobFigures& figures_;
  const JobFigures* old_;
};

// How long calls were connected.
Chart DurationsOf(const JobFigures& figures) {
  Chart chart;
  chart.title = "Duration of calls";
  chart.remark =
      "The time that a share of the calls did not exceed, from "
      "connection to end.";
  chart.axis = ChartAxis::kNines;
  chart.x_name = "share of calls";
  chart.unit = "s";
  chart.may_be_logarithmic = true;
  ChartSeries& series =
      chart.series.emplace_back(ChartSeries{"duration", "main", {}});
  for (const PercentileRow& row : PercentileRows(figures.connected_ms)) {
    chart.x.push_back(row.share < 1 ? -std::log10(1 - row.share)
                                    : chart.x.back() + std::log10(2.0));
    chart.x_texts.push_back(NumberText(row.share * 100) + " %");
    series.values.push_back(static_cast<double>(row.value) / kMsPerSecond);
  }
  return chart;
}

ChartGroup ChartsOf(const JobFigures& figures, const JobFigures* old) {
  const JobChartMaker maker(figures, old);
  ChartGroup group;
  group.charts.push_back(maker.Make(
      "Call attempts", "By the time of the attempt.", "calls/h",
      {{"calls", "main", [](const JobSpan& span) { return span.calls; }}}));
  group.charts.push_back(maker.Make(
      "Concurrent calls", "Mean number of connected calls.", "calls",
      {{"connected", "main", [](const JobSpan& span) { return span.connected; },
        false}}));
  group.charts.push_back(maker.Make(
      "Requests by status", "By the time of the answer.", "requests/h",
      {{"2xx", "main", [](const JobSpan& span) { return span.requests[0]; }},
       {"4xx", "second", [](const JobSpan& span) { return span.requests[1]; }},
       {"5xx", "bad", [](const JobSpan& span) { return span.requests[2]; }}}));
  group.charts.push_back(maker.Make(
      "Plays and recognizes", "By the time of their end.", "results/h",
      {{"completed", "main", [](const JobSpan& span) { return span.media[0]; }},
       {"canceled", "second",
        [](const JobSpan& span) { return span.media[1]; }},
       {"failed", "bad", [](const JobSpan& span) { return span.media[2]; }}}));
  group.charts.push_back(DurationsOf(figures));
  return group;
}

Table RequestsOf(const JobFigures& figures) {
  Table table;
  table.title = "Requests by operation and status";
  table.columns = {"Operation", "requests", "2xx",     "4xx",
                   "5xx",       "p50, ms",  "p99, ms", "max, ms"};
  for (std::size_t i = 0; i < kOperationCount; ++i) {
    const Histogram& latency = figures.latency_ms[i];
    if (latency.count() == 0) continue;
    double classes[3] = {};
    double all = 0;
    for (const auto& [status, count] : figures.statuses[i]) {
      classes[status < 400 ? 0 : status < 500 ? 1 : 2] += count;
      all += count;
    }
    std::vector<Cell>& row = table.rows.emplace_back(
        1, Cell(std::string(Info(static_cast<Operation>(i)).name)));
    for (const double count : {all, classes[0], classes[1], classes[2]}) {
      row.push_back(Cell::Number(count));
    }
    for (const double share : {0.5, 0.99, 1.0}) {
      row.push_back(Cell::Number(static_cast<double>(latency.Quantile(share))));
    }
  }
  if (table.rows.empty()) table.remark = "There are none.";
  return table;
}

Table StatusesOf(const JobFigures& figures) {
  Table table;
  table.title = "Statuses by operation";
  table.columns = {"Status", "Operation", "requests"};
  for (std::size_t i = 0; i < kOperationCount; ++i) {
    for (const auto& [status, count] : figures.statuses[i]) {
      table.rows.push_back({std::to_string(status),
                            std::string(Info(static_cast<Operation>(i)).name),
                            Cell::Number(count)});
    }
  }
  table.is_closed = true;
  return table;
}

Table MediaOf(const JobFigures& figures) {
  Table table;
  table.title = "Results of plays and recognizes";
  table.columns = {"Operation", "Result",  "Code",
                   "Subcode",   "Message", "results"};
  for (const auto& [key, count] : figures.media) {
    const OutcomeInfo& info = Info(key.second);
    table.rows.push_back({std::string(Info(key.first).name),
                          std::string(ResultTypeName(info.group)),
                          std::to_string(info.code),
                          std::to_string(info.subcode),
                          std::string(info.message), Cell::Number(count)});
  }
  if (table.rows.empty()) table.remark = "There are none.";
  return table;
}

Table IncidentsOf(const JobFigures& figures) {
  Table table;
  table.title = "Incidents";
  table.columns = {"Incident", "From", "To", "Length"};
  for (const IncidentSpan& incident : figures.incidents) {
    table.rows.push_back(
        {incident.name, FormatTime(incident.from), FormatTime(incident.to),
         Cell::Number(FormatDuration(incident.to.ms - incident.from.ms))});
  }
  if (table.rows.empty()) table.remark = "None.";
  if (figures.has_more_incidents) {
    table.remark = "The first " + FormatCount(table.rows.size()) + '.';
  }
  return table;
}

// The records of each log; of a load run, how they ended.
Table RecordsByLog(const Manifest& manifest) {
  Table table;
  table.title = "Records by log";
  table.columns = {"Log", "records"};
  const auto sum = [&manifest](LogType log,
                               Deliveries::Lists Deliveries::*list) {
    std::uint64_t records = 0;
    for (const Deliveries& each : manifest.deliveries) {
      for (const RecordRange& range : (each.*list)[log]) records += range.count;
    }
    return Cell::Number(FormatCount(records));
  };
  if (manifest.was_sent()) {
    table.columns = {"Log", "planned", "failed", "dropped", "not sent"};
  }
  for (const LogType log : LogsCounted(manifest.job)) {
    std::vector<Cell>& row =
        table.rows.emplace_back(1, Cell(std::string(Info(log).name)));
    row.push_back(Cell::Number(FormatCount(manifest.tally.records[log])));
    if (!manifest.was_sent()) continue;
    for (Deliveries::Lists Deliveries::*const list :
         {&Deliveries::failed, &Deliveries::dropped, &Deliveries::not_sent}) {
      row.push_back(sum(log, list));
    }
  }
  return table;
}

Table FilesOf(const Manifest& manifest) {
  Table table;
  table.title = "Files";
  table.columns = {"File", "records", "size"};
  constexpr std::size_t kMostFiles = 100;
  for (const Manifest::File& file : manifest.files) {
    if (table.rows.size() == kMostFiles) {
      table.remark = "The first " + FormatCount(kMostFiles) + " of " +
                     FormatCount(manifest.files.size()) + '.';
      break;
    }
    table.rows.push_back(
        {file.name, Cell::Number(FormatCount(file.records)),
         Cell::Number(FormatSize(static_cast<double>(file.bytes)))});
  }
  return table;
}

FactList FactsOf(const SavedManifest& saved, const JobFigures& figures) {
  const Job& job = saved.manifest.job;
  FactList list;
  list.title = "Facts";
  const auto add = [&list](const char* name, std::string value) {
    list.facts.push_back({name, std::move(value)});
  };
  add("Profile", saved.profile.name);
  add("Seed", std::to_string(job.seed));
  add("Start", FormatTime(job.start));
  if (job.extent.kind == Extent::Kind::kDuration) {
    add("Length", FormatDuration(static_cast<std::int64_t>(job.extent.amount)));
  }
  if (saved.manifest.deliveries.size() > 1) {
    add("Shards", std::to_string(saved.manifest.deliveries.size()));
  }
  if (job.shard.count > 1) {
    add("Shard", std::to_string(job.shard.index) + " of " +
                     std::to_string(job.shard.count));
  }
  if (saved.profile.resources.size() > 1) {
    add("Resources", FormatCount(saved.profile.resources.size()));
  }
  if (saved.manifest.was_sent()) {
    add("Receiver", saved.manifest.deliveries.front().target);
  }
  add("Charts", figures.sampled_one_in == 1
                    ? "from a simulation of all calls, before faults"
                    : "from a simulation of one in " +
                          FormatCount(figures.sampled_one_in) +
                          " calls, before faults: counts are estimates");
  return list;
}

std::vector<Tile> TilesOf(const Manifest& manifest, std::uint64_t calls,
                          const JobFigures& figures) {
  double most_calls = 0;
  double most_connected = 0;
  double requests = 0;
  double refused = 0;
  for (const JobSpan& span : figures.spans) {
    most_calls = std::max(most_calls, span.calls);
    most_connected = std::max(most_connected, span.connected);
    requests += span.requests[0] + span.requests[1] + span.requests[2];
    refused += span.requests[1] + span.requests[2];
  }
  const double hours = static_cast<double>(figures.span_ms) / kMsPerHour;
  return {
      {"Calls", FormatCount(calls), ""},
      {"Records", FormatCount(manifest.tally.all_records()), ""},
      {"Peak calls/h", FormatAmount(most_calls / hours),
       "over " + FormatDuration(figures.span_ms)},
      {"Concurrent calls", FormatAmount(most_connected),
       "at the peak, over " + FormatDuration(figures.span_ms)},
      {"Median duration", FormatDuration(figures.connected_ms.Quantile(0.5)),
       "p99 " + FormatDuration(figures.connected_ms.Quantile(0.99))},
      {"Refused requests",
       requests > 0 ? NumberText(100 * refused / requests) + " %" : "–",
       "statuses 4xx and 5xx"}};
}

// Simulates the calls.
ShownData ShownOf(const SavedManifest& saved) {
  const Manifest& manifest = saved.manifest;
  const Worlds worlds(saved.profile, manifest.job.seed, manifest.job.start);
  std::uint64_t calls = manifest.tally.calls;
  // The manifest of a load run does not count its calls. How many of them a
  // filter selects cannot be estimated.
  if (calls == 0 && manifest.job.filter == nullptr) {
    calls = static_cast<std::uint64_t>(EstimateJob(worlds, manifest.job).calls);
  }
  JobFigures figures = FiguresOf(worlds, manifest.job, calls);
  if (manifest.tally.calls == 0) {
    calls = figures.simulated_calls * figures.sampled_one_in;
  }
  return {saved, calls, std::move(figures)};
}

}  // namespace

ReportPart PartOf(const SavedManifest& saved, const SavedManifest* old) {
  const ShownData data = ShownOf(saved);
  const JobFigures& figures = data.figures;
  const Manifest& manifest = saved.manifest;
  std::optional<ShownData> before;
  if (old != nullptr) before.emplace(ShownOf(*old));
  ReportPart part;
  part.kind = manifest.was_sent() ? "Records sent" : "Data set";
  part.subject = saved.profile.name + " from " + FormatTime(manifest.job.start);
  part.verdict.word = manifest.complete ? "Complete" : "Interrupted";
  part.verdict.sentence =
      FormatCount(manifest.tally.all_records()) + " records " +
      (manifest.was_sent() ? "were planned; the job has " : "of ") +
      FormatCount(data.calls) + " calls";
  if (!manifest.complete) {
    part.verdict.meaning = Meaning::kBad;
    part.verdict.sentence += " so far; the charts show the complete job";
  }
  part.verdict.sentence += '.';
  part.tiles = TilesOf(manifest, data.calls, figures);
  if (before) part.blocks.push_back(ChangesOf(data, *before));
  part.blocks.push_back(ChartsOf(figures, before ? &before->figures : nullptr));
  part.blocks.push_back(IncidentsOf(figures));
  part.blocks.push_back(RequestsOf(figures));
  part.blocks.push_back(StatusesOf(figures));
  part.blocks.push_back(MediaOf(figures));
  part.blocks.push_back(RecordsByLog(manifest));
  if (!manifest.files.empty()) part.blocks.push_back(FilesOf(manifest));
  part.blocks.push_back(FactsOf(saved, figures));
  return part;
}

}  // namespace busyhour::internal

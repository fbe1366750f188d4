#include "measure/report.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>

namespace busyhour::internal {
namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson JsonOf(const Spread& spread) {
  return {{"median", spread.median},
          {"min", spread.least},
          {"max", spread.most},
          {"deviation", spread.deviation}};
}

OrderedJson JsonOf(const Row& row, const Row& floor, const CorpusInfo& corpus) {
  OrderedJson json = {{"name", row.name}, {"kind", row.kind}};
  if (!row.library.empty()) json["library"] = row.library;
  const std::optional<Figures> figures = FiguresOf(row, floor, corpus);
  json["ok"] = figures.has_value();
  if (!figures) {
    json["failure"] = row.result.failure;
    return json;
  }
  json["wall_s"] = JsonOf(figures->wall);
  json["cpu_s"] = JsonOf(figures->cpu);
  json["bytes_per_s"] = figures->bytes_per_s;
  json["records_per_s"] = figures->records_per_s;
  json["ns_per_record"] = figures->ns_per_record;
  json["times_floor"] = figures->times_floor;
  if (figures->peak_bytes > 0) json["peak_bytes"] = figures->peak_bytes;
  return json;
}

std::string Quoted(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    return std::string(text);
  }
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

// Independent of the locale.
std::string NumberText(double value) {
  std::array<char, 32> text;
  const char* const end = std::to_chars(text.data(), text.data() + text.size(),
                                        value, std::chars_format::general, 6)
                              .ptr;
  return {text.data(), static_cast<std::size_t>(end - text.data())};
}

}  // namespace

std::optional<Figures> FiguresOf(const Row& row, const Row& floor,
                                 const CorpusInfo& corpus) {
  if (!row.result.failure.empty() || row.result.samples.empty()) {
    return std::nullopt;
  }
  Figures figures;
  figures.wall = SpreadOf(row.result.samples, &Sample::wall_s);
  figures.cpu = SpreadOf(row.result.samples, &Sample::cpu_s);
  // If the clock has not advanced, only an upper limit of the time is known.
  const double seconds = std::max(figures.wall.median, 1e-9);
  figures.bytes_per_s = static_cast<double>(corpus.bytes) / seconds;
  figures.records_per_s = static_cast<double>(corpus.records) / seconds;
  if (corpus.records > 0) {
    figures.ns_per_record = seconds * 1e9 / static_cast<double>(corpus.records);
  }
  if (!floor.result.samples.empty()) {
    figures.times_floor =
        seconds /
        std::max(SpreadOf(floor.result.samples, &Sample::wall_s).median, 1e-9);
  }
  for (const Sample& sample : row.result.samples) {
    figures.peak_bytes = std::max(figures.peak_bytes, sample.peak_bytes);
  }
  return figures;
}

std::string ReportJson(const CorpusInfo& corpus, int rounds,
                       std::span<const TaskReport> reports) {
  OrderedJson json;
  json["corpus"] = {
      {"source", corpus.source},   {"shape", corpus.shape},
      {"frame", corpus.frame},     {"bytes", corpus.bytes},
      {"records", corpus.records}, {"undecodable", corpus.undecodable},
      {"truth", corpus.truth}};
  json["rounds"] = rounds;
  json["tasks"] = OrderedJson::array();
  for (const TaskReport& report : reports) {
    OrderedJson rows = OrderedJson::array();
    for (const Row& row : report.rows) {
      rows.push_back(JsonOf(row, report.rows.front(), corpus));
    }
    json["tasks"].push_back(
        {{"task", Info(report.task).name}, {"results", std::move(rows)}});
  }
  // A command line or its standard error may be in any encoding.
  return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + '\n';
}

std::string ReportCsv(const CorpusInfo& corpus,
                      std::span<const TaskReport> reports) {
  std::string csv =
      "task,name,kind,library,ok,failure,wall_s,wall_s_min,wall_s_max,"
      "wall_s_deviation,cpu_s,bytes_per_s,records_per_s,ns_per_record,"
      "times_floor,peak_bytes\n";
  for (const TaskReport& report : reports) {
    for (const Row& row : report.rows) {
      const std::optional<Figures> figures =
          FiguresOf(row, report.rows.front(), corpus);
      csv += std::string(Info(report.task).name) + ',' + Quoted(row.name) +
             ',' + std::string(row.kind) + ',' + Quoted(row.library) + ',';
      if (!figures) {
        csv += "false," + Quoted(row.result.failure) + ",,,,,,,,,,\n";
        continue;
      }
      csv += "true,";
      for (const double value :
           {figures->wall.median, figures->wall.least, figures->wall.most,
            figures->wall.deviation, figures->cpu.median, figures->bytes_per_s,
            figures->records_per_s, figures->ns_per_record,
            figures->times_floor}) {
        csv += ',' + NumberText(value);
      }
      csv += ',';
      if (figures->peak_bytes > 0) csv += std::to_string(figures->peak_bytes);
      csv += '\n';
    }
  }
  return csv;
}

}  // namespace busyhour::internal

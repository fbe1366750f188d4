#include "report/verify_part.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/time.h"
#include "base/units.h"
#include "report/comparison.h"

namespace busyhour::internal {
namespace {

using Json = nlohmann::json;

struct CountColumn {
  const char* key;
  const char* title;
};
constexpr std::array<CountColumn, 8> kCountColumns = {
    {{"sent", "sent"},
     {"received", "received"},
     {"lost", "lost"},
     {"duplicated", "duplicated"},
     {"altered", "altered"},
     {"foreign", "foreign"},
     {"undecodable", "undecodable"},
     {"out_of_order", "out of order"}}};

std::vector<std::uint64_t> ReadVerifyCounts(const JsonMembers& members) {
  std::vector<std::uint64_t> counts;
  for (const CountColumn& column : kCountColumns) {
    counts.push_back(members.Count(column.key));
  }
  return counts;
}

// `76 (0.68 %)`.
std::string CountAndShare(std::uint64_t count, std::uint64_t sent) {
  std::string text = FormatCount(count);
  if (count == 0 || sent == 0) return text;
  return text + " (" +
         NumberText(100 * static_cast<double>(count) /
                    static_cast<double>(sent)) +
         " %)";
}

// `76 lost (0.68 %), 3 altered (0.03 %) of 11,203 records`.
std::string SentenceOf(const std::vector<std::uint64_t>& total) {
  std::string text;
  for (std::size_t i = 2; i < kCountColumns.size(); ++i) {
    if (total[i] == 0) continue;
    text += (text.empty() ? "" : ", ") + CountAndShare(total[i], total[0]) +
            ' ' + kCountColumns[i].title;
  }
  if (text.empty()) {
    return "All " + FormatCount(total[0]) +
           " records arrived, once and unchanged.";
  }
  return text + "; " + FormatCount(total[0]) + " records were sent.";
}

Table CountsOf(const JsonMembers& all, const std::vector<std::uint64_t>& total,
               const AddProblem& add) {
  Table table;
  table.title = "Records by log";
  table.columns = {"Log"};
  for (const CountColumn& column : kCountColumns) {
    table.columns.emplace_back(column.title);
  }
  const auto add_row = [&table](const std::string& name,
                                const std::vector<std::uint64_t>& counts) {
    std::vector<Cell>& row = table.rows.emplace_back(1, Cell(name));
    for (const std::uint64_t count : counts) {
      row.push_back(Cell::Number(FormatCount(count)));
    }
  };
  for (const auto& [name, json] : all.Object("logs").items()) {
    const std::vector<std::uint64_t> counts =
        ReadVerifyCounts(JsonMembers(json, "/logs/" + name, add));
    if (counts[0] + counts[1] > 0) add_row(name, counts);
  }
  add_row("total", total);
  return table;
}

// Reads the numbers of the series' member `name`, and adds those of `fold`
// consecutive periods.
std::vector<double> ReadNumbers(const JsonMembers& series, const char* name,
                                std::size_t periods, std::size_t fold) {
  std::vector<double> numbers((periods + fold - 1) / fold);
  const Json& array = series.Array(name);
  if (array.size() != periods) {
    series.Refuse(name, "has another length than sent");
    return numbers;
  }
  for (std::size_t i = 0; i < periods; ++i) {
    if (!array[i].is_number_unsigned()) {
      series.Refuse(name, "has a value that is not a whole number");
      break;
    }
    numbers[i / fold] += array[i].get<double>();
  }
  return numbers;
}

// What happened to the records, by the time at which they were due.
ChartGroup VerifyCharts(const JsonMembers& all, const AddProblem& add) {
  constexpr std::size_t kMostPeriods = 400;
  constexpr std::uint64_t kMostPeriodSeconds = 1'000'000'000;
  const JsonMembers series(all.Object("series"), "/series", add);
  const std::size_t periods = series.Array("sent").size();
  const std::size_t fold = periods / kMostPeriods + 1;
  const std::uint64_t length_s = series.Count("period_s", kMostPeriodSeconds);
  const std::string from = series.Text("from");
  const std::optional<SimTime> begin = ParseTime(from);
  if (!begin && !from.empty()) series.Refuse("from", "is not a time");
  const std::int64_t length_ms =
      static_cast<std::int64_t>(length_s * fold) * kMsPerSecond;
  Chart chart;
  chart.axis = ChartAxis::kTime;
  chart.x_name = "time (UTC)";
  chart.unit = "records";
  chart.remark = "By the time at which they were due, in periods of " +
                 FormatDuration(length_ms) + '.';
  for (std::size_t i = 0; i * fold < periods; ++i) {
    const SimTime time{begin.value_or(SimTime()).ms +
                       static_cast<std::int64_t>(i) * length_ms};
    chart.x.push_back(static_cast<double>(time.ms) / kMsPerSecond);
    chart.x_texts.push_back(FormatTime(time));
  }
  const auto line = [&](const char* name, const char* key,
                        std::string_view style) {
    return ChartSeries{name, style, ReadNumbers(series, key, periods, fold)};
  };
  ChartGroup group;
  Chart& damaged = group.charts.emplace_back(chart);
  damaged.title = "Lost and changed records";
  damaged.series = {line("lost", "lost", "main"),
                    line("altered", "altered", "bad"),
                    line("duplicated", "duplicated", "second"),
                    line("out of order", "out_of_order", "third")};
  Chart& arrived = group.charts.emplace_back(std::move(chart));
  arrived.title = "Records sent and arrived";
  arrived.series = {line("sent", "sent", "plan"),
                    line("arrived", "arrived", "main")};
  return group;
}

// Likely causes of differences, and what to do.
Table HintsOf(const JsonMembers& all, const AddProblem& add) {
  Table table;
  table.title = "Hints";
  table.columns = {"About", "Hint"};
  for (const Json& json : all.Array("hints")) {
    const JsonMembers hint(json, "/hints/" + std::to_string(table.rows.size()),
                           add);
    table.rows.push_back({hint.Text("about"), hint.Text("text")});
  }
  return table;
}

Table AlteredFields(const JsonMembers& all, const AddProblem& add) {
  Table table;
  table.title = "Altered fields";
  table.columns = {"Field", "Log", "Records"};
  for (const auto& [log, fields] : all.Object("altered_fields").items()) {
    const JsonMembers members(fields, "/altered_fields/" + log, add);
    if (!fields.is_object()) continue;
    for (const auto& [field, count] : fields.items()) {
      table.rows.push_back(
          {field, log,
           Cell::Number(FormatCount(members.Count(field.c_str())))});
    }
  }
  if (table.rows.empty()) table.remark = "None.";
  return table;
}

// A member that may be missing.
std::string OptionalText(const JsonMembers& members, const char* name) {
  return members.Has(name) ? members.Text(name) : "";
}

Table ExamplesOf(const JsonMembers& all, const AddProblem& add) {
  Table table;
  table.title = "Examples";
  table.columns = {"Kind", "Log", "Time", "Id", "Place", "Detail"};
  for (const Json& json : all.Array("examples")) {
    const JsonMembers example(
        json, "/examples/" + std::to_string(table.rows.size()), add);
    std::string detail = OptionalText(example, "why");
    if (example.Has("field")) {
      detail = example.Text("field") + ": \"" + example.Text("sent") +
               "\" became \"" + example.Text("received") + '"';
    } else if (example.Has("text")) {
      detail += (detail.empty() ? "" : ": ") + example.Text("text");
    }
    std::string place = OptionalText(example, "input");
    if (example.Has("line")) {
      place += ':' + std::to_string(example.Count("line"));
    }
    table.rows.push_back({example.Text("kind"), OptionalText(example, "log"),
                          OptionalText(example, "time"),
                          OptionalText(example, "id"), std::move(place),
                          std::move(detail)});
  }
  if (table.rows.empty()) table.remark = "There are none.";
  return table;
}

// The shares of each kind of damage. A period in which nothing was sent has
// none.
std::vector<VerifyReport::Share> SharesOf(
    const JsonMembers& all, const std::vector<std::uint64_t>& total,
    const AddProblem& add) {
  const auto percent = [](double part, double whole) {
    return whole > 0 ? 100 * part / whole : 0;
  };
  std::vector<VerifyReport::Share> shares;
  for (std::size_t i = 2; i < kCountColumns.size(); ++i) {
    const CountColumn& column = kCountColumns[i];
    VerifyReport::Share& share = shares.emplace_back();
    share.name = column.title;
    share.percent =
        percent(static_cast<double>(total[i]), static_cast<double>(total[0]));
    if (!all.Has("series")) continue;
    const JsonMembers series(all.Object("series"), "/series", add);
    if (!series.Has(column.key)) continue;
    const std::size_t periods = series.Array("sent").size();
    const std::vector<double> sent = ReadNumbers(series, "sent", periods, 1);
    const std::vector<double> part =
        ReadNumbers(series, column.key, periods, 1);
    for (std::size_t at = 0; at < periods; ++at) {
      share.by_period.push_back(percent(part[at], sent[at]));
    }
  }
  return shares;
}

Table ChangesOf(const VerifyReport& verification, const VerifyReport& old) {
  std::vector<ComparedFigure> figures;
  for (std::size_t i = 0; i < verification.shares.size(); ++i) {
    const VerifyReport::Share& now = verification.shares[i];
    const VerifyReport::Share& before = old.shares[i];
    figures.push_back({now.name + ", % of the records sent", before.percent,
                       now.percent, before.by_period, now.by_period,
                       ComparedFigure::Better::kLess});
  }
  DifferenceList differences("verifications");
  differences.Add("volume", old.part.subject, verification.part.subject);
  return ComparisonOf(
      figures, Periods::kOfTwoRuns,
      "Compared with an earlier verification. More than noise: beyond three "
      "standard errors of the shares by period. " +
          differences.Text());
}

}  // namespace

ReportPart PartOf(const VerifyReport& verification, const VerifyReport* old) {
  ReportPart part = verification.part;
  if (old != nullptr) {
    part.blocks.insert(part.blocks.begin(), ChangesOf(verification, *old));
  }
  return part;
}

VerifyReport ReadVerification(const Json& json, const AddProblem& add) {
  const JsonMembers all(json, "", add);
  const std::vector<std::uint64_t> total =
      ReadVerifyCounts(JsonMembers(all.Object("total"), "/total", add));
  VerifyReport verification;
  ReportPart& part = verification.part;
  part.kind = "Verification";
  part.subject = FormatCount(all.Count("calls")) + " calls, " +
                 FormatSize(static_cast<double>(all.Count("bytes"))) + " read";
  const bool passed = all.Flag("passed");
  part.verdict = {passed ? Meaning::kGood : Meaning::kBad,
                  passed ? "Passed" : "Failed", SentenceOf(total)};
  if (all.Has("nothing_asked")) {
    part.verdict.sentence =
        "No records were expected: " + all.Text("nothing_asked") + '.';
  }
  for (std::size_t i = 0; i < 5; ++i) {
    std::string name = kCountColumns[i].title;
    name[0] = UpperOf(name[0]);
    part.tiles.push_back(
        {std::move(name), FormatCount(total[i]),
         i < 2 ? "records" : "of " + FormatCount(total[0]) + " records sent"});
  }
  // Results of earlier versions have neither hints nor a series.
  if (all.Has("hints") && !all.Array("hints").empty()) {
    part.blocks.push_back(HintsOf(all, add));
  }
  if (all.Has("series")) part.blocks.push_back(VerifyCharts(all, add));
  part.blocks.push_back(CountsOf(all, total, add));
  part.blocks.push_back(AlteredFields(all, add));
  part.blocks.push_back(ExamplesOf(all, add));
  // What is wrong in the series has been told above.
  verification.shares =
      SharesOf(all, total, [](const std::string&, const std::string&) {});
  return verification;
}

}  // namespace busyhour::internal

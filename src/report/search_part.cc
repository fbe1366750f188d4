#include "report/search_part.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/units.h"
#include "report/comparison.h"

namespace busyhour::internal {
namespace {

std::string LatenessText(double ms) {
  return FormatNanos(static_cast<std::int64_t>(ms * 1e6));
}

std::string SecondsText(double seconds) {
  return FormatDuration(std::llround(seconds * kMsPerSecond));
}

// Figures that are not known have no value.
double KnownOr(double value) {
  return value > 0 ? value : std::numeric_limits<double>::quiet_NaN();
}

PageVerdict VerdictOf(const SearchReport& search) {
  // It begins with the receiver's address.
  const std::string sentence = search.verdict + '.';
  if (!search.refusal.empty()) return {Meaning::kBad, "Refused", sentence};
  if (!search.finished) return {Meaning::kBad, "Not finished", sentence};
  return search.rate > 0 ? PageVerdict{Meaning::kGood, "Found", sentence}
                         : PageVerdict{Meaning::kBad, "Not found", sentence};
}

// Why the search ended.
std::string EndOf(const SearchReport& search) {
  if (!search.refusal.empty()) {
    return "The receiver refused records, whatever the rate: " + search.refusal;
  }
  if (!search.failure.empty()) return "It could not go on: " + search.failure;
  if (!search.finished) return "It was interrupted.";
  if (search.rate == 0) return "No rate was sustained, not even the lowest.";
  return search.confirmed
             ? "A longer trial confirmed the rate, and the next higher rates "
               "were not sustained or are above the receiver's capacity."
             : "No other rate was left to try.";
}

std::vector<Tile> TilesOf(const SearchReport& search) {
  const auto held =
      std::count_if(search.trials.begin(), search.trials.end(),
                    [](const SearchTrial& trial) { return trial.held; });
  double seconds = 0;
  double capacity = 0;
  double buffered = 0;
  for (const SearchTrial& trial : search.trials) {
    seconds += trial.seconds;
    buffered = std::max(buffered, trial.buffered);
    if (trial.taken_rate > 0) capacity = trial.taken_rate;
  }
  return {
      {"Highest rate",
       search.rate > 0 ? NumberText(std::round(search.rate)) + "/s" : "–",
       search.confirmed ? "confirmed by a longer trial" : "not confirmed"},
      {"Lateness allowed", LatenessText(search.slo_ms), "99th percentile"},
      {"Trials", FormatCount(search.trials.size()),
       FormatCount(static_cast<std::uint64_t>(held)) + " sustained, " +
           SecondsText(seconds) + " in all"},
      {"Capacity", capacity > 0 ? NumberText(std::round(capacity)) + "/s" : "–",
       "while records were waiting"},
      {"Buffers", capacity > 0 ? NumberText(std::round(buffered)) : "–",
       "records that the receiver took in addition"}};
}

Chart ChartOver(const SearchReport& search) {
  Chart chart;
  chart.axis = ChartAxis::kTrials;
  chart.x_name = "trial";
  for (std::size_t i = 1; i <= search.trials.size(); ++i) {
    chart.x.push_back(static_cast<double>(i));
    chart.x_texts.push_back(FormatCount(i));
  }
  return chart;
}

ChartGroup ChartsOf(const SearchReport& search) {
  const auto line = [&](const char* name, std::string_view style,
                        double (*value)(const SearchTrial& trial)) {
    ChartSeries series{name, style, {}};
    for (const SearchTrial& trial : search.trials) {
      series.values.push_back(value(trial));
    }
    return series;
  };
  ChartGroup group;
  Chart& rates = group.charts.emplace_back(ChartOver(search));
  rates.title = "Rates of the trials";
  rates.remark =
      "Capacity: the rate at which the receiver took records while others were "
      "waiting, if a trial shows it.";
  rates.unit = "records/s";
  rates.series = {
      line("offered", "plan",
           [](const SearchTrial& trial) { return trial.rate; }),
      line("achieved", "main",
           [](const SearchTrial& trial) { return trial.achieved_rate; }),
      line("capacity", "bad",
           [](const SearchTrial& trial) { return KnownOr(trial.taken_rate); })};
  Chart& lateness = group.charts.emplace_back(ChartOver(search));
  lateness.title = "Lateness of the trials";
  lateness.remark = "Actual minus intended time of sending, 99th percentile.";
  lateness.unit = "ms";
  lateness.may_be_logarithmic = true;
  lateness.series = {line("p99", "main", [](const SearchTrial& trial) {
    return trial.lateness_p99_ms;
  })};
  lateness.limits = {{search.slo_ms, "allowed"}};
  return group;
}

Table TrialsOf(const SearchReport& search) {
  Table table;
  table.title = "Trials";
  table.columns = {"Trial",      "Started",          "Length", "offered/s",
                   "achieved/s", "lateness p99, ms", "Result", "Why"};
  for (const SearchTrial& trial : search.trials) {
    table.rows.push_back(
        {Cell::Number(FormatCount(table.rows.size() + 1)),
         FormatTime(trial.started), Cell::Number(SecondsText(trial.seconds)),
         Cell::Number(trial.rate), Cell::Number(trial.achieved_rate),
         Cell::Number(trial.lateness_p99_ms),
         trial.held
             ? Cell(trial.confirms ? "confirmed" : "sustained", Meaning::kGood)
             : Cell("not sustained", Meaning::kBad),
         trial.verdict});
  }
  if (table.rows.empty()) table.remark = "There was none.";
  return table;
}

FactList FactsOf(const SearchReport& search) {
  FactList list;
  list.title = "Facts";
  list.facts = {{"End of the search", EndOf(search)},
                {"Command", search.command, true},
                {"Host", search.host},
                {"Receiver", search.target, true},
                {"Profile", search.profile},
                {"Version", "busyhour " + search.version}};
  return list;
}

Table ChangesOf(const SearchReport& search, const SearchReport& old) {
  DifferenceList differences("searches");
  differences.Add("receiver", old.target, search.target);
  differences.Add("profile", old.profile, search.profile);
  differences.Add("lateness allowed", LatenessText(old.slo_ms),
                  LatenessText(search.slo_ms));
  differences.Add("host", old.host, search.host);
  differences.Add("version", old.version, search.version);
  return ComparisonOf(
      {{"highest rate, records/s", old.rate, search.rate}}, Periods::kOfTwoRuns,
      "Compared with an earlier search. A search finds the rate to 5 %, so a "
      "smaller change is none. " +
          differences.Text());
}

}  // namespace

ReportPart PartOf(const SearchReport& search, const SearchReport* old) {
  ReportPart part;
  part.kind = "Search for the highest rate";
  part.subject = search.profile + " to " + search.target;
  part.verdict = VerdictOf(search);
  part.tiles = TilesOf(search);
  if (old != nullptr) part.blocks.push_back(ChangesOf(search, *old));
  part.blocks.push_back(TrialsOf(search));
  part.blocks.push_back(ChartsOf(search));
  part.blocks.push_back(FactsOf(search));
  return part;
}

}  // namespace busyhour::internal

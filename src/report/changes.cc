#include "report/changes.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace busyhour {
namespace {

constexpr std::size_t kRunParts = 10;
// Our assumption: with ten parts, noise exceeds it in about 1 % of the cases.
constexpr double kErrors = 3;

struct MeanOfRun {
  double mean = 0;
  double error = 0;  // standard error of the mean
};

// The mean of a figure over a run that has at least two seconds in each part.
MeanOfRun MeanOver(const RunReport& run, double RunSecond::*value) {
  std::array<double, kRunParts> means{};
  const std::size_t length = run.series.size() / kRunParts;
  MeanOfRun result;
  for (std::size_t part = 0; part < kRunParts; ++part) {
    for (std::size_t i = 0; i < length; ++i) {
      means[part] += run.series[part * length + i].*value;
    }
    means[part] /= static_cast<double>(length);
    result.mean += means[part] / kRunParts;
  }
  double squares = 0;
  for (const double mean : means) {
    squares += (mean - result.mean) * (mean - result.mean);
  }
  result.error = std::sqrt(squares / (kRunParts - 1) / kRunParts);
  return result;
}

struct ComparedFigure {
  const char* name;
  double before;
  double now;
  double RunSecond::*by_second;
  bool more_is_better = false;
};

// What the change of a figure means.
Cell JudgementOf(const ComparedFigure& figure, const RunReport& run,
                 const RunReport& old) {
  for (const RunReport* const each : {&run, &old}) {
    if (each->series.size() < 2 * kRunParts) return "too short to tell";
  }
  const MeanOfRun now = MeanOver(run, figure.by_second);
  const MeanOfRun before = MeanOver(old, figure.by_second);
  const double change = now.mean - before.mean;
  // The figure of the whole run must have changed in the same direction.
  const bool agrees = change * (figure.now - figure.before) > 0;
  if (!agrees ||
      std::fabs(change) <= kErrors * std::hypot(now.error, before.error)) {
    return "within noise";
  }
  const bool is_better = (change > 0) == figure.more_is_better;
  return is_better ? Cell("better", Meaning::kGood)
                   : Cell("worse", Meaning::kBad);
}

std::string ChangeText(double before, double now) {
  if (before == now) return "0 %";
  if (before == 0) return "–";
  const double change = 100 * (now - before) / before;
  return (change > 0 ? "+" : "") + NumberText(change) + " %";
}

// In what the runs differ that makes them hard to compare.
std::string DifferencesOf(const RunReport& run, const RunReport& old) {
  std::string text;
  const auto add = [&text](const char* name, const std::string& before,
                           const std::string& now) {
    if (before == now) return;
    text += (text.empty() ? "The runs differ in " : "; ") + std::string(name) +
            " (" + before + " before, " + now + " now)";
  };
  add("receiver", old.target, run.target);
  add("plan", old.plan, run.plan);
  add("profile", old.profile, run.profile);
  add("host", old.host, run.host);
  add("version", old.version, run.version);
  return text.empty() ? text : text + ".";
}

}  // namespace

Table ChangesOf(const RunReport& run, const RunReport& old) {
  const auto at = [](const RunTimes& times, std::size_t i) {
    return times.quantiles_ms[i];
  };
  constexpr std::size_t kP50 = 0;
  constexpr std::size_t kP99 = 2;
  constexpr std::size_t kMax = 4;
  const std::array<ComparedFigure, 9> figures = {
      {{"acknowledged, records/s", old.achieved_rate, run.achieved_rate,
        &RunSecond::acknowledged, true},
       {"lateness p50, ms", at(old.lateness, kP50), at(run.lateness, kP50),
        &RunSecond::lateness_p50_ms},
       {"lateness p99, ms", at(old.lateness, kP99), at(run.lateness, kP99),
        &RunSecond::lateness_p99_ms},
       {"lateness max, ms", at(old.lateness, kMax), at(run.lateness, kMax),
        &RunSecond::lateness_max_ms},
       {"ack p50, ms", at(old.latency, kP50), at(run.latency, kP50),
        &RunSecond::latency_p50_ms},
       {"ack p99, ms", at(old.latency, kP99), at(run.latency, kP99),
        &RunSecond::latency_p99_ms},
       {"ack max, ms", at(old.latency, kMax), at(run.latency, kMax),
        &RunSecond::latency_max_ms},
       {"failed records", static_cast<double>(old.records[2]),
        static_cast<double>(run.records[2]), &RunSecond::failed},
       {"retried batches", static_cast<double>(old.retries),
        static_cast<double>(run.retries), &RunSecond::retries}}};
  Table table;
  table.title = "Changes";
  table.remark =
      "Compared with the run of " + FormatTime(old.started) +
      ". More than noise: beyond three standard errors of the figures by "
      "second. " +
      DifferencesOf(run, old);
  table.columns = {"Figure", "Before", "Now", "Change", "Meaning"};
  for (const ComparedFigure& figure : figures) {
    table.rows.push_back({figure.name, Cell::Number(figure.before),
                          Cell::Number(figure.now),
                          Cell::Number(ChangeText(figure.before, figure.now)),
                          JudgementOf(figure, run, old)});
  }
  return table;
}

}  // namespace busyhour

#include "report/changes.h"

#include <cstddef>
#include <string>
#include <vector>

#include "report/comparison.h"

namespace busyhour::internal {
namespace {

using Better = ComparedFigure::Better;

std::vector<double> BySecond(const RunReport& run, double RunSecond::*value) {
  std::vector<double> values;
  for (const RunSecond& second : run.series) values.push_back(second.*value);
  return values;
}

std::string DifferencesOf(const RunReport& run, const RunReport& old) {
  DifferenceList differences("runs");
  differences.Add("receiver", old.target, run.target);
  differences.Add("plan", old.plan, run.plan);
  differences.Add("profile", old.profile, run.profile);
  differences.Add("host", old.host, run.host);
  differences.Add("version", old.version, run.version);
  return differences.Text();
}

}  // namespace

Table ChangesOf(const RunReport& run, const RunReport& old) {
  std::vector<ComparedFigure> figures;
  const auto add = [&](const char* name, double before, double now,
                       double RunSecond::*by_second,
                       Better better = Better::kLess) {
    figures.push_back({name, before, now, BySecond(old, by_second),
                       BySecond(run, by_second), better});
  };
  const auto add_times = [&](const char* name, const RunTimes& before,
                             const RunTimes& now, std::size_t share,
                             double RunSecond::*by_second) {
    add(name, before.quantiles_ms[share], now.quantiles_ms[share], by_second);
  };
  constexpr std::size_t kP50 = 0;
  constexpr std::size_t kP99 = 2;
  constexpr std::size_t kMax = 4;
  add("acknowledged, records/s", old.achieved_rate, run.achieved_rate,
      &RunSecond::acknowledged, Better::kMore);
  add_times("lateness p50, ms", old.lateness, run.lateness, kP50,
            &RunSecond::lateness_p50_ms);
  add_times("lateness p99, ms", old.lateness, run.lateness, kP99,
            &RunSecond::lateness_p99_ms);
  add_times("lateness max, ms", old.lateness, run.lateness, kMax,
            &RunSecond::lateness_max_ms);
  add_times("ack p50, ms", old.latency, run.latency, kP50,
            &RunSecond::latency_p50_ms);
  add_times("ack p99, ms", old.latency, run.latency, kP99,
            &RunSecond::latency_p99_ms);
  add_times("ack max, ms", old.latency, run.latency, kMax,
            &RunSecond::latency_max_ms);
  add("failed records", static_cast<double>(old.records[2]),
      static_cast<double>(run.records[2]), &RunSecond::failed);
  add("retried batches", static_cast<double>(old.retries),
      static_cast<double>(run.retries), &RunSecond::retries);
  return ComparisonOf(
      figures, Periods::kOfTwoRuns,
      "Compared with the run of " + FormatTime(old.started) +
          ". More than noise: beyond three standard errors of the figures by "
          "second. " +
          DifferencesOf(run, old));
}

}  // namespace busyhour::internal

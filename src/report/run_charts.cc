#include "report/run_charts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/percentiles.h"
#include "base/units.h"
#include "check/threshold.h"
#include "load/figures.h"

namespace busyhour::internal {
namespace {

// Maximum number of rows in a table of a run: a longer run has longer rows.
constexpr std::size_t kMostRunRows = 400;
constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

// Length of the rows of a run of this many seconds.
std::size_t RowSeconds(std::size_t seconds) {
  constexpr std::array<std::size_t, 12> kLengths = {
      1, 2, 5, 10, 15, 30, 60, 120, 300, 900, 3600, 86'400};
  for (const std::size_t length : kLengths) {
    if (seconds <= length * kMostRunRows) return length;
  }
  return seconds / kMostRunRows + 1;
}

// How the values of several seconds become one: counts as a mean per second,
// times as the highest.
enum class Combined { kMean, kHighest };

struct RunLine {
  std::string name;
  std::string_view style;
  double RunSecond::*value;
};

// Makes the charts over the time of a run.
class RunCharts {
 public:
  RunCharts(const RunReport& run, const RunReport* old) : run_(run), old_(old) {
    seconds_ = std::max(run.series.size(),
                        old == nullptr ? std::size_t{0} : old->series.size());
    step_ = RowSeconds(seconds_);
    AddPauses();
  }

  // `compared` is the number of the line that is also shown of the old run.
  Chart Make(const std::string& title, const std::string& remark,
             const std::string& unit, Combined combined,
             std::initializer_list<RunLine> lines, std::size_t compared) {
    Chart chart;
    chart.title = title;
    chart.remark = remark;
    if (step_ > 1) {
      chart.remark +=
          (chart.remark.empty() ? "" : " ") +
          std::string(combined == Combined::kMean ? "Mean of each "
                                                  : "Highest of each ") +
          FormatDuration(static_cast<std::int64_t>(step_) * kMsPerSecond) + '.';
    }
    chart.x_name = "second";
    chart.unit = unit;
    chart.may_be_logarithmic = unit == "ms";
    for (std::size_t at = 0; at < seconds_; at += step_) {
      chart.x.push_back(static_cast<double>(at));
      chart.x_texts.push_back(FormatCount(at));
    }
    chart.bands = bands_;
    for (const RunLine& line : lines) {
      chart.series.push_back(
          {line.name, line.style, Values(run_, line, combined)});
    }
    if (old_ == nullptr) return chart;
    const RunLine& line = *(lines.begin() + compared);
    chart.series.push_back(
        {line.name + " before", "old", Values(*old_, line, combined)});
    return chart;
  }

 private:
  // Marks the time from each pause to the next change that ends it.
  void AddPauses() {
    std::optional<double> since;
    for (const RunChangeRow& change : run_.changes) {
      if (change.what == "pause") {
        since = change.seconds;
      } else if (since && change.what != "rate") {
        bands_.push_back({*since, change.seconds, "pause"});
        since.reset();
      }
    }
    if (since) bands_.push_back({*since, run_.seconds, "pause"});
  }

  std::vector<double> Values(const RunReport& run, const RunLine& line,
                             Combined combined) const {
    std::vector<double> values;
    for (std::size_t at = 0; at < seconds_; at += step_) {
      const std::size_t end = std::min(at + step_, run.series.size());
      double sum = 0;
      double most = 0;
      for (std::size_t i = at; i < end; ++i) {
        sum += run.series[i].*line.value;
        most = std::max(most, run.series[i].*line.value);
      }
      values.push_back(at >= end ? kNoValue
                       : combined == Combined::kMean
                           ? sum / static_cast<double>(end - at)
                           : most);
    }
    return values;
  }

  const RunReport& run_;
  const RunReport* old_;
  std::size_t seconds_;
  std::size_t step_;
  std::vector<ChartBand> bands_;
};

// The thresholds on figures that begin with `family`, in units of `unit`.
std::vector<ChartLimit> LimitsOf(const RunReport& run, std::string_view family,
                                 double unit) {
  std::vector<ChartLimit> limits;
  for (const Check& check : run.thresholds) {
    std::string problem;
    const auto threshold = Threshold::Parse(check.name, LoadFigures(), problem);
    if (!threshold || threshold->is_share() ||
        !threshold->figure().starts_with(family)) {
      continue;
    }
    limits.push_back({threshold->bound() / unit, check.name});
  }
  return limits;
}

double NinesOf(double share) { return -std::log10(1 - share); }

// `99.9 %`.
std::string ShareText(double share) { return NumberText(share * 100) + " %"; }

// The times at each percentile.
Chart DistributionOf(const RunReport& run, const RunReport* old) {
  constexpr double kNanosPerMs = 1e6;
  Chart chart;
  chart.title = "Distribution of times";
  chart.remark =
      "The time that a share of the records did not exceed. From the intended "
      "time, an acknowledgement includes all waiting; from the actual time, it "
      "shows the receiver alone.";
  chart.axis = ChartAxis::kNines;
  chart.x_name = "share of records";
  chart.unit = "ms";
  chart.may_be_logarithmic = true;
  std::vector<std::pair<const Histogram*, ChartSeries>> lines = {
      {&run.latency.ns, {"ack after intended", "main", {}}},
      {&run.service_time.ns, {"ack after sent", "second", {}}},
      {&run.lateness.ns, {"lateness", "third", {}}}};
  if (old != nullptr) {
    lines.push_back(
        {&old->latency.ns, {"ack after intended before", "old", {}}});
  }
  const auto most = std::max_element(
      lines.begin(), lines.end(), [](const auto& a, const auto& b) {
        return a.first->count() < b.first->count();
      });
  for (const PercentileRow& row : PercentileRows(*most->first)) {
    // 100 % would be infinitely far away.
    chart.x.push_back(row.share < 1 ? NinesOf(row.share)
                                    : chart.x.back() + NinesOf(0.5));
    chart.x_texts.push_back(row.share < 1 ? ShareText(row.share) : "100 %");
    for (auto& [times, line] : lines) {
      line.values.push_back(
          times->count() == 0
              ? kNoValue
              : static_cast<double>(times->Quantile(row.share)) / kNanosPerMs);
    }
  }
  for (auto& [times, line] : lines) chart.series.push_back(std::move(line));
  return chart;
}

}  // namespace

ChartGroup ChartsOf(const RunReport& run, const RunReport* old,
                    EmptyCharts empty) {
  constexpr double kNanosPerMs = 1e6;
  RunCharts charts(run, old);
  ChartGroup group;
  Chart& rate = group.charts.emplace_back(
      charts.Make("Rate", "Records that were due, sent and acknowledged.",
                  "records/s", Combined::kMean,
                  {{"planned", "plan", &RunSecond::planned},
                   {"sent", "second", &RunSecond::sent},
                   {"acknowledged", "main", &RunSecond::acknowledged}},
                  2));
  rate.limits = LimitsOf(run, "rate", 1);
  Chart& lateness = group.charts.emplace_back(
      charts.Make("Lateness", "Actual minus intended time of sending.", "ms",
                  Combined::kHighest,
                  {{"p50", "second", &RunSecond::lateness_p50_ms},
                   {"p99", "main", &RunSecond::lateness_p99_ms},
                   {"max", "third", &RunSecond::lateness_max_ms}},
                  1));
  lateness.limits = LimitsOf(run, "lateness.", kNanosPerMs);
  Chart& ack = group.charts.emplace_back(charts.Make(
      "Acknowledgement", "From the intended time to the acknowledgement.", "ms",
      Combined::kHighest,
      {{"p50", "second", &RunSecond::latency_p50_ms},
       {"p99", "main", &RunSecond::latency_p99_ms},
       {"max", "third", &RunSecond::latency_max_ms}},
      1));
  ack.limits = LimitsOf(run, "ack.", kNanosPerMs);
  group.charts.push_back(DistributionOf(run, old));
  Chart& backlog = group.charts.emplace_back(charts.Make(
      "Backlog", "For how long the oldest waiting record had been due.", "ms",
      Combined::kHighest, {{"backlog", "main", &RunSecond::backlog_ms}}, 0));
  backlog.limits = LimitsOf(run, "backlog.", kNanosPerMs);
  group.charts.push_back(
      charts.Make("Records under way", "At the end of each second.", "records",
                  Combined::kHighest,
                  {{"in flight", "second", &RunSecond::in_flight},
                   {"waiting", "main", &RunSecond::queued}},
                  1));
  Chart losses =
      charts.Make("Retries and losses",
                  "Batches that were sent again; records.", "", Combined::kMean,
                  {{"retries", "second", &RunSecond::retries},
                   {"dropped", "plan", &RunSecond::dropped},
                   {"not sent", "third", &RunSecond::not_sent},
                   {"failed", "bad", &RunSecond::failed}},
                  3);
  if (empty == EmptyCharts::kKept || HasValues(losses))
    group.charts.push_back(std::move(losses));
  return group;
}

}  // namespace busyhour::internal

#include "load/figures.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "load/report.h"

namespace busyhour::internal {
namespace {

// Computes the figures of a run from a second on.
class Window {
 public:
  Window(const LoadResult& result, const LoadPlan& plan, std::size_t from)
      : account_(result.account), from_(from) {
    planned_ = SumOf([](const LoadSecond& second) { return second.planned; });
    seconds_ = RunSeconds(result) - static_cast<double>(from);
    offered_rate_ = from == 0 ? OfferedRecordRate(result, plan)
                              : planned_ / std::max(seconds_, 1e-9);
  }

  const Account& account() const { return account_; }
  double planned() const { return planned_; }

  /// Batches, records or connections of the whole run.
  Figure Whole(std::uint64_t count) const {
    return {static_cast<double>(count), planned_, {}};
  }
  /// The sum of a value of each second.
  template <class Value>
  Figure Count(const Value& value) const {
    return {SumOf(value), planned_, Series(value, true)};
  }
  Figure Ended(Ending ending) const {
    return Count([ending](const LoadSecond& second) {
      return second.endings[static_cast<std::size_t>(ending)];
    });
  }
  Figure Rate() const {
    return {Ended(Ending::kAcknowledged).value / std::max(seconds_, 1e-9),
            offered_rate_,
            {}};
  }
  /// The largest value of a second.
  template <class Value>
  Figure Most(const Value& value) const {
    Figure figure{0, 0, Series(value, false)};
    for (const double each : figure.seconds) {
      figure.value = std::max(figure.value, each);
    }
    return figure;
  }
  /// A quantile of times, and its values in each second, if these are known.
  Figure Quantile(Histogram LoadWindow::*times, double share,
                  Nanos LoadSecond::*of_second) const {
    const LoadWindow* const window = FindWindow();
    Figure figure;
    figure.is_known = window != nullptr && (window->*times).count() > 0;
    if (!figure.is_known) return figure;
    figure.value = static_cast<double>((window->*times).Quantile(share));
    if (of_second != nullptr) {
      figure.seconds = Series(
          [of_second](const LoadSecond& second) { return second.*of_second; },
          false);
    }
    return figure;
  }
  Figure Mean(Histogram LoadWindow::*times) const {
    const LoadWindow* const window = FindWindow();
    const bool is_known = window != nullptr && (window->*times).count() > 0;
    return {is_known ? (window->*times).mean() : 0, 0, {}, is_known};
  }

 private:
  template <class Value>
  double SumOf(const Value& value) const {
    double sum = 0;
    for (std::size_t i = from_; i < account_.seconds().size(); ++i) {
      sum += static_cast<double>(value(account_.seconds()[i]));
    }
    return sum;
  }
  // The values by second, each at least that of the second before if `adds`.
  template <class Value>
  std::vector<double> Series(const Value& value, bool adds) const {
    std::vector<double> series;
    for (std::size_t i = from_; i < account_.seconds().size(); ++i) {
      const auto one = static_cast<double>(value(account_.seconds()[i]));
      series.push_back(one + (adds && !series.empty() ? series.back() : 0));
    }
    return series;
  }
  // Null if its times were not kept.
  const LoadWindow* FindWindow() const {
    for (const LoadWindow& window : account_.windows()) {
      if (window.from == from_) return &window;
    }
    return nullptr;
  }

  const Account& account_;
  std::size_t from_;
  double planned_ = 0;
  double seconds_ = 0;
  double offered_rate_ = 0;
};

using WindowFigure = FigureOf<Window>;

template <Ending ending>
constexpr WindowFigure Endings(std::string_view name) {
  return {{name, FigureKind::kPart, true},
          [](const Window& window) { return window.Ended(ending); }};
}

template <Histogram LoadWindow::*times>
constexpr WindowFigure MeanRow(std::string_view name) {
  return {{name, FigureKind::kTime, true},
          [](const Window& window) { return window.Mean(times); }};
}

// A quantile of times: the one at this place among those of the report.
template <Histogram LoadWindow::*times, std::size_t quantile,
          Nanos LoadSecond::*of_second = nullptr>
constexpr WindowFigure QuantileRow(std::string_view name) {
  return {{name, FigureKind::kTime, true}, [](const Window& window) {
            return window.Quantile(times, kReportedShares[quantile], of_second);
          }};
}

constexpr auto kLateness = &LoadWindow::lateness;
constexpr auto kAck = &LoadWindow::latency;
constexpr auto kAckAfterSent = &LoadWindow::service_time;

constexpr std::array kFigures = {
    WindowFigure{{"planned", FigureKind::kCount, true},
                 [](const Window& window) {
                   return window.Count(
                       [](const LoadSecond& second) { return second.planned; });
                 }},
    Endings<Ending::kAcknowledged>("acknowledged"),
    Endings<Ending::kFailed>("failed"),
    Endings<Ending::kDropped>("dropped"),
    Endings<Ending::kNotSent>("not_sent"),
    WindowFigure{{"retries", FigureKind::kCount, true},
                 [](const Window& window) {
                   return window.Count(
                       [](const LoadSecond& second) { return second.retries; });
                 }},
    WindowFigure{{"duplicates_possible", FigureKind::kPart},
                 [](const Window& window) {
                   return window.Whole(window.account().duplicates_possible());
                 }},
    WindowFigure{{"lost_connections", FigureKind::kCount},
                 [](const Window& window) {
                   return window.Whole(window.account().lost_connections());
                 }},
    WindowFigure{{"taken_back", FigureKind::kPart},
                 [](const Window& window) {
                   return window.Whole(window.account().taken_back());
                 }},
    WindowFigure{{"rate", FigureKind::kRatePart, true},
                 [](const Window& window) { return window.Rate(); }},
    QuantileRow<kLateness, 0, &LoadSecond::lateness_p50>("lateness.p50"),
    QuantileRow<kLateness, 1>("lateness.p90"),
    QuantileRow<kLateness, 2, &LoadSecond::lateness_p99>("lateness.p99"),
    QuantileRow<kLateness, 3>("lateness.p99.9"),
    QuantileRow<kLateness, 4, &LoadSecond::lateness_max>("lateness.max"),
    MeanRow<kLateness>("lateness.mean"),
    QuantileRow<kAck, 0, &LoadSecond::latency_p50>("ack.p50"),
    QuantileRow<kAck, 1>("ack.p90"),
    QuantileRow<kAck, 2, &LoadSecond::latency_p99>("ack.p99"),
    QuantileRow<kAck, 3>("ack.p99.9"),
    QuantileRow<kAck, 4, &LoadSecond::latency_max>("ack.max"),
    MeanRow<kAck>("ack.mean"),
    QuantileRow<kAckAfterSent, 0>("ack_after_sent.p50"),
    QuantileRow<kAckAfterSent, 1>("ack_after_sent.p90"),
    QuantileRow<kAckAfterSent, 2>("ack_after_sent.p99"),
    QuantileRow<kAckAfterSent, 3>("ack_after_sent.p99.9"),
    QuantileRow<kAckAfterSent, 4>("ack_after_sent.max"),
    MeanRow<kAckAfterSent>("ack_after_sent.mean"),
    WindowFigure{{"backlog.max", FigureKind::kTime, true},
                 [](const Window& window) {
                   return window.Most(
                       [](const LoadSecond& second) { return second.backlog; });
                 }},
    WindowFigure{
        {"drain", FigureKind::kTime},
        [](const Window& window) {
          return Figure{
              static_cast<double>(std::max<Nanos>(
                  window.account().end() - window.account().last_due(), 0)),
              0,
              {}};
        }},
};

}  // namespace

std::vector<FigureName> LoadFigures() {
  return NamesOf(std::span<const WindowFigure>(kFigures));
}

std::vector<std::size_t> WindowsFor(std::span<const Threshold> thresholds) {
  std::vector<std::size_t> windows;
  for (const Threshold& threshold : thresholds) {
    const auto from = static_cast<std::size_t>(threshold.after_s());
    if (from > 0 &&
        std::find(windows.begin(), windows.end(), from) == windows.end()) {
      windows.push_back(from);
    }
  }
  return windows;
}

std::vector<Check> JudgeLoad(std::span<const Threshold> thresholds,
                             const LoadResult& result, const LoadPlan& plan) {
  std::vector<Check> checks;
  for (const Threshold& threshold : thresholds) {
    const Window window(result, plan,
                        static_cast<std::size_t>(threshold.after_s()));
    Figure figure = Measure(std::span<const WindowFigure>(kFigures),
                            threshold.figure(), window);
    // A run that measured nothing has not passed.
    if (window.planned() == 0 && threshold.figure() != "planned") {
      figure.is_known = false;
    }
    checks.push_back(threshold.Judge(figure));
  }
  return checks;
}

}  // namespace busyhour::internal

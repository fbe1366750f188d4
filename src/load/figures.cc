#include "load/figures.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "load/report.h"

namespace busyhour {
namespace {

constexpr std::array kFigures = {
    FigureName{"planned", FigureKind::kCount},
    FigureName{"acknowledged", FigureKind::kPart},
    FigureName{"failed", FigureKind::kPart},
    FigureName{"dropped", FigureKind::kPart},
    FigureName{"not_sent", FigureKind::kPart},
    FigureName{"retries", FigureKind::kCount},
    FigureName{"duplicates_possible", FigureKind::kPart},
    FigureName{"lost_connections", FigureKind::kCount},
    FigureName{"taken_back", FigureKind::kPart},
    FigureName{"rate", FigureKind::kRate},
    FigureName{"lateness.p50", FigureKind::kTime},
    FigureName{"lateness.p90", FigureKind::kTime},
    FigureName{"lateness.p99", FigureKind::kTime},
    FigureName{"lateness.p99.9", FigureKind::kTime},
    FigureName{"lateness.max", FigureKind::kTime},
    FigureName{"lateness.mean", FigureKind::kTime},
    FigureName{"ack.p50", FigureKind::kTime},
    FigureName{"ack.p90", FigureKind::kTime},
    FigureName{"ack.p99", FigureKind::kTime},
    FigureName{"ack.p99.9", FigureKind::kTime},
    FigureName{"ack.max", FigureKind::kTime},
    FigureName{"ack.mean", FigureKind::kTime},
    FigureName{"ack_after_sent.p50", FigureKind::kTime},
    FigureName{"ack_after_sent.p90", FigureKind::kTime},
    FigureName{"ack_after_sent.p99", FigureKind::kTime},
    FigureName{"ack_after_sent.p99.9", FigureKind::kTime},
    FigureName{"ack_after_sent.max", FigureKind::kTime},
    FigureName{"ack_after_sent.mean", FigureKind::kTime},
    FigureName{"backlog.max", FigureKind::kTime},
    FigureName{"drain", FigureKind::kTime},
};
constexpr std::array<std::string_view, 4> kOnlyOfTheWhole = {
    "duplicates_possible", "lost_connections", "taken_back", "drain"};

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

  Figure Of(std::string_view name) const {
    Figure figure = Measured(name);
    if (planned_ == 0 && name != "planned") figure.is_known = false;
    return figure;
  }

 private:
  Figure Measured(std::string_view name) const {
    if (name == "planned") {
      return Count([](const LoadSecond& second) { return second.planned; });
    }
    if (name == "retries") {
      return Count([](const LoadSecond& second) { return second.retries; });
    }
    for (std::size_t i = 0; i < kEndingCount; ++i) {
      if (name != NameOf(static_cast<Ending>(i))) continue;
      return Count([i](const LoadSecond& second) { return second.endings[i]; });
    }
    if (name == "duplicates_possible") {
      return Whole(account_.duplicates_possible());
    }
    if (name == "lost_connections") return Whole(account_.lost_connections());
    if (name == "taken_back") return Whole(account_.taken_back());
    if (name == "rate") {
      const double acknowledged = Measured("acknowledged").value;
      return {acknowledged / std::max(seconds_, 1e-9), offered_rate_, {}};
    }
    if (name == "drain") {
      return {static_cast<double>(
                  std::max<Nanos>(account_.end() - account_.last_due(), 0)),
              0,
              {}};
    }
    if (name == "backlog.max") {
      return Most([](const LoadSecond& second) { return second.backlog; });
    }
    return Time(name);
  }

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
  template <class Value>
  Figure Count(const Value& value) const {
    return {SumOf(value), planned_, Series(value, true)};
  }
  Figure Whole(std::uint64_t count) const {
    return {static_cast<double>(count), planned_, {}};
  }
  template <class Value>
  Figure Most(const Value& value) const {
    Figure figure{0, 0, Series(value, false)};
    for (const double each : figure.seconds) {
      figure.value = std::max(figure.value, each);
    }
    return figure;
  }

  // `lateness.p99`: the family of times, and what is asked about it.
  Figure Time(std::string_view name) const {
    const std::size_t dot = name.find('.');
    const std::string_view family = name.substr(0, dot);
    const std::string_view what = name.substr(dot + 1);
    const Histogram& times = TimesOf(family);
    Figure figure;
    figure.is_known = times.count() > 0;
    if (what == "mean") {
      figure.value = times.mean();
      return figure;
    }
    for (std::size_t i = 0; i < kReportedShares.size(); ++i) {
      if (what != kReportedShareNames[i]) continue;
      figure.value = static_cast<double>(times.Quantile(kReportedShares[i]));
    }
    if (family != "ack_after_sent") {
      figure.seconds = SecondsOf(family == "lateness", what);
    }
    return figure;
  }
  const Histogram& TimesOf(std::string_view family) const {
    const auto window = std::find_if(
        account_.windows().begin(), account_.windows().end(),
        [this](const LoadWindow& each) { return each.from == from_; });
    if (family == "lateness") return window->lateness;
    return family == "ack" ? window->latency : window->service_time;
  }
  std::vector<double> SecondsOf(bool lateness, std::string_view what) const {
    const auto series = [&](Nanos LoadSecond::*late, Nanos LoadSecond::*ack) {
      return Series(
          [&](const LoadSecond& second) {
            return second.*(lateness ? late : ack);
          },
          false);
    };
    if (what == "p50") {
      return series(&LoadSecond::lateness_p50, &LoadSecond::latency_p50);
    }
    if (what == "p99") {
      return series(&LoadSecond::lateness_p99, &LoadSecond::latency_p99);
    }
    if (what == "max") {
      return series(&LoadSecond::lateness_max, &LoadSecond::latency_max);
    }
    return {};
  }

  const Account& account_;
  std::size_t from_;
  double planned_ = 0;
  double seconds_ = 0;
  double offered_rate_ = 0;
};

}  // namespace

std::span<const FigureName> LoadFigures() { return kFigures; }

bool IsKnownBySecond(std::string_view figure) {
  return std::find(kOnlyOfTheWhole.begin(), kOnlyOfTheWhole.end(), figure) ==
         kOnlyOfTheWhole.end();
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
    checks.push_back(threshold.Judge(window.Of(threshold.figure())));
  }
  return checks;
}

}  // namespace busyhour

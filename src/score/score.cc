#include "score/score.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <utility>

#include "score/spans.h"

namespace busyhour::internal {
namespace {

constexpr double kMsPerWeek = 7.0 * static_cast<double>(kMsPerDay);

std::optional<double> Share(std::size_t part, std::size_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

// The times of alerts, ascending, by their cause (or `kNoCause` for all of
// them) and resource.
class AlertTimes {
 public:
  void Add(const Alert& alert) {
    times_[{Alert::kNoCause, alert.resource}].push_back(alert.at);
    if (alert.cause < Alert::kUnknownCause) {
      times_[{alert.cause, alert.resource}].push_back(alert.at);
    }
  }

  // The first alert in the window of an occurrence with that cause, about one
  // of its resources or about all; `kLatestTime` if there is none.
  SimTime First(const Occurrence& occurrence, const Span& window,
                std::uint32_t cause) const {
    SimTime first = FirstOf({cause, Alert::kEveryResource}, window);
    for (const std::uint32_t resource : occurrence.resources) {
      first = std::min(first, FirstOf({cause, resource}, window));
    }
    return first;
  }

 private:
  using Key = std::pair<std::uint32_t, std::uint32_t>;

  SimTime FirstOf(const Key& key, const Span& window) const {
    const auto found = times_.find(key);
    if (found == times_.end()) return kLatestTime;
    const std::vector<SimTime>& times = found->second;
    const auto first =
        std::lower_bound(times.begin(), times.end(), window.from);
    return first != times.end() && *first <= window.to ? *first : kLatestTime;
  }

  std::map<Key, std::vector<SimTime>> times_;
};

// How long merged spans overlap, between `start` and `end`.
std::int64_t LengthOf(const std::vector<Span>& spans,
                      const ScoredTime& scored) {
  std::int64_t length = 0;
  for (const Span& span : spans) {
    length +=
        std::max<std::int64_t>(0, std::min(span.to, scored.end).ms -
                                      std::max(span.from, scored.start).ms);
  }
  return length;
}

// Compares the alerts in the order of their times.
class Scorer {
 public:
  Scorer(const Occurrences& occurrences, std::vector<Alert> alerts,
         const ScoredTime& scored)
      : occurrences_(occurrences), alerts_(std::move(alerts)), scored_(scored) {
    score_.of_incident.resize(occurrences.incidents.size());
    std::sort(alerts_.begin(), alerts_.end());
  }

  Score Run() {
    TakeWindows();
    TakeAlerts();
    for (std::size_t i = 0; i < windows_.size(); ++i) {
      Detect(*counted_[i], WithGrace(windows_[i]));
    }
    std::sort(score_.all.delays_ms.begin(), score_.all.delays_ms.end());
    for (Detections& of : score_.of_incident) {
      std::sort(of.delays_ms.begin(), of.delays_ms.end());
    }
    MeasureFalseTime();
    score_.nab = NabScoreOf(windows_, times_, {scored_.start, scored_.end});
    return std::move(score_);
  }

 private:
  Span WithGrace(Span window) const {
    window.to.ms += scored_.grace_ms;
    return window;
  }

  void TakeWindows() {
    std::vector<Span> with_grace;
    std::map<std::uint32_t, std::vector<Span>> of_resource;
    for (const Occurrence& each : occurrences_.list) {
      const Span window{each.from, std::max(each.last_effect,
                                            std::min(each.to, scored_.end))};
      if (window.from >= scored_.end || window.to < scored_.start) {
        ++score_.occurrences_outside;
        continue;
      }
      counted_.push_back(&each);
      windows_.push_back(window);
      with_grace.push_back(WithGrace(window));
      for (const std::uint32_t resource : each.resources) {
        of_resource[resource].push_back(WithGrace(window));
      }
    }
    merged_ = Merged(std::move(with_grace));
    for (auto& [resource, windows] : of_resource) {
      merged_of_resource_[resource] = Merged(std::move(windows));
    }
  }

  bool IsHit(const Alert& alert) const {
    if (alert.resource == Alert::kEveryResource) return IsIn(merged_, alert.at);
    const auto windows = merged_of_resource_.find(alert.resource);
    return windows != merged_of_resource_.end() &&
           IsIn(windows->second, alert.at);
  }

  void TakeAlerts() {
    for (const Alert& alert : alerts_) {
      const bool is_hit = IsHit(alert);
      if (!is_hit && (alert.at < scored_.start || alert.at > scored_.end)) {
        ++score_.alerts_outside;
        continue;
      }
      ++score_.alerts;
      score_.hits += is_hit ? 1 : 0;
      times_.push_back(alert.at);
      active_.push_back({alert.at, alert.until});
      by_cause_.Add(alert);
      if (alert.cause != Alert::kNoCause) score_.has_causes = true;
      if (alert.cause == Alert::kUnknownCause) ++score_.unknown_causes;
    }
  }

  void Detect(const Occurrence& occurrence, const Span& window) {
    const SimTime first = by_cause_.First(occurrence, window, Alert::kNoCause);
    const bool is_named =
        by_cause_.First(occurrence, window, occurrence.incident) < kLatestTime;
    for (Detections* const of :
         {&score_.all, &score_.of_incident[occurrence.incident]}) {
      ++of->occurrences;
      if (first == kLatestTime) continue;
      ++of->detected;
      of->named += is_named ? 1 : 0;
      of->delays_ms.push_back(first.ms - occurrence.from.ms);
    }
  }

  // The time of alerts outside of windows: what the windows do not cover of the
  // time of both.
  void MeasureFalseTime() {
    const std::int64_t in_windows = LengthOf(merged_, scored_);
    score_.quiet_ms = scored_.end.ms - scored_.start.ms - in_windows;
    std::vector<Span> both = Merged(std::move(active_));
    both.insert(both.end(), merged_.begin(), merged_.end());
    score_.false_alarm_ms =
        LengthOf(Merged(std::move(both)), scored_) - in_windows;
    score_.weeks =
        static_cast<double>(scored_.end.ms - scored_.start.ms) / kMsPerWeek;
  }

  const Occurrences& occurrences_;
  std::vector<Alert> alerts_;
  ScoredTime scored_;
  Score score_;
  // The occurrences that count, and their windows.
  std::vector<const Occurrence*> counted_;
  std::vector<Span> windows_;
  // With grace, in any resource and in each.
  std::vector<Span> merged_;
  std::map<std::uint32_t, std::vector<Span>> merged_of_resource_;
  // The alerts that count.
  std::vector<SimTime> times_;
  AlertTimes by_cause_;
  std::vector<Span> active_;
};

}  // namespace

std::optional<double> Score::recall() const {
  return Share(all.detected, all.occurrences);
}

std::optional<double> Score::precision() const { return Share(hits, alerts); }

std::optional<double> Score::f1() const {
  const std::optional<double> r = recall();
  const std::optional<double> p = precision();
  if (!r || !p) return std::nullopt;
  return *r + *p == 0.0 ? 0.0 : 2.0 * *r * *p / (*r + *p);
}

Score ScoreAlerts(const Occurrences& occurrences, std::vector<Alert> alerts,
                  const ScoredTime& scored) {
  return Scorer(occurrences, std::move(alerts), scored).Run();
}

std::int64_t QuantileOf(const std::vector<std::int64_t>& ascending,
                        double share) {
  const double rank =
      std::ceil(share * static_cast<double>(ascending.size()) - 1e-9);
  return ascending[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

}  // namespace busyhour::internal

#include "score/nab.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace busyhour::internal {
namespace {

// The share of the run in which a detector learns and is not scored.
constexpr double kProbation = 0.15;
// Beyond so many lengths of the window, an alert is entirely wrong.
constexpr double kFar = 3.0;

double WindowLength(const Span& window) {
  return static_cast<double>(
      std::max<std::int64_t>(window.to.ms - window.from.ms, 1));
}

// How far `alert` is from the right edge of a window, in its lengths.
double PositionOf(SimTime alert, const Span& window) {
  return static_cast<double>(alert.ms - window.to.ms) / WindowLength(window);
}

SimTime EndOfProbation(const Span& run) {
  return {run.from.ms +
          static_cast<std::int64_t>(
              kProbation * static_cast<double>(run.to.ms - run.from.ms))};
}

}  // namespace

double NabSigmoid(double position) {
  return position > kFar ? -1.0 : 2.0 / (1.0 + std::exp(5.0 * position)) - 1.0;
}

NabScore NabScoreOf(const std::vector<Span>& windows,
                    const std::vector<SimTime>& alerts, Span run) {
  const SimTime begin = EndOfProbation(run);
  std::vector<Span> counted;
  std::vector<Span> ignored;
  for (const Span& window : windows) {
    (window.from < begin ? ignored : counted).push_back(window);
  }
  counted = Merged(std::move(counted));
  ignored = Merged(std::move(ignored));

  NabScore score;
  score.windows = counted.size();
  double value_of_detections = 0.0;
  double value_of_false_alarms = 0.0;
  const Span* detected = nullptr;
  for (const SimTime alert : alerts) {
    const auto window = SpanBefore(counted, alert);
    const bool has_window = window != counted.end();
    if (has_window && alert <= window->to) {
      // Only the first alert in a window counts.
      if (detected == &*window) continue;
      detected = &*window;
      ++score.detected;
      const double position = std::clamp(PositionOf(alert, *window), -1.0, 0.0);
      value_of_detections += NabSigmoid(position) / NabSigmoid(-1.0);
    } else if (alert >= begin && !IsIn(ignored, alert)) {
      ++score.false_alarms;
      value_of_false_alarms +=
          has_window ? NabSigmoid(PositionOf(alert, *window)) : -1.0;
    }
  }
  if (counted.empty()) return score;
  const auto count = static_cast<double>(counted.size());
  const double missed = count - static_cast<double>(score.detected);
  for (std::size_t i = 0; i < kNabProfiles.size(); ++i) {
    const NabProfile& profile = kNabProfiles[i];
    const double value = profile.detection * value_of_detections +
                         profile.false_alarm * value_of_false_alarms -
                         profile.missed * missed;
    const double of_none = -profile.missed * count;
    const double of_perfect = profile.detection * count;
    score.scores[i] = 100.0 * (value - of_none) / (of_perfect - of_none);
  }
  return score;
}

}  // namespace busyhour::internal

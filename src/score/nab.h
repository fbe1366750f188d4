#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "score/spans.h"

// The score of the Numenta Anomaly Benchmark (NAB), for alerts at instants.
// Source: github.com/numenta/NAB, nab/sweeper.py, nab/labeler.py, nab/runner.py
// and config/profiles.json; A. Lavin and S. Ahmad, "Evaluating Real-time
// Anomaly Detection Algorithms", 2015. docs/score.md says where this differs.

namespace busyhour::internal {

/// What a detection, a false alarm and a missed window weigh.
struct NabProfile {
  std::string_view name;
  double detection;
  double false_alarm;
  double missed;
};

inline constexpr std::array<NabProfile, 3> kNabProfiles = {{
    {"standard", 1.0, 0.11, 1.0},
    {"reward_low_FP_rate", 1.0, 0.22, 1.0},
    {"reward_low_FN_rate", 1.0, 0.11, 2.0},
}};

struct NabScore {
  std::size_t windows = 0;       ///< after the probation, overlaps merged
  std::size_t detected = 0;      ///< of these
  std::size_t false_alarms = 0;  ///< alerts outside, after the probation
  /// For each of `kNabProfiles`: 0 for no alert at all, 100 for an alert at the
  /// beginning of each window and no other. Nothing if there are no windows.
  std::array<std::optional<double>, kNabProfiles.size()> scores;
};

/// 1 to -1: the value of an alert at a position relative to a window, whose
/// left edge is -1 and whose right edge is 0.
double NabSigmoid(double position);

/// Scores alerts, in ascending order, in the run from `run.from` to `run.to`.
NabScore NabScoreOf(const std::vector<Span>& windows,
                    const std::vector<SimTime>& alerts, Span run);

}  // namespace busyhour::internal

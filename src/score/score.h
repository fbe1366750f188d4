#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "score/alerts.h"
#include "score/nab.h"
#include "score/occurrences.h"

namespace busyhour::internal {

/// The time in which occurrences and alerts count.
struct ScoredTime {
  SimTime start;
  SimTime end;  ///< after `start`
  /// An alert that begins so long after the end of a window still lies in it.
  std::int64_t grace_ms = 0;
};

/// How many occurrences were detected.
struct Detections {
  std::size_t occurrences = 0;
  std::size_t detected = 0;
  /// Of the detected ones, those with an alert that names their incident.
  std::size_t named = 0;
  /// The time from the beginning of each detected occurrence to its first
  /// alert, ascending.
  std::vector<std::int64_t> delays_ms;
};

/// How good alerts are.
struct Score {
  Detections all;
  std::vector<Detections> of_incident;  ///< as in `Occurrences::incidents`
  std::size_t occurrences_outside = 0;  ///< not counted
  std::size_t alerts = 0;
  std::size_t hits = 0;            ///< alerts in a window
  std::size_t alerts_outside = 0;  ///< not counted
  /// Whether any alert names a cause, and how many name none of the incidents.
  bool has_causes = false;
  std::size_t unknown_causes = 0;
  double weeks = 1;  ///< the length of the run
  /// The time outside all windows, and how much of it has an active alert.
  std::int64_t quiet_ms = 0;
  std::int64_t false_alarm_ms = 0;
  NabScore nab;

  std::size_t false_alarms() const { return alerts - hits; }
  double false_alarms_a_week() const {
    return static_cast<double>(false_alarms()) / weeks;
  }
  /// Shares in [0, 1]; nothing if there is nothing to divide by.
  std::optional<double> recall() const;
  std::optional<double> precision() const;
  std::optional<double> f1() const;
};

/// Compares alerts, in any order, with the occurrences. An alert lies in the
/// window of an occurrence if it begins in it and is about all resources or one
/// that the occurrence touched. The window lasts from the beginning of the
/// cause to its end or to the end of nearly all effects, whichever is later.
/// NAB's score and the time of false alarms ignore resources. Time: O(n log n).
Score ScoreAlerts(const Occurrences& occurrences, std::vector<Alert> alerts,
                  const ScoredTime& scored);

/// The smallest of `ascending` that at least `share` of them do not exceed.
/// There must be one.
std::int64_t QuantileOf(const std::vector<std::int64_t>& ascending,
                        double share);

}  // namespace busyhour::internal

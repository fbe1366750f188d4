#pragma once

#include <vector>

#include "load/load_batch.h"

namespace busyhour::internal {

/// The time of the plan beside the time of the run.
///
/// A batch is due at a time of the plan, which is fixed when the batch is made.
/// The plan's clock begins at 0 with the run and is as fast as the run's, until
/// it is set to another speed. At speed 0 it stands still, so a pause moves all
/// later times of the plan and makes nothing late. Neither changes what is sent
/// and in which order.
class PlanClock {
 public:
  /// From the time `now` of the run on, `speed` times as fast as the run's
  /// clock. Times must not decrease from call to call.
  void SetSpeed(Nanos now, double speed);

  /// 1 unless it was set.
  double speed() const noexcept { return stretches_.back().speed; }

  /// The time of the plan at a time of the run.
  Nanos PlanTimeAt(Nanos now) const noexcept;
  /// When, by the run's clock, the plan reaches a time. `kNever` if it stands
  /// still before.
  Nanos RunTimeOf(Nanos planned) const noexcept;
  /// Replaces a batch's times of the plan by times of the run. If the plan
  /// stood still between the first and the last record of the batch, the first
  /// one is due after that, because a pause is not a wait.
  void ToRunTime(LoadBatch& batch) const noexcept;

 private:
  // Lasts until the begin of the next one.
  struct Stretch {
    Nanos begin;
    Nanos planned;  // time of the plan at its begin
    double speed;
  };

  std::vector<Stretch> stretches_ = {{0, 0, 1.0}};
};

}  // namespace busyhour::internal

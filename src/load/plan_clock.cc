#include "load/plan_clock.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace busyhour::internal {

void PlanClock::SetSpeed(Nanos now, double speed) {
  const Stretch& last = stretches_.back();
  const Nanos begin = std::max(now, last.begin);
  const Stretch next = {begin, PlanTimeAt(begin), speed};
  if (begin == last.begin) stretches_.pop_back();
  stretches_.push_back(next);
}

Nanos PlanClock::PlanTimeAt(Nanos now) const noexcept {
  auto at = std::upper_bound(
      stretches_.begin(), stretches_.end(), now,
      [](Nanos time, const Stretch& each) { return time < each.begin; });
  if (at != stretches_.begin()) --at;
  return at->planned + static_cast<Nanos>(std::floor(
                           static_cast<double>(now - at->begin) * at->speed));
}

Nanos PlanClock::RunTimeOf(Nanos planned) const noexcept {
  if (planned == kNever) return kNever;
  // What is due at the very moment of a change is due before it.
  auto at = std::lower_bound(
      stretches_.begin(), stretches_.end(), planned,
      [](const Stretch& each, Nanos time) { return each.planned < time; });
  if (at != stretches_.begin()) --at;
  const Nanos later = planned - at->planned;
  if (later == 0 || at->speed == 1) return at->begin + later;
  const double wait = std::ceil(static_cast<double>(later) / at->speed);
  // At speed 0, it is infinite.
  return wait < 4e18 ? at->begin + static_cast<Nanos>(wait) : kNever;
}

void PlanClock::ToRunTime(LoadBatch& batch) const noexcept {
  batch.first_due = RunTimeOf(batch.first_due);
  batch.due = RunTimeOf(batch.due);
  batch.send_at = RunTimeOf(batch.send_at);
  for (std::size_t i = 1; i < stretches_.size(); ++i) {
    const Nanos resumed = stretches_[i].begin;
    if (stretches_[i - 1].speed == 0 && resumed <= batch.due) {
      batch.first_due = std::max(batch.first_due, resumed);
    }
  }
}

}  // namespace busyhour::internal

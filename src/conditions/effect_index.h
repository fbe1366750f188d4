#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "conditions/schedule.h"

namespace busyhour::internal {

/// Finds the effects that may be active at a time. A profile can have thousands
/// of incidents that happen once; these are listed by day.
class EffectIndex {
 public:
  /// Adds effect number `effect`.
  void Add(std::uint32_t effect, const Schedule& schedule);

  bool empty() const noexcept { return recurring_.empty() && by_day_.empty(); }

  /// Calls `take(effect)` for each effect that may be active at that time:
  /// first those that may be active at any time.
  template <class Take>
  void Each(SimTime at, const Take& take) const noexcept {
    for (const std::uint32_t effect : recurring_) take(effect);
    const std::int64_t day = DayOf(at);
    if (day < 0 || day >= static_cast<std::int64_t>(by_day_.size())) return;
    for (const std::uint32_t effect : by_day_[static_cast<std::size_t>(day)]) {
      take(effect);
    }
  }
  /// The same for each effect that may be active between two times. An effect
  /// can come more than once.
  template <class Take>
  void EachIn(SimTime from, SimTime to, const Take& take) const noexcept {
    for (const std::uint32_t effect : recurring_) take(effect);
    for (std::int64_t day = std::max<std::int64_t>(DayOf(from), 0);
         day <= DayOf(to) && day < static_cast<std::int64_t>(by_day_.size());
         ++day) {
      for (const std::uint32_t effect :
           by_day_[static_cast<std::size_t>(day)]) {
        take(effect);
      }
    }
  }

 private:
  std::int64_t DayOf(SimTime at) const noexcept {
    return at.ms / kMsPerDay - first_day_;
  }

  std::vector<std::uint32_t> recurring_;
  std::vector<std::vector<std::uint32_t>> by_day_;
  std::int64_t first_day_ = 0;
};

}  // namespace busyhour::internal

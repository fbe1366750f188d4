#include "conditions/effect_index.h"

namespace busyhour::internal {

void EffectIndex::Add(std::uint32_t effect, const Schedule& schedule) {
  const auto once = schedule.once();
  if (!once || once->to == Schedule::kNever) {
    recurring_.push_back(effect);
    return;
  }
  const std::int64_t first = once->from.ms / kMsPerDay;
  const std::int64_t last = (once->to.ms - 1) / kMsPerDay;
  if (by_day_.empty()) first_day_ = first;
  if (first < first_day_) {
    by_day_.insert(by_day_.begin(),
                   static_cast<std::size_t>(first_day_ - first), {});
    first_day_ = first;
  }
  const auto days = static_cast<std::size_t>(last - first_day_ + 1);
  if (by_day_.size() < days) by_day_.resize(days);
  for (std::int64_t day = first; day <= last; ++day) {
    by_day_[static_cast<std::size_t>(day - first_day_)].push_back(effect);
  }
}

}  // namespace busyhour::internal

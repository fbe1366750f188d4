#include "load/pace.h"

#include <algorithm>
#include <cmath>

namespace busyhour::internal {
namespace {

Nanos ToNanos(double seconds) noexcept {
  const double nanos = seconds * static_cast<double>(kNanosPerSecond);
  return nanos < 9e18 ? static_cast<Nanos>(nanos) : kNever;
}

}  // namespace

Pace::Pace(double per_second, const Pattern& pattern)
    : per_second_(per_second), repeats_(pattern.repeats) {
  const std::vector<Pattern::Knot>& knots = pattern.knots;
  for (std::size_t i = 0; i + 1 < knots.size(); ++i) {
    const double length = knots[i + 1].seconds - knots[i].seconds;
    if (length <= 0) continue;
    Stretch stretch;
    stretch.begin_s = knots[i].seconds;
    stretch.length_s = length;
    stretch.rate = knots[i].factor * per_second;
    stretch.end_rate = knots[i + 1].factor * per_second;
    stretch.begin_at = round_positions_;
    stretch.positions = (stretch.rate + stretch.end_rate) / 2 * length;
    round_positions_ += stretch.positions;
    stretches_.push_back(stretch);
  }
  round_s_ = stretches_.empty()
                 ? 0.0
                 : stretches_.back().begin_s + stretches_.back().length_s;
  last_rate_ = knots.back().factor * per_second;
}

Nanos Pace::TimeOf(double at) noexcept {
  if (!paced()) return 0;
  if (repeats_) {
    const double rounds = std::floor(at / round_positions_);
    if (rounds != rounds_) {
      rounds_ = rounds;
      stretch_ = 0;
    }
    at -= rounds_ * round_positions_;
  }
  while (stretch_ < stretches_.size()) {
    const Stretch& stretch = stretches_[stretch_];
    const double inside = at - stretch.begin_at;
    if (inside > stretch.positions || stretch.positions == 0) {
      ++stretch_;
      continue;
    }
    // inside = rate * t + slope / 2 * t^2, in the form that loses no digits
    // when the slope is small.
    const double slope = (stretch.end_rate - stretch.rate) / stretch.length_s;
    const double root = std::sqrt(
        std::max(0.0, stretch.rate * stretch.rate + 2 * slope * inside));
    const double sum = stretch.rate + root;
    const double seconds = sum > 0 ? 2 * inside / sum : 0.0;
    return ToNanos(rounds_ * round_s_ + stretch.begin_s +
                   std::min(seconds, stretch.length_s));
  }
  if (repeats_) {  // rounding may lead past the last stretch
    return ToNanos((rounds_ + 1) * round_s_);
  }
  if (last_rate_ <= 0) return kNever;
  return ToNanos(round_s_ + (at - round_positions_) / last_rate_);
}

double Pace::ReachedBy(double seconds) const noexcept {
  if (!paced()) return 0.0;
  double reached = 0.0;
  if (repeats_) {
    const double rounds = std::floor(seconds / round_s_);
    reached = rounds * round_positions_;
    seconds -= rounds * round_s_;
  }
  for (const Stretch& stretch : stretches_) {
    const double inside =
        std::clamp(seconds - stretch.begin_s, 0.0, stretch.length_s);
    const double slope = (stretch.end_rate - stretch.rate) / stretch.length_s;
    reached += inside * (stretch.rate + slope * inside / 2);
  }
  if (!repeats_) reached += std::max(0.0, seconds - round_s_) * last_rate_;
  return reached;
}

}  // namespace busyhour::internal

#include "conditions/burst_rate.h"

#include <cmath>

#include "base/time.h"

namespace busyhour::internal {
namespace {

double Seconds(std::int64_t ms) {
  return static_cast<double>(ms) / static_cast<double>(kMsPerSecond);
}

// Rounds so coarsely that a difference in the last bit of `exp` has no effect.
double RoundedShape(double shape) {
  return std::nearbyint(shape * 1048576.0) / 1048576.0;
}

}  // namespace

BurstRate::BurstRate(const Burst& burst)
    : starts_(burst),
      rise_s_(Seconds(burst.rise_ms)),
      decay_s_(Seconds(burst.decay_ms)),
      length_s_(Seconds(burst.length_ms())),
      peak_factor_(burst.factor - 1) {
  // The area below the shape: a triangle, and the decay up to its end.
  const double area = rise_s_ / 2 + decay_s_ * (1 - std::exp(-10.0));
  peak_cps_ = RoundedShape(burst.calls / area * 4096) / 4096;
}

void BurstRate::Apply(const TimeZone& zone, std::uint64_t slot,
                      std::int64_t local_s, double& rate) const noexcept {
  const auto utc_s = static_cast<std::int64_t>(slot);
  const std::int64_t start_s = starts_.Before(zone, utc_s, local_s);
  if (utc_s < start_s) return;
  // The middle of the slot.
  const double passed = static_cast<double>(utc_s - start_s) + 0.5;
  if (passed >= length_s_) return;
  const double shape =
      passed < rise_s_ ? passed / rise_s_
                       : RoundedShape(std::exp((rise_s_ - passed) / decay_s_));
  rate = rate * (1 + peak_factor_ * shape) + peak_cps_ * shape;
}

}  // namespace busyhour::internal

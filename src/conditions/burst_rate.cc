#include "conditions/burst_rate.h"

#include <algorithm>
#include <cmath>

#include "conditions/offered_rate.h"

namespace busyhour {
namespace {

double Seconds(std::int64_t ms) {
  return static_cast<double>(ms) / static_cast<double>(kMsPerSecond);
}

// Rounds so coarsely that a difference in the last bit of `exp` has no effect.
double RoundedShape(double shape) {
  return std::nearbyint(shape * 1048576.0) / 1048576.0;
}

}  // namespace

// Starts are whole seconds, as slots are.
BurstRate::BurstRate(const Burst& burst)
    : recurs_(!burst.at),
      at_s_(burst.at.value_or(SimTime{}).ms / kMsPerSecond),
      every_s_(std::max<std::int64_t>(burst.every_ms / kMsPerSecond, 1)),
      offset_s_(burst.offset_ms / kMsPerSecond),
      rise_s_(Seconds(burst.rise_ms)),
      decay_s_(Seconds(burst.decay_ms)),
      length_s_(Seconds(burst.length_ms())),
      peak_factor_(burst.factor - 1) {
  // The area below the shape: a triangle, and the decay up to its end.
  const double area = rise_s_ / 2 + decay_s_ * (1 - std::exp(-10.0));
  peak_cps_ = RoundedShape(burst.calls / area * 4096) / 4096;
}

std::int64_t BurstRate::StartBefore(const TimeZone& zone, std::int64_t utc_s,
                                    std::int64_t local_s) const noexcept {
  if (!recurs_) return at_s_;
  const std::int64_t number = FloorDivide(local_s - offset_s_, every_s_);
  // Where clocks have just been put back, the next start has passed already.
  const std::int64_t next =
      zone.FirstInstantOf((number + 1) * every_s_ + offset_s_);
  if (next <= utc_s) return next;
  return zone.FirstInstantOf(number * every_s_ + offset_s_);
}

void BurstRate::Apply(const TimeZone& zone, std::uint64_t slot,
                      std::int64_t local_s, double& rate) const noexcept {
  const auto utc_s = static_cast<std::int64_t>(slot);
  const std::int64_t start_s = StartBefore(zone, utc_s, local_s);
  if (utc_s < start_s) return;
  // The middle of the slot.
  const double passed = static_cast<double>(utc_s - start_s) + 0.5;
  if (passed >= length_s_) return;
  const double shape =
      passed < rise_s_ ? passed / rise_s_
                       : RoundedShape(std::exp((rise_s_ - passed) / decay_s_));
  rate = rate * (1 + peak_factor_ * shape) + peak_cps_ * shape;
}

std::optional<SimTime> BurstRate::NextStart(const TimeZone& zone,
                                            SimTime from) const {
  const std::int64_t from_s =
      FloorDivide(from.ms + kMsPerSecond - 1, kMsPerSecond);
  std::int64_t start_s = at_s_;
  if (recurs_) {
    const std::int64_t local_s = from_s + zone.OffsetAt(from_s);
    std::int64_t number = FloorDivide(local_s - offset_s_, every_s_);
    do {
      start_s = zone.FirstInstantOf(number++ * every_s_ + offset_s_);
    } while (start_s < from_s);
  }
  if (start_s < from_s) return std::nullopt;
  return SimTime{start_s * kMsPerSecond};
}

}  // namespace busyhour

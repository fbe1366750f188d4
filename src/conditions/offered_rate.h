#pragma once

#include <cstdint>

#include "base/distribution.h"
#include "profile/profile.h"

namespace busyhour {

/// The rate at which calls are attempted, without incidents: what the traffic
/// of a profile plans for each slot, and the random factors on it.
///
/// Constant after construction: any number of threads may share it.
class OfferedRate {
 public:
  explicit OfferedRate(const Traffic& traffic);

  /// The rate given by the traffic-time profile, without random factors. Call
  /// attempts per second in slot `slot`.
  double PlannedAt(std::uint64_t slot) const noexcept;
  /// The random factors of a day and of a short period. Both are numbered since
  /// 1970 in local time; each factor has mean 1.
  double DayFactor(std::uint64_t seed, std::int64_t day) const noexcept;
  double Busyness(std::uint64_t seed, std::int64_t period) const noexcept;

 private:
  Traffic traffic_;
  double base_cps_ = 0.0;  // for relative rate 1
  Distribution normal_;    // standard normal, in 1/65536
  Distribution busyness_;  // in 1/65536
};

/// `a` divided by `b`, rounded down.
constexpr std::int64_t FloorDivide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace busyhour

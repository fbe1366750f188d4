#pragma once

#include <cstdint>

#include "base/stream.h"
#include "scenario/plan.h"

namespace busyhour {

/// The arrivals of call attempts: a Poisson process whose rate varies with the
/// planned traffic, the day factor, the busyness and incidents.
///
/// The count of each slot depends on the seed and the slot alone. The factors
/// of the last day and period are cached, which makes consecutive slots fast.
/// The throttling of the last slot is cached, because all its calls need it.
/// Not thread-safe.
class Arrivals {
 public:
  Arrivals(const Plan& plan, std::uint64_t seed) : plan_(plan), seed_(seed) {}

  /// The offered rate in a slot, including random factors. Attempts per second.
  double RateAt(std::uint64_t slot) noexcept;
  /// The number of call attempts in a slot.
  std::uint32_t CountAt(std::uint64_t slot) noexcept;
  /// The share of set-up requests in a slot that exceed the service's capacity,
  /// as a fraction of 2^32.
  std::uint64_t ThrottledAt(std::uint64_t slot) noexcept;

 private:
  const Plan& plan_;
  std::uint64_t seed_;
  std::int64_t last_day_ = -1;
  double last_day_factor_ = 1.0;
  std::int64_t last_period_ = -1;
  double last_busyness_ = 1.0;
  std::uint64_t last_throttled_slot_ = kSlotItself;  // none
  std::uint64_t last_throttled_ = 0;
};

}  // namespace busyhour

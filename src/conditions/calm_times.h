#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.h"
#include "conditions/conditions.h"

namespace busyhour::internal {

/// The times without incidents, in which the requests of a call need not ask
/// the conditions about each of them. What is known about the last two periods
/// is kept, so calls in about the order of their slots are fast.
///
/// Not thread-safe; the results do not depend on the order of the queries.
class CalmTimes {
 public:
  /// `conditions` must outlive it.
  explicit CalmTimes(const Conditions& conditions) : conditions_(conditions) {}

  /// A time before which no incident affects a request that is made in `slot`
  /// or later. It is in the past if there may be one.
  SimTime Until(std::uint64_t slot) noexcept {
    const std::uint64_t number = slot / kPeriodSeconds;
    Period& period = periods_[number % 2];
    if (period.number != number) {
      const auto begin = static_cast<std::int64_t>(number * kPeriodSeconds);
      period = {number, conditions_.CalmUntil({begin * kMsPerSecond})};
    }
    return period.calm_until;
  }

 private:
  // Shorter than `Conditions::kCalmMs`, so that what follows a period is known
  // too.
  static constexpr std::uint64_t kPeriodSeconds = 15 * 60;
  struct Period {
    std::uint64_t number = ~std::uint64_t{0};  // none
    SimTime calm_until;
  };

  const Conditions& conditions_;
  std::array<Period, 2> periods_;
};

}  // namespace busyhour::internal

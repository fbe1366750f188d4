#pragma once

#include <cstdint>

#include "base/time_zone.h"
#include "conditions/event_starts.h"
#include "profile/traffic.h"

namespace busyhour::internal {

/// A compiled burst. Its effect is a function of the slot alone.
class BurstRate {
 public:
  explicit BurstRate(const Burst& burst);

  /// Changes `rate`, the planned rate of slot `slot`, where local time is
  /// `local_s`.
  void Apply(const TimeZone& zone, std::uint64_t slot, std::int64_t local_s,
             double& rate) const noexcept;
  const EventStarts& starts() const noexcept { return starts_; }

 private:
  EventStarts starts_;
  double rise_s_ = 0.0;
  double decay_s_ = 0.0;
  double length_s_ = 0.0;
  double peak_cps_ = 0.0;     // of the additional calls
  double peak_factor_ = 0.0;  // above 1
};

}  // namespace busyhour::internal

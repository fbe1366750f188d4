#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "base/time_zone.h"
#include "profile/traffic.h"

namespace busyhour {

/// A compiled burst. Its effect is a function of the slot alone.
class BurstRate {
 public:
  explicit BurstRate(const Burst& burst);

  /// Changes `rate`, the planned rate of slot `slot`, where local time is
  /// `local_s`.
  void Apply(const TimeZone& zone, std::uint64_t slot, std::int64_t local_s,
             double& rate) const noexcept;
  /// The first start at or after an instant; nothing if there is none.
  std::optional<SimTime> NextStart(const TimeZone& zone, SimTime from) const;

 private:
  // The last start at or before an instant, in seconds.
  std::int64_t StartBefore(const TimeZone& zone, std::int64_t utc_s,
                           std::int64_t local_s) const noexcept;

  bool recurs_ = false;
  std::int64_t at_s_ = 0;
  std::int64_t every_s_ = 1;
  std::int64_t offset_s_ = 0;
  double rise_s_ = 0.0;
  double decay_s_ = 0.0;
  double length_s_ = 0.0;
  double peak_cps_ = 0.0;     // of the additional calls
  double peak_factor_ = 0.0;  // above 1
};

}  // namespace busyhour

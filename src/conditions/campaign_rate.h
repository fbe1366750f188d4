#pragma once

#include <cstdint>

#include "base/time_zone.h"
#include "conditions/event_starts.h"
#include "profile/traffic.h"

namespace busyhour::internal {

/// A compiled campaign of a dialler: its rate until the list is used up. A
/// function of the slot alone.
class CampaignRate {
 public:
  explicit CampaignRate(const Campaign& campaign);

  /// First attempts in slot `slot`, where local time is `local_s`.
  double At(const TimeZone& zone, std::uint64_t slot,
            std::int64_t local_s) const noexcept;
  const EventStarts& starts() const noexcept { return starts_; }

 private:
  EventStarts starts_;
  double rate_cps_ = 0.0;
  double list_ = 0.0;
};

}  // namespace busyhour::internal

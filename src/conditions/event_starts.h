#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "base/time_zone.h"
#include "profile/traffic.h"

namespace busyhour::internal {

/// The starts of a burst or a campaign: one, or one at each multiple of a time
/// since 1970, in local time. They are whole seconds, as slots are.
class EventStarts {
 public:
  explicit EventStarts(const LocalStarts& starts)
      : recurs_(!starts.at),
        at_s_(starts.at.value_or(SimTime{}).ms / kMsPerSecond),
        every_s_(std::max<std::int64_t>(starts.every_ms / kMsPerSecond, 1)),
        offset_s_(starts.offset_ms / kMsPerSecond) {}

  /// The last start at or before an instant, or the only one, in seconds. Local
  /// time is then `local_s`.
  std::int64_t Before(const TimeZone& zone, std::int64_t utc_s,
                      std::int64_t local_s) const noexcept;
  /// The first start at or after an instant; nothing if there is none.
  std::optional<SimTime> Next(const TimeZone& zone, SimTime from) const;

 private:
  bool recurs_ = false;
  std::int64_t at_s_ = 0;
  std::int64_t every_s_ = 1;
  std::int64_t offset_s_ = 0;
};

}  // namespace busyhour::internal

#include "conditions/event_starts.h"

namespace busyhour::internal {
std::int64_t EventStarts::Before(const TimeZone& zone, std::int64_t utc_s,
                                 std::int64_t local_s) const noexcept {
  if (!recurs_) return at_s_;
  const std::int64_t number = FloorDivide(local_s - offset_s_, every_s_);
  // Where clocks have just been put back, the next start has passed already.
  const std::int64_t next =
      zone.FirstInstantOf((number + 1) * every_s_ + offset_s_);
  if (next <= utc_s) return next;
  return zone.FirstInstantOf(number * every_s_ + offset_s_);
}

std::optional<SimTime> EventStarts::Next(const TimeZone& zone,
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

}  // namespace busyhour::internal

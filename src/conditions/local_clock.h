#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/time.h"
#include "base/time_zone.h"

namespace busyhour::internal {

/// Local time by slot: a time zone, and an index of its changes, so that a slot
/// needs no search.
class LocalClock {
 public:
  explicit LocalClock(TimeZone zone) : zone_(std::move(zone)) {
    if (zone_.changes.empty()) return;
    std::uint32_t next = 0;
    for (std::size_t stretch = 0; stretch <= kStretches; ++stretch) {
      const auto begin = static_cast<std::int64_t>(stretch << kStretchBits);
      while (next < zone_.changes.size() && zone_.changes[next].at_s <= begin) {
        ++next;
      }
      next_.push_back(next);
    }
  }

  /// Seconds since 1970-01-01 00:00 local time.
  std::int64_t SecondAt(std::uint64_t slot) const noexcept {
    const auto utc_s = static_cast<std::int64_t>(slot);
    if (next_.empty()) return utc_s + zone_.first_offset_s;
    std::size_t next = next_[std::min(slot >> kStretchBits, kStretches)];
    const auto& changes = zone_.changes;
    while (next < changes.size() && changes[next].at_s <= utc_s) ++next;
    return utc_s +
           (next == 0 ? zone_.first_offset_s : changes[next - 1].offset_s);
  }
  const TimeZone& zone() const noexcept { return zone_; }

 private:
  // 2^22 seconds, 49 days: few zones have more than one change in that time.
  static constexpr int kStretchBits = 22;
  static constexpr std::uint64_t kStretches =
      static_cast<std::uint64_t>(kLatestTime.ms / kMsPerSecond) >> kStretchBits;

  TimeZone zone_;
  // For each stretch, the number of changes up to its begin.
  std::vector<std::uint32_t> next_;
};

}  // namespace busyhour::internal

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/distribution.h"
#include "base/time.h"
#include "conditions/burst_rate.h"
#include "conditions/campaign_rate.h"
#include "conditions/local_clock.h"
#include "profile/traffic.h"

namespace busyhour::internal {

/// The rate at which calls are attempted, without incidents: what the traffic
/// of a profile plans for each slot, and the random factors on it.
///
/// Constant after construction: any number of threads may share it.
class OfferedRate {
 public:
  explicit OfferedRate(const Traffic& traffic);

  /// Local time in slot `slot`, in seconds since 1970-01-01 00:00 local time.
  std::int64_t LocalSecond(std::uint64_t slot) const noexcept {
    return clock_.SecondAt(slot);
  }
  /// The rate given by the traffic-time profile, without random factors. Call
  /// attempts per second in slot `slot`.
  double PlannedAt(std::uint64_t slot) const noexcept;
  /// The rate of the campaigns of diallers, which no random factor changes: in
  /// all, and that of campaign number `campaign` of the profile.
  double DialledAt(std::uint64_t slot) const noexcept;
  double RateOf(std::size_t campaign, std::uint64_t slot) const noexcept;
  std::size_t campaign_count() const noexcept { return campaigns_.size(); }
  /// The random factors of a day and of a short period. Both are numbered since
  /// 1970 in local time; each factor has mean 1.
  double DayFactor(std::uint64_t run_key, std::int64_t day) const noexcept;
  double Busyness(std::uint64_t run_key, std::int64_t period) const noexcept;

  /// The holidays and the starts of bursts and campaigns in [`begin`, `end`),
  /// in order of time: `2026-12-25 Christmas`. The first `most` of them.
  std::vector<std::string> EventsIn(SimTime begin, SimTime end,
                                    std::size_t most) const;

 private:
  // The traffic of a date.
  struct Day {
    double level = 1.0;
    std::uint32_t first_hour = 0;  // in `hours_of_week`
  };

  void PlanDays();

  Traffic traffic_;
  LocalClock clock_;
  double base_cps_ = 0.0;  // for relative rate 1
  // From `kFirstDay` on; empty if all dates have their own hours and level 1.
  std::vector<Day> days_;
  std::vector<BurstRate> bursts_;
  std::vector<CampaignRate> campaigns_;
  Distribution normal_;    // standard normal, in 1/65536
  Distribution busyness_;  // in 1/65536
};

}  // namespace busyhour::internal

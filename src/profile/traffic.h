#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/time_zone.h"

namespace busyhour::internal {

/// A date with traffic of its own.
struct Holiday {
  std::string name = {};
  int year = 0;  ///< 0 for every year
  unsigned month = 1;
  unsigned day = 1;
  /// The day of the week whose hours it has, from Monday = 0; if not set, its
  /// own.
  std::optional<unsigned> like = {};
  double factor = 1.0;

  friend bool operator==(const Holiday&, const Holiday&) = default;
};

/// Growth of the rate, by day, and its level by month.
struct Growth {
  double per_year = 0.0;
  SimTime since{1'767'225'600'000};  ///< 2026-01-01; a date

  friend bool operator==(const Growth&, const Growth&) = default;
};

/// When a burst or a campaign starts: once, or again and again.
struct LocalStarts {
  std::optional<SimTime> at;
  /// If `at` is not set: starts at local times that are multiples of this since
  /// 1970, plus the offset.
  std::int64_t every_ms = 0;
  std::int64_t offset_ms = 0;

  friend bool operator==(const LocalStarts&, const LocalStarts&) = default;
};

/// A sudden rise of the rate and its exponential decay.
struct Burst : LocalStarts {
  std::string name;
  /// Additional call attempts; 0 if `factor` is set.
  double calls = 0.0;
  /// Factor on the rate at the peak.
  double factor = 1.0;
  std::int64_t rise_ms = 20 * kMsPerSecond;
  std::int64_t decay_ms = 4 * kMsPerMinute;

  /// From the start to the end of its effect. After ten decay times, 0.005 % of
  /// its calls are left.
  std::int64_t length_ms() const { return rise_ms + 10 * decay_ms; }

  friend bool operator==(const Burst&, const Burst&) = default;
};

/// A dialler that calls the contacts of a list, one after the other.
struct Campaign : LocalStarts {
  std::string name;
  std::string flow;
  /// Number of contacts.
  std::uint32_t list = 1000;
  /// Calls per second until the end of the list.
  double rate_cps = 1.0;

  /// The time that the list lasts.
  std::int64_t length_ms() const {
    return static_cast<std::int64_t>(
        std::min(static_cast<double>(list) / rate_cps * 1000.0, 1e15));
  }

  friend bool operator==(const Campaign&, const Campaign&) = default;
};

/// The rate of call attempts, and how it varies in time and at random.
struct Traffic {
  /// Call attempts per second.
  double rate_cps = 2.0;
  /// Whether `rate_cps` is the rate of the busiest hour, not the mean of the
  /// week.
  bool rate_is_busy_hour = false;
  SimTime start{1'772'438'400'000};  // 2026-03-02T08:00:00Z, a Monday
  /// Relative rate by hour of the week, from Monday 00:00 local time.
  std::array<double, 168> hours_of_week = [] {
    std::array<double, 168> flat;
    flat.fill(1.0);
    return flat;
  }();
  /// Local time minus UTC, if there is no `zone`.
  std::int64_t utc_offset_ms = 0;
  /// The local time; without a name if it is `utc_offset_ms`.
  TimeZone zone;
  std::vector<Holiday> holidays;
  Growth growth;
  /// Relative rate by month; empty or 12.
  std::vector<double> months;
  std::vector<Burst> bursts;
  std::vector<Campaign> campaigns;
  /// The random factor of a whole day; its mean is 1.
  double day_cv = 0.0;
  double day_autocorrelation = 0.0;
  /// The random factor of a short period; its mean is 1.
  double busyness_cv = 0.0;
  std::int64_t busyness_period_ms = 6 * kMsPerMinute;
  /// The time over which the factor's causes last; 0 if periods are
  /// independent.
  std::int64_t busyness_memory_ms = 0;
  /// Attempts per second that the service accepts before it answers 429; 0 for
  /// no limit.
  double capacity_cps = 0.0;

  /// The number of periods over which the busyness has a memory.
  int busyness_periods() const {
    return static_cast<int>((busyness_memory_ms + busyness_period_ms / 2) /
                            busyness_period_ms);
  }

  friend bool operator==(const Traffic&, const Traffic&) = default;
};

}  // namespace busyhour::internal

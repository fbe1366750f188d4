#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace busyhour::internal {

/// A point of simulated time: milliseconds since 1970-01-01T00:00:00Z.
///
/// All published ACS samples have times in milliseconds, so the simulation uses
/// a tick of one millisecond. Shapes with seven fraction digits pad with zeros.
struct SimTime {
  std::int64_t ms = 0;

  friend auto operator<=>(SimTime, SimTime) = default;
};

inline constexpr std::int64_t kMsPerSecond = 1000;
inline constexpr std::int64_t kMsPerMinute = 60 * kMsPerSecond;
inline constexpr std::int64_t kMsPerHour = 60 * kMsPerMinute;
inline constexpr std::int64_t kMsPerDay = 24 * kMsPerHour;
inline constexpr std::int64_t kMsPerYear = 365 * kMsPerDay;

/// The date of an instant, in UTC.
constexpr std::chrono::year_month_day DateOf(SimTime time) noexcept {
  using std::chrono::milliseconds;
  return std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<milliseconds>(milliseconds(time.ms)));
}
/// The beginning of a valid date, in UTC.
constexpr SimTime MidnightOf(std::chrono::year_month_day date) noexcept {
  return {std::chrono::sys_days(date).time_since_epoch().count() * kMsPerDay};
}

/// Earliest and latest times in a data set. Ids have 34 bits for the second.
inline constexpr SimTime kEarliestTime{0};
inline constexpr SimTime kLatestTime{16'725'225'600 * kMsPerSecond};  // 2500

/// Reads `2026-03-02`, `2026-03-02T08:00Z`, `2026-03-02T08:00:00.5Z` or the
/// same with an offset (`+02:00`). A time without a zone is in UTC. Nothing if
/// the text is not a time, or if the time is outside [1970, 2500).
std::optional<SimTime> ParseTime(std::string_view text);

/// `2026-03-02T08:00:00Z`, or with `.123` if the milliseconds are not zero.
std::string FormatTime(SimTime time);

/// `a` divided by `b`, rounded down.
constexpr std::int64_t FloorDivide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace busyhour::internal

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time_zone.h"

namespace busyhour::internal {

/// A rule for the offset of a zone, from the text of a POSIX `TZ` variable, in
/// the form that the footer of a TZif file has: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct PosixRule {
  /// A day of the year, and a time on that day.
  struct Turn {
    enum class Kind {
      kWeekday,      ///< `Mm.w.d`: the w-th (5: the last) weekday d of a month
      kWithoutLeap,  ///< `Jn`: day n from 1; February 29 is not counted
      kWithLeap,     ///< `n`: day n from 0
    };
    Kind kind = Kind::kWithLeap;
    int month = 1;
    int week = 1;
    int day = 0;
    std::int32_t time_s = 2 * 3600;
  };

  std::int32_t standard_s = 0;  ///< local time minus UTC
  bool has_daylight = false;
  std::int32_t daylight_s = 0;
  Turn daylight_begins;
  Turn daylight_ends;

  /// The changes of a year, in order of time.
  std::vector<TimeZone::Change> ChangesIn(int year) const;
};

/// Nothing if the text is not such a rule.
std::optional<PosixRule> ParsePosixRule(std::string_view text);

}  // namespace busyhour::internal

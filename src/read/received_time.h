#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "base/time_zone.h"
#include "read/received_record.h"

// Times in the spellings that programs and tools write.

namespace busyhour::internal {

/// The order of day and month in a date such as 02/03/2026.
enum class DateOrder : std::uint8_t { kMonthFirst, kDayFirst };

/// What the text of a time may leave open.
struct TimeReading {
  DateOrder order = DateOrder::kMonthFirst;
  /// Of times without a zone of their own; UTC if it has no changes.
  TimeZone zone;
};

/// A received time and its precision.
struct ReceivedTime {
  SimTime time;
  std::int64_t ns = 0;       ///< within the millisecond, below 1,000,000
  std::int64_t unit_ms = 1;  ///< resolution of the text, at least 1
  /// For a local time that occurs twice: how much later the second one is.
  std::int64_t again_ms = 0;

  /// Whether this is `sent`, or `sent` truncated or rounded to the resolution.
  bool Is(SimTime sent) const noexcept;
};

/// Reads a time:
/// - ISO 8601 with `T` or a blank, any number of fraction digits, with `Z`,
///   `UTC`, `+02`, `+0200`, `+02:00` or without a zone, also without separators
///   (20260302T080000Z) or with `[Europe/Oslo]` after the offset;
/// - dates of numbers with `/`, `-` or `.`, in 24 or 12 hours: with a full stop
///   the day is first, otherwise `reading` tells;
/// - dates with an English month: RFC 1123, JavaScript, Kibana, web servers;
/// - after any of these, AM or PM in any case, after any kind of blank;
/// - numbers of seconds, milliseconds, microseconds or nanoseconds since 1970,
///   whichever gives a time before the year 5138; of days since 1899-12-30, as
///   in spreadsheets, from 20,000 to 109,999; and .NET's `/Date(ms)/`.
std::optional<ReceivedTime> TimeOf(std::string_view text,
                                   const TimeReading& reading);
/// Reads the time in a text or number. A name with ` [UTC]` is its zone.
std::optional<ReceivedTime> TimeOf(const ReceivedRecord::Value& value,
                                   const TimeReading& reading);

}  // namespace busyhour::internal

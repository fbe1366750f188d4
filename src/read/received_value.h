#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "read/received_record.h"

// The meaning of received values, in any spelling.

namespace busyhour {

/// An exact decimal number: 0.digits * 10^exponent.
struct Decimal {
  bool is_negative = false;
  std::string digits;  ///< without zeros at either end; empty for 0
  std::int64_t exponent = 0;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};
/// Parses a number in the spelling of JSON or of other programs: `.5`, `042`.
std::optional<Decimal> DecimalOf(std::string_view text);

/// A time and its precision.
struct ReceivedTime {
  std::int64_t ms = 0;       ///< since 1970
  std::int64_t unit_ms = 1;  ///< resolution of the text
};
/// Parses a time in one of busyhour's spellings, or in ISO 8601.
std::optional<ReceivedTime> TimeOf(std::string_view text);

/// The arrival time of a record.
struct ArrivalTime {
  SimTime time;
  std::int64_t ns = 0;  ///< within the millisecond, below 1,000,000
};
/// Reads an arrival time: a time in any spelling that `TimeOf` reads, or a
/// number, or a number as text, in seconds, milliseconds, microseconds or
/// nanoseconds since 1970. The unit is the one that gives a time before the
/// year 5138.
std::optional<ArrivalTime> ArrivalOf(const ReceivedRecord::Value& value);

}  // namespace busyhour

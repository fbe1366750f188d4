#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "read/received_record.h"

// Received values as what they mean, in any spelling that pipelines give them.

namespace busyhour {

/// A decimal number, exactly: 0.digits * 10^exponent.
struct Decimal {
  bool is_negative = false;
  std::string digits;  ///< without zeros at either end; empty for 0
  std::int64_t exponent = 0;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};
/// A number as JSON has it, or as other programs write it: `.5`, `042`.
std::optional<Decimal> DecimalOf(std::string_view text);

/// A time, and how exactly it was written.
struct ReceivedTime {
  std::int64_t ms = 0;       ///< since 1970
  std::int64_t unit_ms = 1;  ///< what the text can tell apart
};
/// A time in either spelling of ours, or ISO 8601 in general.
std::optional<ReceivedTime> TimeOf(std::string_view text);

/// When something got to the far end.
struct ArrivalTime {
  SimTime time;
  std::int64_t ns = 0;  ///< beyond the millisecond, below 1,000,000
};
/// What a far end wrote: a time in any spelling that `TimeOf` reads, or a
/// number, or a number as text: seconds, milliseconds, microseconds or
/// nanoseconds since 1970, whichever brings it before the year 5138.
std::optional<ArrivalTime> ArrivalOf(const ReceivedRecord::Value& value);

}  // namespace busyhour

#pragma once

#include <optional>
#include <string_view>

#include "read/received_time.h"

namespace busyhour::internal {

/// The time in a number, or its text: seconds, milliseconds, microseconds or
/// nanoseconds since 1970, whichever gives a time before the year 5138; from
/// 20,000 to 109,999, days since 1899-12-30, as in spreadsheets. Nothing for
/// other texts, and for negative numbers.
std::optional<ReceivedTime> TimeInNumber(std::string_view text);

}  // namespace busyhour::internal

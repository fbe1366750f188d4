#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

// What frames need that hold a record as text in JSON.

namespace busyhour {

/// Appends `text` as it stands in a JSON string.
void AppendEscaped(std::string_view text, std::string& out);
/// Appends the nanoseconds since 1970.
void AppendNanos(SimTime time, std::string& out);

}  // namespace busyhour

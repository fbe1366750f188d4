#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

// Functions for frames that contain a record as text in JSON.

namespace busyhour::internal {

/// Appends `text`, escaped for a JSON string.
void AppendEscaped(std::string_view text, std::string& out);
/// Appends `time` as nanoseconds since 1970.
void AppendNanos(SimTime time, std::string& out);

}  // namespace busyhour::internal

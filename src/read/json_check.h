#pragma once

#include <string_view>

namespace busyhour::internal {

/// Whether `text` is exactly one JSON value (RFC 8259) with optional blanks.
/// UTF-8 is not checked. The maximum depth is 1,024. Time is linear.
bool IsJson(std::string_view text);

}  // namespace busyhour::internal

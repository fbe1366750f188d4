#pragma once

#include <string_view>

namespace busyhour {

/// Whether `text` is one JSON value (RFC 8259) and nothing else but blanks, to
/// the letter, apart from UTF-8. Nothing deeper than 1,024 is. Time is linear.
bool IsJson(std::string_view text);

}  // namespace busyhour

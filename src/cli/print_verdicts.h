#pragma once

#include <cstdio>
#include <string_view>

namespace busyhour::internal {

/// Prints a text. On a terminal, the words PASSED and FAILED (also `passed`) at
/// the start of a line are green and red, unless the variable NO_COLOR is set
/// and not empty (https://no-color.org) or TERM is `dumb`.
void PrintVerdicts(std::string_view text, std::FILE* out);

}  // namespace busyhour::internal

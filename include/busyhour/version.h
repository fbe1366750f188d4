#pragma once

#if __cplusplus < 202002L
#error "busyhour needs C++20: compile with -std=c++20 or later"
#endif

#include <string_view>

namespace busyhour {

/// The program's version, as `busyhour --version` prints it.
inline constexpr std::string_view kVersion = "0.1.0";

/// Version of the output format. Two versions of the program with the same
/// number make the same bytes.
inline constexpr int kFormat = 2;

}  // namespace busyhour

#pragma once

#include <string>
#include <string_view>

namespace busyhour::internal {

/// The directory of a file: `.` if the path has none.
std::string DirectoryOf(const std::string& path);

/// What the name of a file ends with until it is complete.
inline constexpr std::string_view kPartEnding = ".part";

}  // namespace busyhour::internal

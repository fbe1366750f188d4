#pragma once

#include <string>
#include <string_view>

namespace busyhour::internal {

/// The directory of a file: `.` if the path has none.
std::string DirectoryOf(const std::string& path);

/// What the name of a file ends with until it is complete.
inline constexpr std::string_view kPartEnding = ".part";

/// The container of a storage account for metrics with a value for each minute.
inline constexpr std::string_view kMetricsContainer = "insights-metrics-pt1m";

}  // namespace busyhour::internal

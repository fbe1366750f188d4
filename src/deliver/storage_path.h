#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// The layout of logs in a storage account.

namespace busyhour {

/// `insights-logs-<category in lower case>`.
std::string StorageContainerOf(std::string_view category);

/// `/y=2026/m=03/d=02/h=08/m=00/`, for an hour counted since 1970.
std::string StorageHourPath(std::int64_t hour);

/// Name of the blob for one hour of a resource's logs.
inline constexpr std::string_view kStorageBlobName = "PT1H.json";

}  // namespace busyhour

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Where Azure puts logs in a storage account.

namespace busyhour {

/// `insights-logs-<category in small letters>`.
std::string StorageContainerOf(std::string_view category);

/// `/y=2026/m=03/d=02/h=08/m=00/`, of the hour that so many precede since 1970.
std::string StorageHourPath(std::int64_t hour);

/// What a resource's logs of an hour are called there.
inline constexpr std::string_view kStorageBlobName = "PT1H.json";

}  // namespace busyhour

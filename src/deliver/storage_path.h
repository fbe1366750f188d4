#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

// The layouts of logs and metrics in a storage account: those of a diagnostic
// setting, and that of the data export of a Log Analytics workspace.

namespace busyhour::internal {

/// `insights-logs-<category in lower case>`.
std::string StorageContainerOf(std::string_view category);

/// `am-<table in lower case>`: the names of containers have no capital letters.
std::string ExportContainerOf(std::string_view table);

/// `/y=2026/m=03/d=02/h=08/m=05/`.
std::string StorageTimePath(SimTime time);

/// Name of the blob for one hour of a resource's logs.
inline constexpr std::string_view kStorageBlobName = "PT1H.json";

/// The start of the names of the blobs for five minutes of an exported table.
inline constexpr std::string_view kExportBlobStem = "PT05M";
/// `PT05M.json`, `PT05M_1.json` ...: part 0, 1 ... of the five minutes.
std::string ExportBlobName(std::uint64_t part);

}  // namespace busyhour::internal

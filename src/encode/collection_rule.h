#pragma once

#include <string>

#include "logs/log.h"

namespace busyhour::internal {

/// The parts of a data collection rule (`streamDeclarations` and `dataFlows`)
/// that send a log's records in a shape through the Logs Ingestion API to a
/// custom table with the columns that are specific to the log's table. The
/// shape must have all of their fields. The stream has the name of the log's
/// category.
std::string CollectionRule(LogType log, Shape shape);

/// The body of the request that creates this custom table.
std::string CustomTable(LogType log);

}  // namespace busyhour::internal

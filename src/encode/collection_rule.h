#pragma once

#include <string>

#include "logs/log.h"

namespace busyhour {

/// The parts of a data collection rule that take a log's records in a shape
/// through the Logs Ingestion API into a custom table with the columns of the
/// log's own: `streamDeclarations` and `dataFlows`. The shape must have all
/// fields of the table.
std::string CollectionRule(LogType log, Shape shape);

/// The body of the request that creates this custom table.
std::string CustomTable(LogType log);

}  // namespace busyhour

#pragma once

#include <string>
#include <string_view>

#include "logs/log.h"

namespace busyhour::internal {

/// A name in KQL: `Level`, or `['time']` if it could be a keyword.
std::string KustoName(std::string_view name);

/// The command that creates a table for a log's records in a shape, in Azure
/// Data Explorer and its emulator: `.create table NAME (...)`.
std::string KustoTable(LogType log, Shape shape);

/// The same table as an empty table in a query: `let NAME = datatable(...)[];`.
/// A query after it can be checked and run without a real table.
std::string KustoLet(LogType log, Shape shape);

}  // namespace busyhour::internal

#pragma once

#include <span>
#include <string>
#include <string_view>

#include "encode/declared_column.h"

namespace busyhour {

/// The SQL of one database.
struct SqlDialect {
  /// Its name in options.
  std::string_view name;
  TypeNames types;
  /// Follows the type of a column that is never empty.
  std::string_view never_empty = {};
  /// Follows the columns; null if nothing does.
  std::string (*engine)(std::span<const DeclaredColumn> columns) = nullptr;
  /// Statements after that of the table, which let JSON Lines load into it;
  /// null if the database needs none.
  std::string (*json_lines)(std::string_view table,
                            std::span<const DeclaredColumn> columns) = nullptr;
};

/// The first is the default.
std::span<const SqlDialect> SqlDialects();

/// The statements that create a table for a log's records in a shape: as JSON
/// Lines, and as CSV if the shape has it.
std::string SqlDeclaration(LogType log, Shape shape, const SqlDialect& dialect);

}  // namespace busyhour

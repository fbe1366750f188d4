#pragma once

#include <span>
#include <string>
#include <string_view>

#include "encode/declared_column.h"

namespace busyhour::internal {

/// The SQL of one database.
struct SqlDialect {
  /// Its name in options.
  std::string_view name;
  TypeNames types;
  /// Follows the type of a column that is never empty.
  std::string_view never_empty = {};
  /// Follows the columns; null if there is none.
  std::string (*engine)(std::span<const DeclaredColumn> columns) = nullptr;
  /// Statements after the statement of the table, for loading JSON Lines; null
  /// if the database does not need any.
  std::string (*json_lines)(std::string_view table,
                            std::span<const DeclaredColumn> columns) = nullptr;
};

/// The first is the default.
std::span<const SqlDialect> SqlDialects();

/// The statements that create a table for a log's records in a shape, which can
/// be loaded as JSON Lines, and also as CSV if the shape has it.
std::string SqlDeclaration(LogType log, Shape shape, const SqlDialect& dialect);

}  // namespace busyhour::internal

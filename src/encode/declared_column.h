#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "logs/log.h"

// A log in a shape as the table of a database. Shared by all declarations.

namespace busyhour::internal {

/// The type of a column. A database has its own name for each.
enum class DeclaredType : std::uint8_t {
  kText,
  kGuid,  ///< a text that is always a GUID
  kInteger,
  kReal,
  kBoolean,
  kDatetime,
  kObject,  ///< the fields under one parent
};
inline constexpr std::size_t kDeclaredTypeCount = 7;

/// The names of the types in one language, in the order of `DeclaredType`.
using TypeNames = std::array<std::string_view, kDeclaredTypeCount>;
constexpr std::string_view NameOf(DeclaredType type, const TypeNames& names) {
  return names[static_cast<std::size_t>(type)];
}

/// Kusto's names, which Log Analytics shares.
inline constexpr TypeNames kKustoTypes = {
    "string", "string", "int", "real", "bool", "datetime", "dynamic"};

/// A column of a table whose rows are records.
struct DeclaredColumn {
  std::string_view name;
  DeclaredType type = DeclaredType::kText;
  bool may_be_empty = false;
  /// One sentence.
  std::string_view meaning;
};

DeclaredType DeclaredTypeOf(const Column& column, Shape shape);

/// The columns of a log in a shape, in the order of writing. Fields with the
/// same parent are one column.
std::vector<DeclaredColumn> DeclaredColumns(LogType log, Shape shape);

/// The name of the table: that of the Log Analytics table, with the suffix
/// `Raw` if the shape does not have the names and types of its columns.
std::string DeclaredTable(LogType log, Shape shape);

}  // namespace busyhour::internal

#include "encode/declared_column.h"

#include "encode/schema.h"
#include "encode/shape.h"
#include "logs/shared_fields.h"

namespace busyhour::internal {

DeclaredType DeclaredTypeOf(const Column& column, Shape shape) {
  switch (column.type) {
    case Type::kInteger:
      return DeclaredType::kInteger;
    case Type::kReal:
      return DeclaredType::kReal;
    case Type::kBoolean:
      return DeclaredType::kBoolean;
    case Type::kDatetime:
      return DeclaredType::kDatetime;
    case Type::kString:
      break;
  }
  const bool is_guid = !column.field->may_be_empty &&
                       !column.field->may_be_missing &&
                       PatternOf(*column.field, Info(shape)) == kGuidPattern;
  return is_guid ? DeclaredType::kGuid : DeclaredType::kText;
}

std::vector<DeclaredColumn> DeclaredColumns(LogType log, Shape shape) {
  std::vector<DeclaredColumn> declared;
  std::string_view parent;
  for (const Column& column : Columns(log, shape)) {
    if (column.parent.empty()) {
      declared.push_back(
          {column.name, DeclaredTypeOf(column, shape),
           column.field->may_be_empty || column.field->may_be_missing,
           column.field->meaning});
    } else if (column.parent != parent) {
      declared.push_back(
          {column.parent, DeclaredType::kObject, false, kObjectMeaning});
    }
    parent = column.parent;
  }
  return declared;
}

std::string DeclaredTable(LogType log, Shape shape) {
  std::string name(Info(log).table);
  const bool is_table = shape == Shape::kTable || shape == Shape::kDataExport ||
                        shape == Shape::kTableArrival;
  if (!is_table) name += "Raw";
  return name;
}

}  // namespace busyhour::internal

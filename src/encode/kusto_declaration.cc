#include "encode/kusto_declaration.h"

#include <algorithm>

#include "base/ascii.h"
#include "encode/declared_column.h"

namespace busyhour::internal {
namespace {

std::string KustoColumns(LogType log, Shape shape) {
  std::string text;
  for (const DeclaredColumn& column : DeclaredColumns(log, shape)) {
    text += text.empty() ? "\n  " : ",\n  ";
    text.append(KustoName(column.name)).append(": ");
    text += NameOf(column.type, kKustoTypes);
  }
  return text + '\n';
}

}  // namespace

std::string KustoName(std::string_view name) {
  // Keywords consist of small letters, digits and dashes.
  const bool has_capital = std::any_of(name.begin(), name.end(), IsUpper);
  const bool is_plain = has_capital && !IsDigit(name[0]) &&
                        std::all_of(name.begin(), name.end(), [](char c) {
                          return IsLetterOrDigit(c) || c == '_';
                        });
  return is_plain ? std::string(name) : "['" + std::string(name) + "']";
}

std::string KustoTable(LogType log, Shape shape) {
  return ".create table " + KustoName(DeclaredTable(log, shape)) + " (" +
         KustoColumns(log, shape) + ")\n";
}

std::string KustoLet(LogType log, Shape shape) {
  return "let " + DeclaredTable(log, shape) + " = datatable(" +
         KustoColumns(log, shape) + ")[];\n";
}

}  // namespace busyhour::internal

#include "encode/collection_rule.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "encode/declared_column.h"
#include "encode/json_writer.h"
#include "encode/kusto_declaration.h"

namespace busyhour::internal {
namespace {

// The types that the columns of streams and of custom tables can have, and the
// KQL functions that convert to them.
constexpr TypeNames kStreamTypes = {"string",  "string",   "int",    "real",
                                    "boolean", "datetime", "dynamic"};
constexpr TypeNames kConversions = {"tostring", "tostring", "toint",
                                    "toreal",   "tobool",   "todatetime",
                                    "todynamic"};

std::string JsonColumn(std::string_view name, DeclaredType type) {
  return R"({"name": )" + JsonWriter::Quoted(name) + R"(, "type": )" +
         JsonWriter::Quoted(NameOf(type, kStreamTypes)) + '}';
}

// The column with the field in the shape.
const Column& ColumnOf(const Field& field, LogType log, Shape shape) {
  const std::span<const Column> columns = Columns(log, shape);
  return *std::find_if(
      columns.begin(), columns.end(),
      [&](const Column& column) { return column.field == &field; });
}

// The columns of the table that the API can write. Its standard columns are
// reserved.
std::span<const Column> WritableColumns(LogType log) {
  return DescriptorOf(log).table;
}

// The KQL expression for the value of a column of the table.
std::string Source(const Column& to, LogType log, Shape shape) {
  const Column& from = ColumnOf(*to.field, log, shape);
  const std::string name = KustoName(from.name);
  if (from.parent.empty() && from.type == to.type) return name;
  // A name that needs brackets follows its parent without a dot.
  std::string source = name;
  if (!from.parent.empty()) {
    source = KustoName(from.parent) + (name[0] == '[' ? "" : ".") + name;
  }
  return std::string(NameOf(DeclaredTypeOf(to, Shape::kTable), kConversions)) +
         '(' + source + ')';
}

std::string Transformation(LogType log, Shape shape) {
  std::string kql = "source";
  for (const DeclaredColumn& column : DeclaredColumns(log, shape)) {
    if (column.type != DeclaredType::kObject) continue;
    const std::string name = KustoName(column.name);
    kql += " | extend " + name + " = parse_json(" + name + ')';
  }
  const char* separator = " | project ";
  for (const Column& to : WritableColumns(log)) {
    const std::string name = KustoName(to.name);
    const std::string source = Source(to, log, shape);
    kql.append(separator).append(name);
    if (source != name) kql.append(" = ").append(source);
    separator = ", ";
  }
  return kql;
}

std::string CustomTableName(LogType log) {
  return DeclaredTable(log, Shape::kTable) + "_CL";
}

}  // namespace

std::string CollectionRule(LogType log, Shape shape) {
  const std::string stream = "Custom-" + std::string(Info(log).category);
  std::vector<std::string> columns;
  for (const DeclaredColumn& column : DeclaredColumns(log, shape)) {
    columns.push_back(JsonColumn(column.name, column.type));
  }
  JsonWriter json;
  json.Open("");
  json.Open("streamDeclarations");
  json.Open(stream);
  json.List("columns", columns);
  json.Close();
  json.Close();
  json.OpenList("dataFlows");
  json.Open("");
  json.Member("streams", '[' + JsonWriter::Quoted(stream) + ']');
  json.Member("destinations", R"(["workspace"])");
  json.Text("transformKql", Transformation(log, shape));
  json.Text("outputStream", "Custom-" + CustomTableName(log));
  json.Close();
  json.CloseList();
  json.Close();
  return json.Take() + '\n';
}

std::string CustomTable(LogType log) {
  std::vector<std::string> columns;
  for (const Column& column : WritableColumns(log)) {
    columns.push_back(
        JsonColumn(column.name, DeclaredTypeOf(column, Shape::kTable)));
  }
  JsonWriter json;
  json.Open("");
  json.Open("properties");
  json.Open("schema");
  json.Text("name", CustomTableName(log));
  json.List("columns", columns);
  json.Close();
  json.Close();
  json.Close();
  return json.Take() + '\n';
}

}  // namespace busyhour::internal

#include "encode/sql_declaration.h"

#include <algorithm>
#include <vector>

#include "encode/shape.h"

namespace busyhour::internal {
namespace {

// A name or a text in quotes, with quotes inside it doubled.
std::string InQuotes(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (const char c : text) quoted.append(c == quote ? 2 : 1, c);
  return quoted + quote;
}
// All dialects accept quoted names as in the SQL standard.
std::string SqlName(std::string_view name) { return InQuotes(name, '"'); }

// SQLite's shell can import lines into a table or a view, but cannot parse
// them. A boolean is read with `->`, so that it becomes `true`, as in CSV, and
// not 1.
std::string LinesView(std::string_view table,
                      std::span<const DeclaredColumn> columns) {
  const std::string view = SqlName(std::string(table) + "Lines");
  std::string sql = "-- A line of JSON that is inserted here becomes a row.\n";
  sql += "CREATE VIEW " + view + " (\"line\") AS SELECT NULL WHERE 0;\n";
  sql += "CREATE TRIGGER " + SqlName(std::string(table) + "Line") +
         " INSTEAD OF INSERT ON " + view + " BEGIN\n  INSERT INTO " +
         SqlName(table) + " VALUES (";
  const char* comma = "";
  for (const DeclaredColumn& column : columns) {
    const bool is_json = column.type == DeclaredType::kBoolean ||
                         column.type == DeclaredType::kObject;
    sql.append(comma).append("\n    NEW.\"line\" ");
    sql.append(is_json ? "-> " : "->> ");
    sql += InQuotes("$." + SqlName(column.name), '\'');
    comma = ",";
  }
  return sql + ");\nEND;\n";
}

// Sorts rows by time, using the first column of that type.
std::string MergeTree(std::span<const DeclaredColumn> columns) {
  const auto time = std::find_if(
      columns.begin(), columns.end(), [](const DeclaredColumn& column) {
        return column.type == DeclaredType::kDatetime;
      });
  return " ENGINE = MergeTree ORDER BY " +
         (time == columns.end() ? "tuple()" : SqlName(time->name));
}

constexpr SqlDialect kSqlDialects[] = {
    {.name = "postgresql",
     .types = {"text", "uuid", "bigint", "double precision", "boolean",
               "timestamp with time zone", "jsonb"},
     .never_empty = " NOT NULL"},
    // SQLite has no type for a boolean, a time or an object.
    {.name = "sqlite",
     .types = {"TEXT", "TEXT", "INTEGER", "REAL", "TEXT", "TEXT", "TEXT"},
     .never_empty = " NOT NULL",
     .json_lines = LinesView},
    {.name = "duckdb",
     .types = {"VARCHAR", "UUID", "BIGINT", "DOUBLE", "BOOLEAN", "TIMESTAMPTZ",
               "JSON"},
     .never_empty = " NOT NULL"},
    // In ClickHouse, columns are not nullable unless declared so, and can
    // contain empty texts.
    {.name = "clickhouse",
     .types = {"String", "UUID", "Int64", "Float64", "Bool",
               "DateTime64(7, 'UTC')", "String"},
     .engine = MergeTree},
};

}  // namespace

std::span<const SqlDialect> SqlDialects() { return kSqlDialects; }

std::string SqlDeclaration(LogType log, Shape shape,
                           const SqlDialect& dialect) {
  const std::string table = DeclaredTable(log, shape);
  const std::vector<DeclaredColumn> columns = DeclaredColumns(log, shape);
  std::string sql = "CREATE TABLE " + SqlName(table) + " (\n";
  for (const DeclaredColumn& column : columns) {
    sql.append("  ").append(SqlName(column.name)).append(" ");
    sql += NameOf(column.type, dialect.types);
    if (!column.may_be_empty) sql += dialect.never_empty;
    if (&column != &columns.back()) sql += ',';
    sql.append(" -- ").append(column.meaning).append("\n");
  }
  sql += ')';
  if (dialect.engine != nullptr) sql += dialect.engine(columns);
  sql += ";\n";
  if (dialect.json_lines != nullptr) sql += dialect.json_lines(table, columns);
  return sql;
}

}  // namespace busyhour::internal

#include "encode/declaration.h"

#include "encode/collection_rule.h"
#include "encode/kusto_declaration.h"
#include "encode/schema.h"

namespace busyhour::internal {
namespace {

constexpr Shape kSqlShapes[] = {Shape::kTable,      Shape::kResourceLog,
                                Shape::kPortal,     Shape::kDocumented,
                                Shape::kDataExport, Shape::kTableArrival};
// KQL cannot name the columns of a portal export, because they contain
// brackets.
constexpr Shape kKustoShapes[] = {Shape::kTable, Shape::kResourceLog,
                                  Shape::kDocumented, Shape::kDataExport,
                                  Shape::kTableArrival};
constexpr Shape kStreamShapes[] = {Shape::kResourceLog};
constexpr Shape kCustomTableShapes[] = {Shape::kTable};

constexpr DeclarationFormat kDeclarationFormats[] = {
    {.name = "json",
     .shapes = kShapes,
     .write = [](LogType log, Shape shape,
                 const SqlDialect&) { return RecordSchema(log, shape); }},
    {.name = "kql",
     .shapes = kKustoShapes,
     .write = [](LogType log, Shape shape,
                 const SqlDialect&) { return KustoTable(log, shape); }},
    {.name = "kql-let",
     .shapes = kKustoShapes,
     .write = [](LogType log, Shape shape,
                 const SqlDialect&) { return KustoLet(log, shape); }},
    {.name = "sql",
     .shapes = kSqlShapes,
     .has_dialects = true,
     .write = SqlDeclaration},
    {.name = "dcr",
     .shapes = kStreamShapes,
     .write = [](LogType log, Shape shape,
                 const SqlDialect&) { return CollectionRule(log, shape); }},
    {.name = "dcr-table",
     .shapes = kCustomTableShapes,
     .write = [](LogType log, Shape,
                 const SqlDialect&) { return CustomTable(log); }},
};

}  // namespace

std::span<const DeclarationFormat> DeclarationFormats() {
  return kDeclarationFormats;
}

}  // namespace busyhour::internal

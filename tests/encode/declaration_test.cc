#include "encode/declaration.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "encode/declared_column.h"
#include "encode/kusto_declaration.h"
#include "encode/reference.h"
#include "encode/sample.h"
#include "encode/shape.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

// Whether the databases accept the declarations is tested with their own
// programs: tests/end_to_end/declarations_test.py.

namespace busyhour::internal {
namespace {

using sample::Json;
using ::testing::HasSubstr;

const DeclarationFormat& Format(std::string_view name) {
  const auto formats = DeclarationFormats();
  return *std::find_if(formats.begin(), formats.end(),
                       [&](const auto& each) { return each.name == name; });
}

const SqlDialect& Dialect(std::string_view name) {
  const auto dialects = SqlDialects();
  return *std::find_if(dialects.begin(), dialects.end(),
                       [&](const auto& each) { return each.name == name; });
}

// Calls `test` with every declaration.
template <class Test>
void EachDeclaration(const Test& test) {
  for (const DeclarationFormat& format : DeclarationFormats()) {
    for (const LogType log : kLogTypes) {
      for (const Shape shape : format.shapes) {
        for (const SqlDialect& dialect : SqlDialects()) {
          SCOPED_TRACE(testing::Message()
                       << Info(log).name << ' ' << Info(shape).name << ' '
                       << format.name << ' ' << dialect.name);
          test(format, log, shape, format.write(log, shape, dialect));
        }
      }
    }
  }
}

template <class Test>
void EachRecord(const Test& test) {
  const Vocabulary words = sample::MakeVocabulary();
  for (const LogType log : kLogTypes) {
    for (const Shape shape : kShapes) {
      SCOPED_TRACE(testing::Message()
                   << Info(log).name << ' ' << Info(shape).name);
      for (std::uint64_t seed = 0; seed < 60; ++seed) {
        std::mt19937_64 random(seed);
        const sample::Call call = sample::MakeCall(random);
        test(log, shape,
             sample::Reference(shape, words, call,
                               sample::MakeEvent(call, log, words, random)));
      }
    }
  }
}

bool IsOfType(const Json& value, DeclaredType type) {
  switch (type) {
    case DeclaredType::kText:
    case DeclaredType::kDatetime:
      return value.is_string();
    case DeclaredType::kGuid:
      return value.is_string() && value.get<std::string>().size() == 36;
    case DeclaredType::kInteger:
      return value.is_number_integer();
    case DeclaredType::kReal:
      return value.is_number();
    case DeclaredType::kBoolean:
      return value.is_boolean();
    case DeclaredType::kObject:
      return value.is_object();
  }
  return false;
}

// For all logs, shapes and records: each member has a column, in this order,
// whose type fits its value.
TEST(DeclaredColumnTest, RecordsFitTheColumns) {
  EachRecord([](LogType log, Shape shape, const Json& record) {
    const std::vector<DeclaredColumn> columns = DeclaredColumns(log, shape);
    ASSERT_EQ(columns.size(), record.size());
    auto column = columns.begin();
    for (const auto& [name, value] : record.items()) {
      ASSERT_EQ(column->name, name);
      ASSERT_TRUE(IsOfType(value, column->type) ||
                  (column->may_be_empty && value.is_null()))
          << name << ' ' << value;
      ASSERT_TRUE(column->may_be_empty || value != "") << name;
      ++column;
    }
  });
}

// For all fields with a list of values: the field may be empty if and only if
// the list contains the empty text.
TEST(DeclaredColumnTest, ListsOfValuesSayWhetherAFieldMayBeEmpty) {
  for (const LogType log : kLogTypes) {
    for (const Field* field : Fields(log)) {
      if (field->words == nullptr) continue;
      const std::vector<std::string> words = field->words(log);
      EXPECT_EQ(std::count(words.begin(), words.end(), ""),
                field->may_be_empty ? 1 : 0)
          << field->meaning;
    }
  }
}

// SQLite and DuckDB ignore case in names.
TEST(DeclaredColumnTest, NamesDifferInMoreThanCase) {
  for (const LogType log : kLogTypes) {
    for (const Shape shape : kShapes) {
      std::set<std::string> names;
      for (const DeclaredColumn& column : DeclaredColumns(log, shape)) {
        EXPECT_TRUE(names.insert(InLowerCase(column.name)).second)
            << column.name;
      }
    }
  }
}

TEST(DeclaredColumnTest, OnlyShapesOfTheTableHaveItsName) {
  EXPECT_EQ(DeclaredTable(LogType::kUsage, Shape::kTable), "ACSBillingUsage");
  for (const Shape shape : {Shape::kDataExport, Shape::kTableArrival}) {
    EXPECT_EQ(DeclaredTable(LogType::kUsage, shape), "ACSBillingUsage");
  }
  EXPECT_EQ(DeclaredTable(LogType::kUsage, Shape::kResourceLog),
            "ACSBillingUsageRaw");
}

// For all declarations: they contain every column, in order.
TEST(DeclarationTest, NamesAllColumnsInOrder) {
  EachDeclaration([](const DeclarationFormat& format, LogType log, Shape shape,
                     const std::string& text) {
    std::vector<DeclaredColumn> columns = DeclaredColumns(log, shape);
    // Azure Monitor itself fills the standard columns of a custom table.
    if (format.name == "dcr-table") {
      columns.resize(DescriptorOf(log).table.size());
    }
    std::size_t at = 0;
    for (const DeclaredColumn& column : columns) {
      const std::string name(column.name);
      at = text.find(format.name.starts_with("kql")
                         ? "\n  " + KustoName(name) + ": "
                         : '"' + name + '"',
                     at);
      ASSERT_NE(at, std::string::npos) << name;
    }
  });
}

TEST(DeclarationTest, JsonIsTheDefault) {
  const DeclarationFormat& first = DeclarationFormats().front();
  EXPECT_EQ(first.name, "json");
  EXPECT_EQ(first.shapes.front(), Shape::kResourceLog);
  EXPECT_EQ(first.shapes.size(), kShapeCount);
}

TEST(KustoNameTest, QuotesWhatCouldBeAKeyword) {
  EXPECT_EQ(KustoName("Level"), "Level");
  EXPECT_EQ(KustoName("_BilledSize"), "_BilledSize");
  EXPECT_EQ(KustoName("resultType"), "resultType");
  EXPECT_EQ(KustoName("time"), "['time']");
  EXPECT_EQ(KustoName("Time [UTC]"), "['Time [UTC]']");
  EXPECT_EQ(KustoName("2Times"), "['2Times']");
}

std::string Sql(LogType log, Shape shape, std::string_view dialect) {
  return SqlDeclaration(log, shape, Dialect(dialect));
}

TEST(SqlDeclarationTest, TypesColumnsInTheDialect) {
  const auto declares = [](std::string_view dialect, const char* column) {
    EXPECT_THAT(Sql(LogType::kUsage, Shape::kTable, dialect),
                HasSubstr(column));
  };
  declares("postgresql", "\"EndTime\" timestamp with time zone NOT NULL,");
  declares("postgresql", "\"RecordId\" uuid NOT NULL,");
  declares("postgresql", "\"UserIdB\" text,");
  declares("sqlite", "\"Quantity\" REAL NOT NULL,");
  declares("duckdb", "\"EndTime\" TIMESTAMPTZ NOT NULL,");
  declares("clickhouse", "\"EndTime\" DateTime64(7, 'UTC'),");
}

// A column is not a UUID if its text may be empty, even if its pattern is a
// UUID.
TEST(SqlDeclarationTest, OnlyAGuidThatIsNeverEmptyIsAUuid) {
  const std::string sql =
      Sql(LogType::kStreamingUsage, Shape::kTable, "postgresql");
  EXPECT_THAT(sql, HasSubstr("\"StreamingSessionId\" uuid NOT NULL,"));
  EXPECT_THAT(sql, HasSubstr("\"ParticipantId\" text,"));
}

TEST(SqlDeclarationTest, FieldsUnderOneParentAreOneColumn) {
  const std::string sql =
      Sql(LogType::kUsage, Shape::kResourceLog, "postgresql");
  EXPECT_THAT(sql, HasSubstr("\"properties\" jsonb NOT NULL -- "));
  EXPECT_EQ(sql.find("recordId"), std::string::npos);
}

TEST(SqlDeclarationTest, ClickHouseOrdersRowsByTheirTime) {
  EXPECT_THAT(Sql(LogType::kUsage, Shape::kTable, "clickhouse"),
              HasSubstr("\n) ENGINE = MergeTree ORDER BY \"TimeGenerated\";"));
  EXPECT_THAT(Sql(LogType::kUsage, Shape::kPortal, "clickhouse"),
              HasSubstr("\n) ENGINE = MergeTree ORDER BY tuple();"));
}

Json Parts(LogType log, std::string_view format) {
  return Json::parse(Format(format).write(log, Format(format).shapes.front(),
                                          SqlDialects().front()));
}

// The rules of the Logs Ingestion API for column names: azure-monitor-docs,
// logs-ingestion-api-overview.md.
bool IsColumnName(const std::string& name) {
  const std::set<std::string> reserved = {
      "_ResourceId", "id",   "_SubscriptionId", "TenantId", "Type",
      "UniqueId",    "Title"};
  return IsLetter(name.at(0)) && name.size() <= 45 && !reserved.contains(name);
}

// For all logs: the names and types are valid in Azure Monitor, and the data
// flow leads from the stream to the custom table.
TEST(CollectionRuleTest, FlowsFromTheStreamIntoTheTable) {
  const std::set<std::string> types = {"string",  "int",      "long",   "real",
                                       "boolean", "datetime", "dynamic"};
  for (const LogType log : kLogTypes) {
    const std::string table(Info(log).table);
    const std::string stream_name = "Custom-" + std::string(Info(log).category);
    const Json rule = Parts(log, "dcr");
    const Json schema = Parts(log, "dcr-table")["properties"]["schema"];
    const Json& stream = rule["streamDeclarations"][stream_name]["columns"];
    ASSERT_EQ(rule["dataFlows"].size(), 1u);
    const Json& flow = rule["dataFlows"][0];
    EXPECT_EQ(flow["streams"], Json::array({stream_name}));
    EXPECT_EQ(flow["outputStream"], "Custom-" + table + "_CL");
    EXPECT_EQ(schema["name"], table + "_CL");
    for (const Json* columns : {&stream, &schema["columns"]}) {
      EXPECT_FALSE(columns->empty());
      for (const Json& column : *columns) {
        EXPECT_TRUE(IsColumnName(column["name"])) << column;
        EXPECT_TRUE(types.contains(column["type"])) << column;
      }
    }
  }
}

// For all logs: the transformation outputs the columns of the table, in order,
// and each expression uses a column of the shape.
TEST(CollectionRuleTest, TransformsEveryColumnOfTheTable) {
  for (const LogType log : kLogTypes) {
    const std::string kql = Parts(log, "dcr")["dataFlows"][0]["transformKql"];
    std::size_t at = kql.find(" | project ");
    ASSERT_NE(at, std::string::npos);
    for (const Column& column : DescriptorOf(log).table) {
      const std::string name = std::string(column.name) + " = ";
      ASSERT_NE(at = kql.find(name, at), std::string::npos) << name;
    }
  }
}

TEST(CollectionRuleTest, ConvertsWhatHasAnotherTypeOrPlace) {
  const std::string kql =
      Parts(LogType::kOperational, "dcr")["dataFlows"][0]["transformKql"];
  EXPECT_THAT(kql, HasSubstr("TimeGenerated = ['time'], "));
  EXPECT_THAT(kql, HasSubstr("ResultSignature = toint(resultSignature), "));
  EXPECT_THAT(kql, HasSubstr("DurationMs = durationMs, "));
  EXPECT_THAT(kql, HasSubstr("URI = tostring(['properties']['uri']), "));
  EXPECT_THAT(kql, HasSubstr("SdkType = tostring(['properties'].sdkType), "));
}

}  // namespace
}  // namespace busyhour::internal

#include "read/record_reader.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sanitized.h"
#include "encode/shape.h"
#include "engine/run_job.h"
#include "read/source.h"

namespace busyhour::internal {
namespace {

// Keeps the records it reads.
class Collector : public RecordHandler {
 public:
  struct Seen {
    std::optional<LogType> log;
    LogSet logs;  // those that its names fit equally well
    Shape shape = Shape::kResourceLog;
    std::string id;  // the record's own id
    std::optional<ReceivedTime> arrival;
    std::uint64_t line = 0;
  };
  std::vector<Seen> seen;
  std::vector<std::string> broken;

  void OnRecord(const Received& received) override {
    Seen& made = seen.emplace_back();
    made.arrival = received.arrival;
    made.line = received.line;
    if (received.log == nullptr) return;
    made.log = received.log->log;
    made.logs = received.log->logs;
    made.shape = received.log->shape;
    const auto columns = Columns(*made.log, made.shape);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].field->kind != FieldKind::kOwnId) continue;
      const int place = received.log->places[*made.log][i];
      if (place < 0) continue;
      made.id = received.record.values[static_cast<std::size_t>(place)].text;
    }
  }
  void OnBroken(std::string_view, std::uint64_t,
                const std::string& why) override {
    broken.push_back(why);
  }
};

Collector ReadAll(const std::string& bytes, const ReadOptions& options = {},
                  std::size_t step = 1 << 20) {
  Collector collector;
  InputBytes input(SourceOf(bytes, step), options.max_inflated);
  RecordReader(Shape::kResourceLog, options, collector).Read(input);
  return collector;
}

// For all logs, shapes and frames, and all sizes of reads:
// every record is recognized with its log and shape, and there are no other
// records.
TEST(RecordReaderTest, ReadsEveryRecordOfEveryFrame) {
  const Runs runs(ShippedProfile("quickstart"));
  CaseFilter filter;
  for (const FrameInfo& frame : Frames()) {
    for (const ShapeInfo& shape : Shapes()) {
      for (const LogInfo& log : Logs()) {
        if (frame.extension.empty() || frame.is_columnar ||
            !ReasonAgainst(frame.frame, shape.shape).empty() ||
            !filter.Selects()) {
          continue;
        }
        Job job = runs.JobOf(Extent::Kind::kCalls, 5);
        job.frame = frame.frame;
        job.shape = shape.shape;
        job.logs = {log.log};
        const RunOutcome run = runs.Run(job);
        for (const std::size_t step : {7u, 1u << 20}) {
          const Collector all = ReadAll(run.bytes, {}, step);
          EXPECT_TRUE(all.broken.empty());
          ASSERT_EQ(all.seen.size(), run.tally.all_records())
              << frame.name << run.bytes.substr(0, 1000);
          for (const Collector::Seen& seen : all.seen) {
            EXPECT_TRUE(seen.logs.Has(log.log));
            EXPECT_EQ(seen.shape, shape.shape);
          }
        }
      }
    }
  }
}

constexpr char kRecord[] =
    R"({"time":"2026-03-02T08:00:00.1230000Z",)"
    R"("category":"CallAutomationOperational","durationMs":"42",)"
    R"("properties":{"operationId":"5fab0875-3211-4879-8051-c688d0854c4d"}})";

// As the content of a JSON string.
std::string InQuotes(std::string_view text) {
  std::string quoted;
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return '"' + quoted + '"';
}

TEST(RecordReaderTest, FindsRecordsInWrappers) {
  const std::string record = kRecord;
  const std::string quoted = InQuotes(record);
  const std::string properties =
      R"({"operationId":"5fab0875-3211-4879-8051-c688d0854c4d"})";
  const std::string two = record + "," + record;
  const std::string message = R"({"records":[)" + two + "]}";
  const std::string row =
      R"(["2026-03-02T08:00:00.123Z","CallAutomationOperational",42,)";
  const std::string columns =
      R"("columns":[{"name":"time","type":"datetime"},{"name":"category"},)"
      R"({"name":"durationMs"},{"name":"properties"}])";
  const std::string table = "{" + columns + R"(,"rows":[)" + row + properties +
                            "]," + row + InQuotes(properties) + "]]}";
  const std::string kusto_columns =
      R"("Columns":[{"ColumnName":"time","DataType":"DateTime"},)"
      R"({"ColumnName":"category"},{"ColumnName":"durationMs"},)"
      R"({"ColumnName":"properties","ColumnType":"dynamic"}])";
  const std::string kusto_rows = R"("Rows":[)" + row + properties + "]]";
  const struct {
    std::string text;
    std::size_t records;
  } wrapped[] = {
      {record + "\n", 1},
      {"[" + two + "]", 2},
      {message, 2},
      {R"({"host":"a","event":)" + record + "}\n", 1},
      {R"({"host":"a","message":)" + quoted + "}\n", 1},
      // Text of a message, of a list, of a wrapper; lists of texts.
      {R"({"message":)" + InQuotes(message) + "}", 2},
      {R"({"message":)" + InQuotes("[" + two + "]") + "}", 2},
      {R"({"a":)" + InQuotes(R"({"b":)" + quoted + "}") + "}", 1},
      {quoted + "\n" + quoted + "\n", 2},
      {R"({"records":[)" + quoted + "," + quoted + "]}", 2},
      // Messages in messages.
      {R"({"events":[{"body":)" + message + R"(},{"body":)" + message + "}]}",
       4},
      {R"({"unknown":[)" + two + "]}", 2},
      {R"({"unknown":{"deep":{"records":[)" + two + "]}}}", 2},
      // Properties as text; with the names of Log Analytics' custom tables.
      {R"({"time":1772438400123,"category":"CallAutomationOperational",)"
       R"("durationMs_d":42,"properties_s":)" +
           InQuotes(properties) + "}",
       1},
      // Answers: Log Analytics, Kusto's first and second version.
      {R"({"tables":[)" + table + "," + table + "]}", 4},
      {R"({"tables":[{)" + columns + R"(,"rows":[]},)" + table + "]}", 2},
      {R"({"Tables":[{"TableName":"Table_0",)" + kusto_columns + "," +
           kusto_rows +
           R"(},{"TableName":"Table_1","Columns":[{"ColumnName":"Value"}],)"
           R"("Rows":[["{}"]]}]})",
       1},
      {R"([{"FrameType":"DataSetHeader","Version":"v2.0"},)"
       R"({"FrameType":"DataTable","TableKind":"QueryProperties","Columns":)"
       R"([{"ColumnName":"TableId"},{"ColumnName":"Key"},)"
       R"({"ColumnName":"Value"}],"Rows":[[1,"a","{}"]]},)"
       R"({"FrameType":"DataTable","TableKind":"PrimaryResult",)" +
           kusto_columns + "," + kusto_rows +
           R"(},{"FrameType":"DataSetCompletion","HasErrors":false}])",
       1},
      // Elasticsearch: pages, bulk requests, SQL. Splunk. Loki's answer.
      {R"({"took":1,"hits":{"total":{"value":2},"hits":[{"_source":)" + record +
           R"(},{"_index":"a","_source":)" + record + "}]}}",
       2},
      {R"({"create":{"_index":"a"}})"
       "\n" +
           record + "\n" + R"({"index":{}})" + "\n" + record + "\n",
       2},
      {R"({"preview":false,"result":{"_raw":)" + quoted + "}}\n", 1},
      {R"({"results":[{"_raw":)" + quoted + "}]}", 1},
      {R"({"fields":["time","category","durationMs","properties"],"rows":[)" +
           row + InQuotes(properties) + "]]}",
       1},
      {R"({"data":{"resultType":"streams","result":[{"stream":{"a":"b"},)"
       R"("values":[["1",)" +
           quoted + R"(],["2",)" + quoted + R"(,{"c":"d"}]]}]}})",
       2},
      // OpenTelemetry: the body as text or as keys and values.
      {R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1",)"
       R"("body":{"stringValue":)" +
           quoted + R"(}}]},{"logRecords":[{"body":{"stringValue":)" + quoted +
           "}}]}]}]}",
       2},
      {R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"kvlistValue":)"
       R"({"values":[{"key":"time","value":{"stringValue":"2026-03-02"}},)"
       R"({"key":"category","value":{"stringValue":"CallAutomationOperational"}},)"
       R"({"key":"durationMs","value":{"intValue":"42"}},{"key":"properties",)"
       R"("value":{"kvlistValue":{"values":[{"key":"operationId","value":)"
       R"({"stringValue":"5fab0875-3211-4879-8051-c688d0854c4d"}}]}}}]}}}]}]}]})",
       1},
      // Headers of log daemons and containers.
      {"<134>1 2026-03-02T08:00:00Z h a - Usage - " + record + "\n<134>" +
           record + "\n",
       2},
      {"300 <134>1 - - - - - - " + record + "300 <134>1 - - - - - - " + record,
       2},
      {"Mar  2 08:00:00 host app[1]: " + record + "\n", 1},
      {"2026-03-02T08:00:00.1Z stdout F " + record + "\n", 1},
      {"2026-03-02 08:00:00,123 INFO - " + record + "\n", 1},
      // Lists of one value.
      {R"({"fields":{"time":["2026-03-02"],"durationMs":[42],"operationId":)"
       R"(["5fab0875-3211-4879-8051-c688d0854c4d"],"category":["a"]}})",
       1},
      // CSV.
      {"#TYPE System.Management.Automation.PSCustomObject\r\n"
       "\"time\",\"category\",\"durationMs\",\"operationId\"\r\n"
       "\"a\",\"b\",\"1\",\"5fab0875-3211-4879-8051-c688d0854c4d\"\r\n",
       1},
      {"sep=|\ntime|category|durationMs|operation_id\n"
       "a|b|1|5fab0875-3211-4879-8051-c688d0854c4d\n",
       1},
      {"time\tcategory\tdurationMs\tproperties\r"
       "a\tb\t1\t\"{\"\"operationId\"\":\"\"5fab0875-3211-4879-8051-"
       "c688d0854c4d\"\"}\"\r",
       1},
  };
  for (const auto& each : wrapped) {
    for (const std::size_t step : {7u, 1u << 20}) {
      const Collector all = ReadAll(each.text, {}, step);
      EXPECT_TRUE(all.broken.empty()) << each.text << '\n' << all.broken[0];
      ASSERT_EQ(all.seen.size(), each.records) << each.text;
      for (const Collector::Seen& seen : all.seen) {
        EXPECT_EQ(seen.log, LogType::kOperational) << each.text;
        EXPECT_EQ(seen.id, "5fab0875-3211-4879-8051-c688d0854c4d") << each.text;
      }
    }
  }
}

// Texts that only look like a header are not passed over.
TEST(RecordReaderTest, OtherTextBeforeARecordIsBroken) {
  for (const std::string_view text :
       {"garbage ", "12 ", "\"}} ", "<abc> ", "2026 ", "<1234> "}) {
    const Collector all = ReadAll(std::string(text) + kRecord + "\n");
    EXPECT_EQ(all.broken.size(), 1u) << text;
    EXPECT_TRUE(all.seen.empty()) << text;
  }
}

// Rows whose columns are not with them are not passed over.
TEST(RecordReaderTest, FragmentsOfProgressiveAnswersAreReported) {
  const Collector all =
      ReadAll(R"([{"FrameType":"TableFragment","TableId":0,"Rows":[["a"]]}])");
  EXPECT_EQ(all.seen.size() + all.broken.size(), 1u);
}

// A name of a map is a path through objects, the name of a flattened value, or
// a JSON Pointer.
TEST(RecordReaderTest, RenamesNestedValues) {
  for (const char* const received : {"x.id", "/x/id", "id"}) {
    ReadOptions options;
    std::vector<std::string> path = {"x", "id"};
    if (std::string_view(received) == "id") path = {"id"};
    options.names.renamed = {{received, path, "operationId"}};
    for (const char* const text :
         {R"({"x":{"id":"5fab0875-3211-4879-8051-c688d0854c4d"},"time":"a",)"
          R"("category":"CallAutomationOperational","durationMs":1})",
          R"({"a":{"x":{"id":"5fab0875-3211-4879-8051-c688d0854c4d"},)"
          R"("time":"a","durationMs":1,"category":"b"}})"}) {
      const Collector all = ReadAll(text, options);
      ASSERT_EQ(all.seen.size(), 1u) << received << text;
      EXPECT_EQ(all.seen[0].id, "5fab0875-3211-4879-8051-c688d0854c4d")
          << received << text;
    }
  }
}

TEST(RecordReaderTest, ReadsWhereTheOptionsSay) {
  ReadOptions options;
  options.at = {"data", "record"};
  options.arrival = {"got"};
  options.names.renamed = {{"opId", {"opId"}, "operationId"}};
  std::string record = kRecord;
  record.replace(record.find("operationId"), 11, "opId");
  const Collector all = ReadAll(
      "{\"a\":1}\n{\"got\":1772438400,\"data\":{\"record\":" + record + "}}\n",
      options);
  ASSERT_EQ(all.broken.size(), 1u);
  EXPECT_EQ(all.broken[0], "has no record at /data/record");
  ASSERT_EQ(all.seen.size(), 1u);
  EXPECT_EQ(all.seen[0].id, "5fab0875-3211-4879-8051-c688d0854c4d");
  EXPECT_EQ(all.seen[0].line, 2u);
  ASSERT_TRUE(all.seen[0].arrival);
  EXPECT_EQ(all.seen[0].arrival->time.ms, 1'772'438'400'000);
}

// Records of no known log, and text that is not a record, are reported.
TEST(RecordReaderTest, PassesNothingOverInSilence) {
  const Collector all = ReadAll("{\"a\":1}\n?\n{\"time\":tru}\n");
  ASSERT_EQ(all.seen.size(), 1u);
  EXPECT_FALSE(all.seen[0].log);
  EXPECT_EQ(all.broken,
            (std::vector<std::string>{
                "neither JSON nor CSV with a known header", "is not JSON"}));
}

}  // namespace
}  // namespace busyhour::internal

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

namespace busyhour {
namespace {

// Keeps the records it reads.
class Collector : public RecordHandler {
 public:
  struct Seen {
    std::optional<LogType> log;
    LogSet logs;  // those that its names fit equally well
    Shape shape = Shape::kResourceLog;
    std::string id;  // the record's own id
    std::optional<ArrivalTime> arrival;
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
  RecordReader(Shape::kResourceLog, options, collector)
      .Read(SourceOf(bytes, step));
  return collector;
}

// For all logs, shapes and frames without a wrapper, and all sizes of reads:
// every record is recognized with its log and shape, and there are no other
// records.
TEST(RecordReaderTest, ReadsEveryRecordOfEveryFrame) {
  const Runs runs(ShippedProfile("quickstart"));
  CaseFilter filter;
  for (const FrameInfo& frame : Frames()) {
    for (const ShapeInfo& shape : Shapes()) {
      for (const LogInfo& log : Logs()) {
        if (frame.wrap != nullptr || frame.extension.empty() ||
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
          ASSERT_EQ(all.seen.size(), run.tally.all_records());
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

TEST(RecordReaderTest, FindsRecordsInWrappers) {
  std::string quoted;
  for (const char c : std::string_view(kRecord)) {
    if (c == '"') quoted += '\\';
    quoted += c;
  }
  const std::string record = kRecord;
  const std::string wrapped[] = {
      record + "\n",
      "[" + record + "]",
      "{\"records\":[" + record + "]}",
      "{\"host\":\"a\",\"event\":" + record + "}\n",
      "{\"host\":\"a\",\"message\":\"" + quoted + "\"}\n",
  };
  for (const std::string& text : wrapped) {
    const Collector all = ReadAll(text);
    EXPECT_TRUE(all.broken.empty()) << text;
    ASSERT_EQ(all.seen.size(), 1u) << text;
    EXPECT_EQ(all.seen[0].log, LogType::kOperational) << text;
    EXPECT_EQ(all.seen[0].id, "5fab0875-3211-4879-8051-c688d0854c4d") << text;
  }
}

TEST(RecordReaderTest, ReadsWhereTheOptionsSay) {
  ReadOptions options;
  options.at = {"data", "record"};
  options.arrival = {"got"};
  options.names.renamed = {{"opId", "operationId"}};
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
}  // namespace busyhour

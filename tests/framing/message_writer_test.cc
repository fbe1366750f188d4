#include "framing/message_writer.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/run_job.h"

namespace busyhour {
namespace {

const Runs& Quickstart() {
  static const Runs* const runs = new Runs(ShippedProfile("quickstart"));
  return *runs;
}

Record RecordOf(LogType log) {
  Record record;
  record.key = RecordKey({1'700'000'000, 0}, log);
  return record;
}

std::string MessageOf(Frame frame, std::initializer_list<LogType> logs) {
  MessageWriter writer(frame, Info(frame).default_shape, false,
                       Quickstart().worlds);
  std::string message;
  writer.Begin();
  for (const LogType log : logs) {
    const std::size_t begin = writer.Add(RecordOf(log), "{}", message);
    EXPECT_LT(begin, message.size());
  }
  writer.End(message);
  return message;
}

TEST(MessageWriterTest, RecordsOfOneLogShareAStreamOfLoki) {
  const std::string usage =
      R"({"stream":{"service_name":"busyhour","category":"Usage"},"values":[)";
  const std::string operational =
      R"({"stream":{"service_name":"busyhour",)"
      R"("category":"CallAutomationOperational"},"values":[)";
  const std::string value = R"(["1700000000000000000","{}"])";
  EXPECT_EQ(MessageOf(Frame::kLoki, {LogType::kUsage, LogType::kUsage,
                                     LogType::kOperational}),
            R"({"streams":[)" + usage + value + ',' + value + "]}," +
                operational + value + "]}]}");
}

TEST(MessageWriterTest, MessagesHaveNoLineEndsBetweenRecords) {
  EXPECT_EQ(MessageOf(Frame::kArray, {LogType::kUsage, LogType::kUsage}),
            "[{},{}]");
  EXPECT_EQ(MessageOf(Frame::kEventHub, {LogType::kUsage, LogType::kUsage}),
            R"({"records":[{},{}]})");
  EXPECT_EQ(MessageOf(Frame::kOctets, {LogType::kUsage, LogType::kUsage}),
            "2 {}2 {}");
  EXPECT_EQ(MessageOf(Frame::kRecord, {LogType::kUsage}), "{}");
  EXPECT_EQ(MessageOf(Frame::kSplunk, {LogType::kUsage}),
            R"({"time":1700000000.000,"source":"Usage","sourcetype":"_json",)"
            R"("event":{}})"
            "\n");
}

// For all frames: a piece has the same bytes in any message, so that messages
// can be split.
TEST(MessageWriterTest, PiecesCanMove) {
  for (const FrameInfo& info : Frames()) {
    MessageWriter writer(info.frame, info.default_shape, false,
                         Quickstart().worlds);
    std::string message;
    writer.Begin();
    writer.Add(RecordOf(LogType::kUsage), "{}", message);
    const std::size_t begin =
        writer.Add(RecordOf(LogType::kUsage), "{}", message);
    const std::string piece = message.substr(begin);
    writer.End(message);
    std::string alone;
    writer.Begin();
    writer.Add(RecordOf(LogType::kUsage), "{}", alone);
    writer.End(alone);
    std::string again;
    writer.Begin();
    writer.AddPiece(LogType::kUsage, piece, again);
    writer.End(again);
    EXPECT_EQ(again, alone) << info.name;
    EXPECT_LE(writer.end_bytes() - 8, alone.size());
  }
}

}  // namespace
}  // namespace busyhour

#include "framing/message_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
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
    const std::size_t begin =
        writer.Add(RecordOf(log), "{}", std::nullopt, message);
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

std::string SentAt(Frame frame, bool syslog, std::optional<SimTime> sent) {
  MessageWriter writer(frame, Info(frame).default_shape, syslog,
                       Quickstart().worlds);
  std::string message;
  writer.Begin();
  writer.Add(RecordOf(LogType::kUsage), R"({"a":1})", sent, message);
  writer.End(message);
  return message;
}

// For all frames that note a time beside a record, and for syslog headers: it
// can be the time of sending, and the record stays the same.
TEST(MessageWriterTest, TheTimeBesideARecordCanBeThatOfSending) {
  using testing::HasSubstr;
  const SimTime sent{1'800'000'000'120};
  EXPECT_THAT(SentAt(Frame::kLoki, false, sent),
              HasSubstr(R"(["1800000000120000000","{\"a\":1}"])"));
  EXPECT_THAT(SentAt(Frame::kOtlp, false, sent),
              HasSubstr(R"("timeUnixNano":"1800000000120000000")"));
  EXPECT_THAT(SentAt(Frame::kSplunk, false, sent),
              HasSubstr(R"({"time":1800000000.120,)"));
  EXPECT_THAT(SentAt(Frame::kSplunk, false, sent),
              HasSubstr(R"("event":{"a":1})"));
  EXPECT_THAT(
      SentAt(Frame::kElastic, false, sent),
      testing::EndsWith(R"({"@timestamp":"2027-01-15T08:00:00.120Z","a":1})"
                        "\n"));
  EXPECT_THAT(SentAt(Frame::kElastic, false, std::nullopt),
              testing::EndsWith("\n{\"a\":1}\n"));
  EXPECT_THAT(
      SentAt(Frame::kJsonl, true, sent),
      testing::AllOf(testing::StartsWith("<134>1 2027-01-15T08:00:00.120Z "),
                     testing::EndsWith(" {\"a\":1}\n")));
  for (const FrameInfo& info : Frames()) {
    EXPECT_EQ(SentAt(info.frame, false, sent) !=
                  SentAt(info.frame, false, std::nullopt),
              info.notes_time)
        << info.name;
  }
}

// For all frames: a piece has the same bytes in any message, so that messages
// can be split.
TEST(MessageWriterTest, PiecesCanMove) {
  for (const FrameInfo& info : Frames()) {
    MessageWriter writer(info.frame, info.default_shape, false,
                         Quickstart().worlds);
    std::string message;
    writer.Begin();
    writer.Add(RecordOf(LogType::kUsage), "{}", std::nullopt, message);
    const std::size_t begin =
        writer.Add(RecordOf(LogType::kUsage), "{}", std::nullopt, message);
    const std::string piece = message.substr(begin);
    writer.End(message);
    std::string alone;
    writer.Begin();
    writer.Add(RecordOf(LogType::kUsage), "{}", std::nullopt, alone);
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

#include "framing/message_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "framing/made_records.h"

namespace busyhour::internal {
namespace {

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

// The labels of a record of this log, as a message has them.
std::string LabelsOf(const StreamLabels& labels, LogType log) {
  MessageWriter writer(Frame::kLoki, Shape::kTable, false, Quickstart().worlds,
                       labels);
  std::string message;
  writer.Add(RecordOf(log), "{}", std::nullopt, message);
  const std::size_t begin = message.find(R"({"stream":{)") + 11;
  return message.substr(begin, message.find('}') - begin);
}

TEST(MessageWriterTest, LabelsAreConstantsAndFieldsWithFewValues) {
  StreamLabels labels;
  EXPECT_EQ(labels.Set("env", R"(a "b")"), "");
  EXPECT_EQ(labels.Set("log", "{log}"), "");
  EXPECT_EQ(labels.Set("operation", "{OperationName}"), "");
  EXPECT_EQ(labels.Set("status", "{resultSignature}"), "");
  EXPECT_EQ(labels.Set("service_name", "mine"), "");
  const std::string operation(Info(static_cast<Operation>(0)).name);
  EXPECT_EQ(LabelsOf(labels, LogType::kOperational),
            R"("service_name":"mine","category":"CallAutomationOperational",)"
            R"("env":"a \"b\"","log":"operational","operation":")" +
                operation + R"(","status":"200")");
  // Usage has no status.
  EXPECT_THAT(LabelsOf(labels, LogType::kUsage),
              testing::AllOf(testing::HasSubstr(R"("operation":")"),
                             testing::Not(testing::HasSubstr(R"("status")"))));
}

TEST(MessageWriterTest, EveryLogHasItsCategoryAsALabel) {
  for (const LogType log : kLogTypes) {
    EXPECT_EQ(LabelsOf(StreamLabels(), log),
              R"("service_name":"busyhour","category":")" +
                  std::string(Info(log).category) + '"');
  }
}

TEST(MessageWriterTest, RefusedLabelsSayWhy) {
  using testing::HasSubstr;
  StreamLabels labels;
  for (const char* const name : {"", "a-b", "1a", "__name__", "a b"}) {
    EXPECT_THAT(labels.Set(name, "x"), HasSubstr("is not the name of a label"));
  }
  EXPECT_THAT(labels.Set("a", ""), HasSubstr("needs a value"));
  EXPECT_THAT(labels.Set("a", "{operatonName}"),
              HasSubstr("did you mean \"operationName\"?"));
  EXPECT_THAT(labels.Set("a", "{}"), HasSubstr("is no field of any log"));
  EXPECT_THAT(labels.Set("a", "{correlationId}"),
              HasSubstr("a value of its own in nearly every record"));
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
    writer.AddPiece(*writer.SectionIn(alone.substr(0, alone.find(piece)), true),
                    piece, again);
    writer.End(again);
    EXPECT_EQ(again, alone) << info.name;
    EXPECT_LE(writer.end_bytes() - 8, alone.size());
  }
}

}  // namespace
}  // namespace busyhour::internal

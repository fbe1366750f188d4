#include "measure/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "encode/shape.h"

namespace busyhour::internal {
namespace {

using testing::HasSubstr;

constexpr int kNone = Question::kNone;
constexpr int kParent = Question::kParent;

Question Ask(Task task, Shape shape, Frame frame = Frame::kJsonl) {
  return Question(task, frame, shape, LogSet::All());
}

TEST(QuestionTest, KnowsHowEachShapeSpellsWhatIsAskedFor) {
  const Question resource_log = Ask(Task::kExtract, Shape::kResourceLog);
  EXPECT_EQ(resource_log.Find("time"), 0);
  EXPECT_EQ(resource_log.Find("correlationId"), 1);
  EXPECT_EQ(resource_log.Find("properties"), kParent);
  EXPECT_EQ(resource_log.FindInside("operationId"), 2);
  EXPECT_EQ(resource_log.Find("operationId"), kNone);
  EXPECT_EQ(resource_log.FindInside("time"), kNone);
  EXPECT_EQ(resource_log.Find("TimeGenerated"), kNone);

  const Question portal = Ask(Task::kExtract, Shape::kPortal);
  EXPECT_EQ(portal.Find("TimeGenerated [UTC]"), 0);
  EXPECT_EQ(portal.Find("OperationId"), 2);
  EXPECT_EQ(portal.Find("properties"), kNone);

  // The spelling differs between the logs of this shape.
  const Question documented = Ask(Task::kSum, Shape::kDocumented);
  EXPECT_EQ(documented.Find("DurationMs"), 0);
  EXPECT_EQ(documented.Find("durationMs"), 0);
}

TEST(QuestionTest, KnowsTheColumnsOfRows) {
  const LogType log = LogType::kOperational;
  const Question question(Task::kFailures, Frame::kQuery, Shape::kTable, {log});
  ASSERT_TRUE(question.is_rows());
  const auto columns = Columns(log, Shape::kTable);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const int slot = columns[i].name == "OperationName" ? 0
                     : columns[i].name == "ResultType"  ? 1
                                                        : kNone;
    EXPECT_EQ(question.SlotOf(i), slot) << columns[i].name;
  }
  EXPECT_EQ(question.SlotOf(columns.size()), kNone);
}

TEST(QuestionTest, SaysWhenNoRecordCanAnswer) {
  const Question question(Task::kSum, Frame::kJsonl, Shape::kTable,
                          {LogType::kUsage});
  EXPECT_FALSE(question.has_answer());
  EXPECT_TRUE(Ask(Task::kSum, Shape::kTable).has_answer());
  EXPECT_TRUE(Ask(Task::kCount, Shape::kTable).has_answer());
}

TEST(CollectorTest, SumsIntegersAndTextsThatAreSome) {
  const Question question = Ask(Task::kSum, Shape::kPortal);
  Collector collector(question);
  collector.BeginDocument();
  collector.BeginRecord();
  collector.Integer(0, 40);
  collector.EndRecord();
  collector.BeginRecord();
  collector.Text(0, "2");
  collector.EndRecord();
  collector.BeginRecord();
  collector.Text(0, "2.5");
  collector.EndRecord();
  collector.EndDocument();
  const Answer answer = collector.Take();
  EXPECT_EQ(answer.records, 3u);
  EXPECT_EQ(answer.durations, 2u);
  EXPECT_EQ(answer.duration_ms, 42);
}

TEST(CollectorTest, ForgetsAllOfADocumentThatIsDropped) {
  const Question question = Ask(Task::kFailures, Shape::kTable);
  Collector collector(question);
  const auto fail = [&](std::string_view operation) {
    collector.BeginRecord();
    collector.Text(1, "Failed");
    collector.Text(0, operation);
    collector.EndRecord();
  };
  collector.BeginDocument();
  fail("Play");
  collector.EndDocument();
  collector.BeginDocument();
  fail("Play");
  fail("Recognize");
  collector.DropDocument();
  const Answer answer = collector.Take();
  EXPECT_EQ(answer.records, 1u);
  EXPECT_EQ(answer.undecodable, 1u);
  EXPECT_EQ(answer.failures,
            (std::map<std::string, std::uint64_t>{{"Play", 1}}));
}

TEST(CollectorTest, AFailureIsOfItsOwnRecordOnly) {
  const Question question = Ask(Task::kFailures, Shape::kTable);
  Collector collector(question);
  collector.BeginDocument();
  collector.BeginRecord();
  collector.Text(0, "Play");
  collector.Text(1, "Failed");
  collector.EndRecord();
  collector.BeginRecord();
  collector.Text(0, "Hold");
  collector.Text(1, "Succeeded");
  collector.EndRecord();
  collector.EndDocument();
  EXPECT_EQ(collector.Take().failures,
            (std::map<std::string, std::uint64_t>{{"Play", 1}}));
}

TEST(CollectorTest, NumbersMayDifferInTheirLastBit) {
  const Question question = Ask(Task::kAll, Shape::kTable);
  const auto checksum_of = [&](double value) {
    Collector collector(question);
    collector.AnyNumber(value);
    return collector.Take().number_checksum;
  };
  EXPECT_EQ(checksum_of(0.5327), checksum_of(std::nextafter(0.5327, 1.0)));
  EXPECT_NE(checksum_of(0.5327), checksum_of(0.532701));
  EXPECT_NE(checksum_of(41), checksum_of(42));
  checksum_of(1e300);
  checksum_of(-1e300);
}

TEST(TextDigestTest, SeesEveryByteAndNoOrder) {
  const auto digest = [](std::vector<std::string_view> texts) {
    TextDigest made;
    for (const std::string_view text : texts) made.Add(text);
    return made;
  };
  EXPECT_EQ(digest({"a", "longer than eight"}),
            digest({"longer than eight", "a"}));
  const std::string text = "5fab0875-3211-4879-8051-c688d0854c4d";
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] ^= 1;
    EXPECT_NE(digest({text}).checksum, digest({other}).checksum) << i;
  }
  EXPECT_NE(digest({"ab", "c"}), digest({"a", "bc"}));
}

TEST(LinesTest, PassesOverBlankLines) {
  Lines lines("a\n\n b \r\n \t\r\nc");
  std::vector<std::string> seen;
  for (std::string_view line; lines.Next(line);) seen.emplace_back(line);
  EXPECT_EQ(seen, (std::vector<std::string>{"a", " b \r", "c"}));
}

TEST(DifferenceTest, NamesWhatIsWrong) {
  Answer truth;
  truth.records = 1200;
  truth.failures = {{"Play", 3}};
  Answer answer = truth;
  EXPECT_EQ(AnswerDifference(Task::kFailures, answer, truth), "");
  answer.records = 1199;
  answer.undecodable = 1;
  answer.failures = {{"Hold", 1}};
  EXPECT_EQ(AnswerDifference(Task::kFailures, answer, truth),
            "1 undecodable documents, not 0, 1,199 records, not 1,200, "
            "0 failures of Play, not 3, 1 failures of Hold, not 0");
  Answer other = truth;
  other.extracted[1].Add("x");
  EXPECT_EQ(AnswerDifference(Task::kExtract, other, truth),
            "1 correlation ids, not 0");
}

}  // namespace
}  // namespace busyhour::internal

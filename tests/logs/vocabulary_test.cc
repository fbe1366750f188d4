#include "logs/vocabulary.h"

#include <string>

#include "encode/sample.h"
#include "gtest/gtest.h"

namespace busyhour {
namespace {

// For all logs, shapes and columns whose text does not depend on the record:
// every index that can occur has a text.
TEST(VocabularyTest, HasATextForEveryIndexOfEveryTable) {
  const Vocabulary words = sample::MakeVocabulary();
  for (const LogType log : kLogTypes) {
    for (const Shape shape : kShapes) {
      for (const Column& column : Columns(log, shape)) {
        const Selector selector = SelectorOf(column.field, log);
        if (selector == Selector::kRecord) continue;
        ASSERT_GT(words.Count(selector, log), 0u) << column.name;
        std::size_t with_text = 0;
        for (std::size_t i = 0; i < words.Count(selector, log); ++i) {
          with_text += !words.Text(column.field, log, i).empty();
        }
        EXPECT_GT(with_text, 0u) << column.name;
      }
    }
  }
}

TEST(VocabularyTest, OperationDecidesDifferentFieldsInDifferentLogs) {
  EXPECT_EQ(SelectorOf(Field::kOperationName, LogType::kOperational),
            Selector::kOperation);
  EXPECT_EQ(SelectorOf(Field::kOperationName, LogType::kUsage), Selector::kRun);
  EXPECT_EQ(SelectorOf(Field::kOperationVersion, LogType::kMediaSummary),
            Selector::kClient);
  EXPECT_EQ(SelectorOf(Field::kOperationVersion, LogType::kUsage),
            Selector::kRun);
  EXPECT_EQ(SelectorOf(Field::kUsageType, LogType::kUsage),
            Selector::kOperation);
}

TEST(VocabularyTest, ResultsOfRequestsAndOfMediaAreApart) {
  const Vocabulary words = sample::MakeVocabulary();
  const auto outcome = static_cast<std::size_t>(Outcome::kInitialSilence);
  EXPECT_EQ(words.Text(Field::kResultSignature, LogType::kOperational, 2),
            "202");
  EXPECT_EQ(words.Text(Field::kResultType, LogType::kOperational, 4), "Failed");
  // A media summary's signature is its result code.
  EXPECT_EQ(
      words.Text(Field::kResultSignature, LogType::kMediaSummary, outcome),
      "400");
  EXPECT_EQ(words.Text(Field::kResultSubcode, LogType::kMediaSummary, outcome),
            "8510");
}

TEST(VocabularyTest, FlagsAreReadBitByBit) {
  const Vocabulary words = sample::MakeVocabulary();
  constexpr LogType kLog = LogType::kMediaSummary;
  EXPECT_EQ(words.Text(Field::kInLoop, kLog, kFlagInLoop), "true");
  EXPECT_EQ(words.Text(Field::kToParticipant, kLog, kFlagInLoop), "false");
  EXPECT_EQ(words.Text(Field::kInterrupted, kLog,
                       kFlagInterrupted | kFlagToParticipant),
            "true");
}

}  // namespace
}  // namespace busyhour

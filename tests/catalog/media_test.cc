#include "catalog/media.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <optional>

namespace busyhour::internal {
namespace {

TEST(MediaTest, SourcesHaveTheNamesOfTheLogPage) {
  EXPECT_EQ(SourceName(Source::kNone), "");
  EXPECT_EQ(SourceName(Source::kFile), "File");
  EXPECT_EQ(SourceName(Source::kText), "TextToSpeech");
  EXPECT_EQ(SourceName(Source::kSsml), "SSML");
}

TEST(MediaTest, InputsHaveTheNamesOfTheSdk) {
  EXPECT_EQ(InputName(Input::kNone), "");
  EXPECT_EQ(InputName(Input::kDtmf), "Dtmf");
  EXPECT_EQ(InputName(Input::kChoices), "Choices");
  EXPECT_EQ(InputName(Input::kSpeech), "Speech");
  EXPECT_EQ(InputName(Input::kSpeechOrDtmf), "SpeechOrDtmf");
}

// For all sources and inputs except "none": the name finds the value.
TEST(MediaTest, NamesAreFound) {
  for (std::size_t i = 1; i < kSourceCount; ++i) {
    const auto source = static_cast<Source>(i);
    EXPECT_EQ(FindSource(SourceName(source)), source);
  }
  for (std::size_t i = 1; i < kInputCount; ++i) {
    const auto input = static_cast<Input>(i);
    EXPECT_EQ(FindInput(InputName(input)), input);
  }
  for (const char* name : {"", "file", "Text", "Tones"}) {
    EXPECT_EQ(FindSource(name), std::nullopt) << name;
    EXPECT_EQ(FindInput(name), std::nullopt) << name;
  }
}

TEST(MediaTest, KnowsWhatNeedsTheSpeechService) {
  EXPECT_FALSE(NeedsSynthesis(Source::kNone));
  EXPECT_FALSE(NeedsSynthesis(Source::kFile));
  EXPECT_TRUE(NeedsSynthesis(Source::kText));
  EXPECT_TRUE(NeedsSynthesis(Source::kSsml));
  EXPECT_FALSE(NeedsRecognition(Input::kNone));
  EXPECT_FALSE(NeedsRecognition(Input::kDtmf));
  EXPECT_TRUE(NeedsRecognition(Input::kChoices));
  EXPECT_TRUE(NeedsRecognition(Input::kSpeech));
  EXPECT_TRUE(NeedsRecognition(Input::kSpeechOrDtmf));
}

}  // namespace
}  // namespace busyhour::internal

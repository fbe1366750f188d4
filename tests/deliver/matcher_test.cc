#include "deliver/matcher.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/sanitized.h"
#include "deliver/hinted_text.h"

namespace busyhour::internal {
namespace {

// The text that the steps describe; the literals are those of `text`.
std::string Replayed(std::string_view text, std::span<const Match> steps,
                     std::uint32_t reach) {
  std::string replayed;
  for (const Match& step : steps) {
    EXPECT_LE(step.literals, Matcher::kMostBytes);
    replayed += text.substr(replayed.size(), step.literals);
    if (step.bytes == 0) continue;
    EXPECT_GE(step.bytes, Matcher::kLeastBytes);
    EXPECT_LE(step.bytes, Matcher::kMostBytes);
    EXPECT_GE(step.distance, 1u);
    EXPECT_LE(step.distance, reach);
    if (step.distance > replayed.size()) return "reaches before the text";
    for (std::uint32_t i = 0; i < step.bytes; ++i) {
      replayed += replayed[replayed.size() - step.distance];
    }
  }
  return replayed;
}

std::size_t Literals(std::span<const Match> steps) {
  std::size_t literals = 0;
  for (const Match& step : steps) literals += step.literals;
  return literals;
}

// For all texts and hints, true or not: the steps describe the text.
TEST(MatcherTest, StepsDescribeTheText) {
  for (const std::uint32_t reach : {200u, 32'768u, 1u << 23}) {
    Matcher matcher(reach);
    for (int seed = 0; seed < Fewer(300); ++seed) {
      const HintedText hinted(static_cast<unsigned>(seed));
      const std::span<const Match> steps =
          matcher.Find(hinted.text, hinted.hints);
      ASSERT_TRUE(Replayed(hinted.text, steps, reach) == hinted.text) << seed;
      ASSERT_EQ(steps.back().bytes, 0u);
    }
  }
}

TEST(MatcherTest, ATextWithoutHintsIsLiteral) {
  Matcher matcher(1000);
  const std::span<const Match> none = matcher.Find("", {});
  ASSERT_EQ(none.size(), 1u);
  EXPECT_EQ(none[0].literals, 0u);
  const std::string text(200'000, 'x');
  EXPECT_EQ(Literals(matcher.Find(text, {})), text.size());
}

// A match takes what is equal before and after the passage, too.
TEST(MatcherTest, MatchesExceedThePassage) {
  // The first bytes of a text are not looked at backwards.
  const std::string text =
      "--------"
      "id 12345678 a passage of 25 bytes, then 1\n"
      "id 12345678 a passage of 25 bytes, then 2\n";
  const std::vector<RepeatHint> hints = {{20, 21, 7}, {62, 21, 7}};
  Matcher matcher(1000);
  const std::span<const Match> steps = matcher.Find(text, hints);
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(steps[0].literals, 50u);
  EXPECT_EQ(steps[0].distance, 42u);
  EXPECT_EQ(steps[0].bytes, 40u);
  EXPECT_EQ(steps[1].literals, 2u);
}

// A passage into which the previous match reaches by chance is found all the
// same.
TEST(MatcherTest, FindsTheRestOfAPassage) {
  const std::string text =
      "value=aaaabbbbccccdddd;value=abcdabcdabcdabcd;value=abcdabcdabcdabcd;";
  const std::vector<RepeatHint> hints = {{0, 6, 1},   {6, 16, 2}, {23, 6, 1},
                                         {29, 16, 3}, {46, 6, 1}, {52, 16, 3}};
  Matcher matcher(1000);
  EXPECT_LE(Literals(matcher.Find(text, hints)), 46u);
}

// No match reaches further back than allowed.
TEST(MatcherTest, KeepsToItsReach) {
  const std::string passage = "a passage of 24 bytes...";
  for (const std::size_t between : {75, 76, 77}) {
    const std::string text = passage + std::string(between, '-') + passage;
    const auto second = static_cast<std::uint32_t>(24 + between);
    const std::vector<RepeatHint> hints = {{0, 24, 1}, {second, 24, 1}};
    Matcher matcher(100);
    EXPECT_EQ(matcher.Find(text, hints).size(), between <= 76 ? 2u : 1u);
  }
}

}  // namespace
}  // namespace busyhour::internal

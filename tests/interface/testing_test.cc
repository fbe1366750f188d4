#include "busyhour/testing.h"

#include <gmock/gmock-matchers.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "busyhour/error.h"

namespace busyhour::testing {
namespace {

using ::testing::AllOf;
using ::testing::DescribeMatcher;
using ::testing::ExplainMatchResult;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StringMatchResultListener;

std::string Half(const std::string& text) {
  return text.substr(0, text.find('\n', text.size() / 2) + 1);
}

TEST(TestingTest, MatchesWhatArrivedWhole) {
  const Job job({.calls = 100});
  const std::string text = WriteText(job);
  EXPECT_THAT(text, ArrivedWhole(job));
  EXPECT_THAT(Half(text), Not(ArrivedWhole(job)));
  EXPECT_THAT(Half(text), ArrivedWhole(job, {.allow = "lost=60%"}));
  const std::size_t half = Half(text).size();
  EXPECT_THAT((std::vector<std::string>{text.substr(half), Half(text)}),
              ArrivedWhole(job));
}

TEST(TestingTest, AFailureShowsTheVerdict) {
  const Job job({.calls = 100});
  StringMatchResultListener listener;
  EXPECT_FALSE(
      ExplainMatchResult(ArrivedWhole(job), Half(WriteText(job)), &listener));
  EXPECT_THAT(listener.str(), HasSubstr("FAILED"));
  EXPECT_THAT(listener.str(), HasSubstr("\nlost: never received\n"));
  EXPECT_THAT(::testing::PrintToString(VerdictOn(job, "{}")),
              HasSubstr("\nforeign: not of this job\n"));
}

TEST(TestingTest, MatchesCounts) {
  const Job job({.calls = 100});
  const std::string text = WriteText(job);
  const Verdict twice = VerdictOn(job, text + text);
  EXPECT_THAT(twice, AllOf(Lost(0), NoneAltered(), Foreign(0), Undecodable(0),
                           Duplicated(Ge(300u)), Not(Passed())));
  EXPECT_THAT(text, Received(job, AllOf(Lost(0), Duplicated(0))));
}

TEST(TestingTest, FindsCallsByWhatHappened) {
  const Call call = CallWhere("initial_silence and duration > 30s",
                              {.profile = Profile("voice-bot")});
  EXPECT_GT(call.ended - call.attempted, std::chrono::seconds(30));
  EXPECT_THAT(LinesOf(call, "table"), HasSubstr("\"ResultSubcode\":8510"));
  EXPECT_THROW(CallWhere("no such thing"), InputError);
  EXPECT_THROW(CallWhere(""), InputError);
  EXPECT_THROW(CallWhere("", {.where = "initial_silence"}), InputError);
}

TEST(TestingTest, ACallCanBeLimitedByMore) {
  const Call call = CallWhere("initial_silence", {.where = "duration > 30s"});
  EXPECT_GT(call.ended - call.attempted, std::chrono::seconds(30));
  EXPECT_NO_THROW(CallWhere("Play", {.duration = "10m"}));
  EXPECT_THROW(CallWhere("Play", {.duration = "1s", .logs = "usage"}),
               InputError);
}

TEST(TestingTest, ShowsValuesByName) {
  EXPECT_EQ(::testing::PrintToString(Outcome::kBusy), "busy");
  EXPECT_EQ(::testing::PrintToString(Operation::kPlay), "Play");
  EXPECT_EQ(::testing::PrintToString(LogType::kUsage), "usage");
  EXPECT_THAT(::testing::PrintToString(VerifyCounts()),
              ::testing::HasSubstr("0 lost, 0 duplicated"));
}

TEST(TestingTest, TheFakeReceiverIsMatchedByItsBodies) {
  const Job job({.calls = 10});
  const Receiver receiver;
  EXPECT_THAT(receiver, Received(job, Not(Lost(0))));
}

}  // namespace
}  // namespace busyhour::testing

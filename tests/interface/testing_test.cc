#include "busyhour/testing.h"

#include <gmock/gmock-matchers.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <optional>
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

// What GoogleTest shows of a value that it does not know.
MATCHER(IsShownByName, "is not shown as bytes") {
  static_cast<void>(result_listener);
  return arg.find("-byte object") == std::string::npos && !arg.empty();
}

TEST(TestingTest, ShowsEveryPublicType) {
  using ::testing::PrintToString;
  const Time time{std::chrono::milliseconds(1'772'438'400'005)};
  EXPECT_EQ(PrintToString(time), "2026-03-02T08:00:00.005Z");
  EXPECT_EQ(PrintToString(std::optional<Time>(time)),
            "(2026-03-02T08:00:00.005Z)");
  EXPECT_THAT(PrintToString(Value(time)),
              HasSubstr("2026-03-02T08:00:00.005Z"));
  EXPECT_EQ(PrintToString(Request{.operation = Operation::kPlay,
                                  .status = 202,
                                  .sent = time,
                                  .duration = std::chrono::milliseconds(7),
                                  .operation_id = ""}),
            "Play, status 202, sent 2026-03-02T08:00:00.005Z, answered after 7 "
            "ms");
  EXPECT_EQ(PrintToString(MediaEnd{.request = 3,
                                   .outcome = Outcome::kInitialSilence,
                                   .result = ResultType::kFailed,
                                   .code = 400,
                                   .subcode = 8510,
                                   .ended = time}),
            "initial_silence, Failed 400/8510, of request 3, ended "
            "2026-03-02T08:00:00.005Z");
  EXPECT_EQ(PrintToString(Ring{.outcome = Outcome::kBusy, .at = time}),
            "busy, of request 0, at 2026-03-02T08:00:00.005Z");
  EXPECT_EQ(PrintToString(Problem{"--seed", 0, 0, "", "is wrong"}),
            "--seed: is wrong");
  EXPECT_THAT(PrintToString(Participant()), IsShownByName());
  EXPECT_THAT(PrintToString(Session()), IsShownByName());
  EXPECT_THAT(PrintToString(Modality::kTranscription), IsShownByName());
  EXPECT_THAT(PrintToString(StreamingEnd::kStopped), IsShownByName());
  EXPECT_THAT(PrintToString(ResultType::kFailed), IsShownByName());
  EXPECT_THAT(PrintToString(ParticipantKind::kPstn), IsShownByName());
  EXPECT_THAT(PrintToString(AttemptEnd::kBusy), IsShownByName());
  EXPECT_THAT(PrintToString(Receiver()), IsShownByName());
  const Call call = CallWhere("Play");
  EXPECT_THAT(PrintToString(call),
              AllOf(IsShownByName(), HasSubstr(call.correlation_id),
                    HasSubstr("\n  request Play, status 202, sent "),
                    HasSubstr(" records")));
  EXPECT_THAT(PrintToString(call.requests), IsShownByName());
  EXPECT_THAT(PrintToString(call.media), IsShownByName());
  EXPECT_THAT(PrintToString(call.records.front()), IsShownByName());
  EXPECT_THAT(PrintToString(call.records.front()["TimeGenerated"]),
              AllOf(IsShownByName(), HasSubstr("Z")));
}

TEST(TestingTest, TheFakeReceiverIsMatchedByItsBodies) {
  const Job job({.calls = 10});
  const Receiver receiver;
  EXPECT_THAT(receiver, Received(job, Not(Lost(0))));
}

}  // namespace
}  // namespace busyhour::testing

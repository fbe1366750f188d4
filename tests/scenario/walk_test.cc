// How a call begins, which events end it, and how it ends.

#include "scenario/walk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "scenario/calm.h"

namespace busyhour::internal {
namespace {

using namespace calm;

TEST(WalkTest, AnInboundCallIsConnectedOnceItIsSetUp) {
  for (const char* operation : {"AnswerCall", "ConnectCall"}) {
    World world(ProfileOf(R"({"start": "first", "steps": {
          "first": {"operation": ")" +
                          std::string(operation) + R"(",
                    "on": {"failed": "end"}, "next": "talk"},
          "talk": {"wait": "10s", "next": "bye"},
          "bye": {"operation": "HangUpCall"}}})"));
    const Call& call = world.CallOf(kSomeCall);
    ASSERT_EQ(call.requests.size(), 2u);
    EXPECT_EQ(call.requests[0].at_ms, call.attempted_ms + kReactionMs);
    EXPECT_EQ(call.requests[0].duration_ms, kLatencyMs);
    EXPECT_EQ(call.connected_ms, call.attempted_ms + kAnswerMs);
    EXPECT_EQ(call.requests[1].at_ms, call.connected_ms + 10'000 + kReactionMs);
    EXPECT_EQ(call.ended_ms, call.requests[1].answered_ms());
    ASSERT_EQ(call.legs.size(), 2u);
    EXPECT_EQ(call.legs[0].kind, ParticipantKind::kApp);
    EXPECT_EQ(call.legs[1].kind, ParticipantKind::kPstn);
    for (const Leg& leg : call.legs) {
      EXPECT_EQ(leg.joined_ms, call.connected_ms);
      EXPECT_EQ(leg.left_ms, call.ended_ms + kDisconnectMs);
    }
  }
}

TEST(WalkTest, AnOutboundCallIsConnectedOnceItWasAnsweredAndSetUp) {
  World world(ProfileOfStart(
      R"({"operation": "CreateCall", "on": {"failed": "end"}, "next": "end"})"));
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(call.connected_ms,
            call.attempted_ms + kRequestMs + kRingMs + kSetupMs);
  EXPECT_EQ(call.legs.size(), 2u);
  EXPECT_EQ(StatusesOf(call), Codes{201});
}

TEST(WalkTest, AnOutboundCallThatIsNotAnsweredNeverConnects) {
  const struct {
    std::string callee_does;
    std::uint32_t after_ms;
  } kCases[] = {{"no_answer", kRingLimitMs},
                {"busy", kSetupMs},
                {"unreachable", kSetupMs},
                {"declines", kRingMs}};
  for (const auto& [callee_does, after_ms] : kCases) {
    World world(ProfileOfStart(R"({"operation": "CreateCall", "next": "end",
                                   "callee_does": {")" +
                               callee_does + "\": 1}}"));
    const Call& call = world.CallOf(kSomeCall);
    EXPECT_EQ(call.ended_ms, call.attempted_ms + kRequestMs + after_ms)
        << callee_does;
    EXPECT_EQ(call.connected_ms, call.ended_ms) << callee_does;
    EXPECT_TRUE(call.legs.empty()) << callee_does;
    EXPECT_EQ(StatusesOf(call), Codes{201}) << callee_does;
  }
}

TEST(WalkTest, VoicemailAnswersAndHasAWayOfItsOwn) {
  World world(ProfileOf(R"({"start": "call", "steps": {
      "call": {"operation": "CreateCall",
               "callee_does": {"voicemail": 1, "answers": 1},
               "on": {"request_failed": "end", "voicemail": "message"},
               "next": "talk"},
      "message": {"operation": "GetCall", "next": "end"},
      "talk": {"operation": "GetParticipants", "next": "end"}}})"));
  int messages = 0;
  for (std::uint32_t number = 0; number < 200; ++number) {
    const Call& call = world.CallOf(number);
    EXPECT_EQ(call.connected_ms,
              call.attempted_ms + kRequestMs + kRingMs + kSetupMs);
    ASSERT_EQ(call.requests.size(), 2u);
    messages += call.requests[1].operation == Operation::kGetCall;
  }
  EXPECT_GT(messages, 60);
  EXPECT_LT(messages, 140);
}

TEST(WalkTest, ACallThatIsTurnedAwayIsOverAtOnce) {
  for (const char* operation : {"RedirectCall", "RejectCall"}) {
    World world(ProfileOfStart(R"({"operation": ")" + std::string(operation) +
                               R"("})"));
    const Call& call = world.CallOf(kSomeCall);
    EXPECT_EQ(call.ended_ms, call.attempted_ms + kRequestMs);
    EXPECT_TRUE(call.legs.empty());
    EXPECT_EQ(StatusesOf(call), Codes{204});
    EXPECT_FALSE(call.requests[0].connected);
  }
}

TEST(WalkTest, HangingUpAndTerminatingEndTheCall) {
  for (const char* operation : {"HangUpCall", "TerminateCall"}) {
    World world(ProfileOfSteps(R"("first": {"operation": ")" +
                               std::string(operation) + "\"}"));
    const Call& call = world.CallOf(kSomeCall);
    EXPECT_EQ(StatusesOf(call), (Codes{200, 204}));
    EXPECT_EQ(call.ended_ms, ConnectedMs(call) + kRequestMs);
    for (const Leg& leg : call.legs) {
      EXPECT_EQ(leg.left_ms, call.ended_ms + kDisconnectMs);
    }
  }
}

TEST(WalkTest, ACallIsHungUpSoonWhenTheFlowEnds) {
  World world(ProfileOfSteps(R"("first": {"wait": "10s", "next": "end"})"));
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(call.ended_ms, ConnectedMs(call) + 10'000 + kReactionMs);
  EXPECT_EQ(call.requests.size(), 1u);
}

TEST(WalkTest, ACallerWhoHangsUpAloneEndsTheCall) {
  World world(ProfileOfSteps(R"("first": {"wait": "1m", "next": "end"})",
                             R"("caller": {"stays": "20s"}, )"));
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(call.ended_ms, ConnectedMs(call) + 20'000);
  EXPECT_EQ(call.legs[1].left_ms, call.ended_ms);
  EXPECT_EQ(call.legs[0].left_ms, call.ended_ms + kDisconnectMs);
}

TEST(WalkTest, ACallerCanHangUpDuringAWait) {
  World world(ProfileOfSteps(
      R"("first": {"wait": "1m", "caller_does": {"hangs_up": 1},
                   "next": "end"})"));
  std::uint32_t earliest_ms = 60'000;
  std::uint32_t latest_ms = 0;
  for (std::uint32_t number = 0; number < 200; ++number) {
    const Call& call = world.CallOf(number);
    const std::uint32_t after_ms = call.ended_ms - ConnectedMs(call);
    ASSERT_LE(after_ms, 60'000u);
    EXPECT_EQ(call.legs[1].left_ms, call.ended_ms);
    earliest_ms = std::min(earliest_ms, after_ms);
    latest_ms = std::max(latest_ms, after_ms);
  }
  EXPECT_LT(earliest_ms, 2'000u);
  EXPECT_GT(latest_ms, 58'000u);
}

constexpr std::string_view kHostSteps =
    R"("first": {"operation": "AddParticipant", "stays": "1m", "next": "talk"},
       "talk": {"wait": "5m", "next": "end"})";

TEST(WalkTest, ACallerWhoLeavesOthersBehindEndsACallWithoutAWayOn) {
  World world(ProfileOfSteps(kHostSteps, R"("caller": {"stays": "20s"}, )"));
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(call.ended_ms, ConnectedMs(call) + 20'000);
  EXPECT_EQ(call.legs[1].left_ms, call.ended_ms);
  EXPECT_EQ(call.legs[2].left_ms, call.ended_ms + kDisconnectMs);
}

TEST(WalkTest, TheFlowGoesOnAfterACallerWhoLeftOthersBehind) {
  World world(ProfileOfSteps(
      std::string(kHostSteps) +
          R"(, "alone": {"wait": "10s", "next": "bye"},
             "bye": {"operation": "TerminateCall"})",
      R"("caller": {"stays": "20s"}, "on_caller_left": "alone", )"));
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(call.legs[1].left_ms, ConnectedMs(call) + 20'000);
  ASSERT_EQ(call.requests.size(), 3u);
  EXPECT_EQ(call.requests[2].at_ms,
            call.legs[1].left_ms + 10'000 + kReactionMs);
  EXPECT_EQ(call.legs[2].left_ms, call.ended_ms + kDisconnectMs);
}

TEST(WalkTest, TheCallEndsWithItsLastHuman) {
  World world(ProfileOfSteps(
      std::string(kHostSteps) + R"(, "alone": {"wait": "1h", "next": "end"})",
      R"("caller": {"stays": "20s"}, "on_caller_left": "alone", )"));
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(call.legs[2].left_ms, call.legs[2].joined_ms + 60'000);
  EXPECT_EQ(call.ended_ms, call.legs[2].left_ms);
  EXPECT_EQ(call.legs[0].left_ms, call.ended_ms + kDisconnectMs);
}

TEST(WalkTest, ACallerWaitsNoLongerThanPatienceLasts) {
  const auto ended_after_ms = [](const char* patience, bool tested) {
    World world(ProfileOfSteps(
        R"("first": {"wait": "30s", "tests_patience": )" +
            std::string(tested ? "true" : "false") + R"(, "next": "end"})",
        R"("caller": {"patience": ")" + std::string(patience) + R"("}, )"));
    const Call& call = world.CallOf(kSomeCall);
    EXPECT_EQ(call.legs[1].left_ms == call.ended_ms,
              call.ended_ms < ConnectedMs(call) + 30'000);
    return call.ended_ms - ConnectedMs(call);
  };
  EXPECT_EQ(ended_after_ms("10s", true), 10'000u);
  EXPECT_EQ(ended_after_ms("30s", true), 30'000 + kReactionMs);
  EXPECT_EQ(ended_after_ms("2m", true), 30'000 + kReactionMs);
  EXPECT_EQ(ended_after_ms("10s", false), 30'000 + kReactionMs);
}

// Patience is a total for the call: each wait uses up part of it.
TEST(WalkTest, PatienceRunsDown) {
  World world(ProfileOfSteps(
      R"("first": {"wait": "8s", "tests_patience": true, "next": "pause"},
         "pause": {"wait": "1m", "next": "second"},
         "second": {"wait": "8s", "tests_patience": true, "next": "end"})",
      R"("caller": {"patience": "10s"}, )"));
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(call.ended_ms, ConnectedMs(call) + 8'000 + 60'000 + 2'000);
}

TEST(WalkTest, PatienceAlsoEndsTheWaitForAnAgent) {
  World world(ProfileOfSteps(
      R"("first": {"operation": "AddParticipant", "ring": "20s",
                   "tests_patience": true, "next": "end"})",
      R"("caller": {"patience": "10s"}, )"));
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(call.ended_ms, call.requests[1].answered_ms() + 10'000);
  EXPECT_EQ(call.legs.size(), 2u);
}

TEST(WalkTest, ALateRequestFindsNoCall) {
  Profile profile =
      ProfileOfSteps(R"("first": {"wait": "1m", "next": "look"}, )" +
                         StepText("look", "GetCall", "end"),
                     R"("caller": {"stays": "20s"}, )");
  profile.requests.late_share = 1.0;
  World world(profile);
  const Call& call = world.CallOf(kSomeCall);
  ASSERT_EQ(StatusesOf(call), (Codes{200, 404}));
  EXPECT_EQ(call.requests[1].operation, Operation::kGetCall);
  EXPECT_EQ(call.requests[1].at_ms, call.ended_ms + kReactionMs);
  EXPECT_TRUE(call.requests[1].connected);
}

TEST(WalkTest, OnlyACallerWhoHangsUpMakesARequestLate) {
  Profile profile = ProfileOfSteps(R"("first": {"operation": "HangUpCall"})");
  profile.requests.late_share = 1.0;
  World world(profile);
  EXPECT_EQ(StatusesOf(world.CallOf(kSomeCall)), (Codes{200, 204}));

  profile = ProfileOfSteps(
      R"("first": {"operation": "TransferCallToParticipant", "next": "look",
                   "callee_does": {"answers": 0.999, "busy": 0.001}}, )" +
      StepText("look", "GetCall", "end"));
  profile.requests.late_share = 1.0;
  World transferred(profile);
  EXPECT_EQ(StatusesOf(transferred.CallOf(kSomeCall)), (Codes{200, 202}));

  // There is no late request if no request was pending.
  profile = ProfileOfSteps(R"("first": {"wait": "1m", "next": "end"})",
                           R"("caller": {"stays": "20s"}, )");
  profile.requests.late_share = 1.0;
  World another(profile);
  EXPECT_EQ(StatusesOf(another.CallOf(kSomeCall)), Codes{200});
}

TEST(WalkTest, ACallIsEndedAfterTheLongestTime) {
  Profile profile = ProfileOfSteps(R"("first": {"wait": "1h", "next": "end"})");
  profile.timing.longest_call_ms = 90'000;
  World world(profile);
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(call.ended_ms, 90'000u);
  EXPECT_EQ(call.legs[1].left_ms, 90'000 + kDisconnectMs);
}

TEST(WalkTest, ACallThatStillRingsAtTheLongestTimeIsNeverConnected) {
  Profile profile =
      ProfileOfStart(R"({"operation": "CreateCall", "next": "end"})");
  profile.timing.longest_call_ms = 2'000;
  World world(profile);
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(call.ended_ms, 2'000u);
  EXPECT_TRUE(call.legs.empty());
}

TEST(WalkTest, ACallIsEndedAfterTheMostSteps) {
  Profile profile = ProfileOfSteps(
      R"("first": {"operation": "GetCall", "next": {"first": 1e6, "end": 1}})");
  profile.timing.max_steps = 7;
  World world(profile);
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(call.requests.size(), 7u);
  EXPECT_EQ(call.ended_ms, call.requests[6].answered_ms() + kReactionMs);
}

}  // namespace
}  // namespace busyhour::internal

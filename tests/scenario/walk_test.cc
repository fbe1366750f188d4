// What each operation does to a call, and what happens to it by itself.

#include "scenario/walk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenario/calm.h"

namespace busyhour {
namespace {

using namespace calm;

constexpr int kSomeCall = 3;

// A flow of one step, a request that begins the call.
Profile ProfileOfStart(std::string_view step) {
  return ProfileOf(R"({"start": "first", "steps": {"first": )" +
                   std::string(step) + "}}");
}

// `"first": {"operation": ...}` and the like.
std::string StepText(std::string_view name, std::string_view operation,
                     std::string_view next) {
  return '"' + std::string(name) + R"(": {"operation": ")" +
         std::string(operation) + R"(", "next": ")" + std::string(next) + "\"}";
}

std::vector<int> StatusesOf(const Call& call) {
  std::vector<int> statuses;
  for (const Request& request : call.requests) {
    statuses.push_back(StatusOf(request));
  }
  return statuses;
}

using Codes = std::vector<int>;

// When the call is connected and the next event happens.
std::uint32_t ConnectedMs(const Call& call) {
  return call.attempted_ms + kAnswerMs;
}

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

TEST(WalkTest, AnAnsweredTransferEndsTheCall) {
  World world(
      ProfileOfSteps(StepText("first", "TransferCallToParticipant", "end")));
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(StatusesOf(call), (Codes{200, 202}));
  EXPECT_EQ(call.ended_ms, ConnectedMs(call) + kRequestMs + kRingMs);
  // The target is in another call.
  EXPECT_EQ(call.legs.size(), 2u);
}

TEST(WalkTest, ATransferThatFailsLeavesTheCallWhereItWas) {
  const struct {
    std::string callee_does;
    std::uint32_t after_ms;
  } kCases[] = {{"no_answer", 20'000},
                {"busy", kSetupMs},
                {"unreachable", kSetupMs},
                {"declines", kRingMs}};
  for (const auto& [callee_does, after_ms] : kCases) {
    World world(ProfileOfSteps(
        R"("first": {"operation": "TransferCallToParticipant",
                     "invitation_timeout": "20s", "next": "sorry",
                     "callee_does": {")" +
        callee_does + R"(": 1}}, )" + StepText("sorry", "GetCall", "end")));
    const Call& call = world.CallOf(kSomeCall);
    ASSERT_EQ(StatusesOf(call), (Codes{200, 202, 200})) << callee_does;
    EXPECT_EQ(call.requests[2].at_ms,
              ConnectedMs(call) + kRequestMs + after_ms + kReactionMs)
        << callee_does;
  }
}

TEST(WalkTest, AnInvitedParticipantJoinsOnceItAnswers) {
  World world(ProfileOfSteps(
      R"("first": {"operation": "AddParticipant", "who": "teams",
                   "next": "talk"},
         "talk": {"wait": "10s", "next": "end"})"));
  const Call& call = world.CallOf(kSomeCall);
  ASSERT_EQ(call.legs.size(), 3u);
  EXPECT_EQ(call.legs[2].kind, ParticipantKind::kTeams);
  EXPECT_EQ(call.legs[2].joined_ms, ConnectedMs(call) + kRequestMs + kRingMs);
  EXPECT_EQ(call.legs[2].left_ms, call.ended_ms + kDisconnectMs);
  EXPECT_EQ(call.ended_ms, call.legs[2].joined_ms + 10'000 + kReactionMs);
}

TEST(WalkTest, AnInvitationThatFailsBringsNobody) {
  const struct {
    std::string callee_does;
    std::uint32_t after_ms;
  } kCases[] = {{"no_answer", 20'000},
                {"busy", kSetupMs},
                {"unreachable", kSetupMs},
                {"declines", kRingMs}};
  for (const auto& [callee_does, after_ms] : kCases) {
    World world(ProfileOfSteps(
        R"("first": {"operation": "AddParticipant",
                     "invitation_timeout": "20s", "next": "talk",
                     "callee_does": {")" +
        callee_does + R"(": 1}, "on": {"failed": "sorry"}},
           "talk": {"wait": "10s", "next": "end"}, )" +
        StepText("sorry", "GetCall", "end")));
    const Call& call = world.CallOf(kSomeCall);
    EXPECT_EQ(call.legs.size(), 2u) << callee_does;
    ASSERT_EQ(call.requests.size(), 3u) << callee_does;
    EXPECT_EQ(call.requests[2].at_ms,
              ConnectedMs(call) + kRequestMs + after_ms + kReactionMs)
        << callee_does;
  }
}

TEST(WalkTest, AnInvitationInTheBackgroundRingsWhileTheFlowGoesOn) {
  World world(ProfileOfSteps(
      R"("first": {"operation": "AddParticipant", "background": true,
                   "next": "look"}, )" +
      StepText("look", "GetParticipants", "talk") +
      R"(, "talk": {"wait": "10s", "next": "end"})"));
  const Call& call = world.CallOf(kSomeCall);
  ASSERT_EQ(call.requests.size(), 3u);
  EXPECT_EQ(call.requests[2].at_ms,
            call.requests[1].answered_ms() + kReactionMs);
  ASSERT_EQ(call.legs.size(), 3u);
  EXPECT_EQ(call.legs[2].joined_ms, call.requests[1].answered_ms() + kRingMs);
}

TEST(WalkTest, InvitationsQueue) {
  World world(ProfileOfSteps(
      R"("first": {"operation": "AddParticipant", "background": true,
                   "ring": "9s", "next": "second"},
         "second": {"operation": "AddParticipant", "background": true,
                    "ring": "1s", "next": "talk"},
         "talk": {"wait": "20s", "next": "end"})"));
  const Call& call = world.CallOf(kSomeCall);
  ASSERT_EQ(call.legs.size(), 4u);
  EXPECT_EQ(call.legs[2].joined_ms, call.requests[1].answered_ms() + 9'000);
  EXPECT_GT(call.legs[3].joined_ms, call.legs[2].joined_ms);
}

TEST(WalkTest, AnInvitationCanBeTakenBackWhileItRings) {
  World world(ProfileOfSteps(
      R"("first": {"operation": "AddParticipant", "background": true,
                   "next": "cancel"}, )" +
      StepText("cancel", "CancelAddParticipant", "talk") +
      R"(, "talk": {"wait": "10s", "next": "again"}, )" +
      StepText("again", "CancelAddParticipant", "end")));
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(call.legs.size(), 2u);
  // The second time there is none to take back.
  EXPECT_EQ(StatusesOf(call), (Codes{200, 202, 202, 404}));
}

TEST(WalkTest, AMovedParticipantComesOver) {
  World world(ProfileOfSteps(
      R"("first": {"operation": "MoveParticipants", "who": "pstn",
                   "next": "talk"},
         "talk": {"wait": "10s", "next": "end"})"));
  const Call& call = world.CallOf(kSomeCall);
  ASSERT_EQ(call.legs.size(), 3u);
  EXPECT_EQ(call.legs[2].kind, ParticipantKind::kPstn);
  // It is in a call already and need not be rung.
  EXPECT_EQ(call.legs[2].joined_ms, ConnectedMs(call) + kRequestMs + kSetupMs);
  EXPECT_EQ(StatusesOf(call), (Codes{200, 202}));
}

TEST(WalkTest, AParticipantWhoIsNotThereDoesNotComeOver) {
  World world(ProfileOfSteps(
      R"("first": {"operation": "MoveParticipants",
                   "callee_does": {"unreachable": 1},
                   "on": {"unreachable": "sorry"}, "next": "end"}, )" +
      StepText("sorry", "GetCall", "end")));
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(call.legs.size(), 2u);
  EXPECT_EQ(StatusesOf(call), (Codes{200, 202, 200}));
}

TEST(WalkTest, AParticipantStaysAsLongAsItMeansTo) {
  World world(ProfileOfSteps(
      R"("first": {"operation": "AddParticipant", "stays": "20s",
                   "next": "talk"},
         "talk": {"wait": "1m", "next": "end"})"));
  const Call& call = world.CallOf(kSomeCall);
  ASSERT_EQ(call.legs.size(), 3u);
  EXPECT_EQ(call.legs[2].left_ms, call.legs[2].joined_ms + 20'000);
  EXPECT_EQ(call.ended_ms, call.legs[2].joined_ms + 60'000 + kReactionMs);
}

TEST(WalkTest, TheLastWhoCameIsRemoved) {
  World world(ProfileOfSteps(
      R"("first": {"operation": "AddParticipant", "next": "second"},
         "second": {"operation": "AddParticipant", "next": "remove"},
         "remove": {"operation": "RemoveParticipant", "next": "talk"},
         "talk": {"wait": "10s", "next": "end"})"));
  const Call& call = world.CallOf(kSomeCall);
  ASSERT_EQ(call.legs.size(), 4u);
  EXPECT_EQ(call.legs[2].left_ms, call.ended_ms + kDisconnectMs);
  EXPECT_EQ(call.legs[3].left_ms,
            call.requests[3].answered_ms() + kMediaStopMs);
}

TEST(WalkTest, NobodyIsRemovedWhereThereIsOnlyTheCaller) {
  World world(ProfileOfSteps(StepText("first", "RemoveParticipant", "end")));
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(StatusesOf(call), (Codes{200, 404}));
  EXPECT_EQ(call.legs[1].left_ms, call.ended_ms + kDisconnectMs);
}

TEST(WalkTest, TonesTakeTheirTime) {
  World world(ProfileOfSteps(
      R"("first": {"operation": "SendDtmfTones", "tones": 9, "next": "look"}, )" +
      StepText("look", "GetCall", "end")));
  const Call& call = world.CallOf(kSomeCall);
  ASSERT_EQ(StatusesOf(call), (Codes{200, 202, 200}));
  EXPECT_EQ(call.requests[2].at_ms,
            call.requests[1].answered_ms() + 9 * 300 + kReactionMs);
}

// For all operations that do nothing to a call: it goes on as before.
TEST(WalkTest, AskingChangesNothing) {
  for (const OperationInfo& info : Operations()) {
    if (info.activity != Activity::kInstant) continue;
    World world(ProfileOfSteps(StepText("first", info.name, "talk") +
                               R"(, "talk": {"wait": "10s", "next": "end"})"));
    const Call& call = world.CallOf(kSomeCall);
    EXPECT_EQ(StatusesOf(call), (Codes{200, info.success_status})) << info.name;
    EXPECT_EQ(call.legs.size(), 2u) << info.name;
    EXPECT_TRUE(call.media.empty()) << info.name;
    EXPECT_EQ(call.ended_ms,
              ConnectedMs(call) + kRequestMs + 10'000 + kReactionMs)
        << info.name;
  }
}

// For all operations that stop or change something that is on: they get 404
// while it is off.
TEST(WalkTest, WhatIsOffCannotBeStoppedOrChanged) {
  int tried = 0;
  for (const OperationInfo& info : Operations()) {
    const bool stops = info.activity == Activity::kStop;
    if (!stops && info.activity != Activity::kAdjust) continue;
    ++tried;
    std::string_view start;
    for (const OperationInfo& other : Operations()) {
      if (other.activity == Activity::kStart && other.toggle == info.toggle) {
        start = other.name;
      }
    }
    World world(ProfileOfSteps(StepText("first", info.name, "start") + ", " +
                               StepText("start", start, "second") + ", " +
                               StepText("second", info.name, "third") + ", " +
                               StepText("third", info.name, "end")));
    const Call& call = world.CallOf(kSomeCall);
    const int success = info.success_status;
    ASSERT_EQ(call.requests.size(), 5u) << info.name;
    EXPECT_EQ(StatusOf(call.requests[1]), 404) << info.name;
    EXPECT_LT(StatusOf(call.requests[2]), 300) << info.name;
    EXPECT_EQ(StatusOf(call.requests[3]), success) << info.name;
    EXPECT_EQ(StatusOf(call.requests[4]), stops ? 404 : success) << info.name;
  }
  EXPECT_EQ(tried, 9);
}

// For all pairs of things that can be on: turning one on does not turn on the
// other.
TEST(WalkTest, EachThingIsOnOrOffByItself) {
  for (const OperationInfo& start : Operations()) {
    if (start.activity != Activity::kStart) continue;
    for (const OperationInfo& stop : Operations()) {
      if (stop.activity != Activity::kStop) continue;
      World world(ProfileOfSteps(StepText("first", start.name, "stop") + ", " +
                                 StepText("stop", stop.name, "end")));
      const Call& call = world.CallOf(kSomeCall);
      EXPECT_EQ(IsAccepted(call.requests[2]), start.toggle == stop.toggle)
          << start.name << ' ' << stop.name;
    }
  }
}

// For all operations: an accepted request is answered with the status of the
// catalogue, and a call that goes on has a next request.
TEST(WalkTest, EveryOperationIsAnsweredWithItsStatus) {
  for (const OperationInfo& info : Operations()) {
    const auto operation = static_cast<Operation>(&info - &Operations()[0]);
    if (StartsCall(operation) || info.activity == Activity::kStop ||
        info.activity == Activity::kAdjust ||
        info.activity == Activity::kRemove ||
        info.activity == Activity::kCancelInvite) {
      continue;  // in tests of their own
    }
    std::string keys = R"("operation": ")" + std::string(info.name) + '"';
    if (info.activity == Activity::kPlay) keys += R"(, "source": "File")";
    if (info.activity == Activity::kRecognize) keys += R"(, "input": "Dtmf")";
    World world(ProfileOfSteps(R"("first": {)" + keys + R"(, "next": "end"})"));
    const Call& call = world.CallOf(kSomeCall);
    ASSERT_EQ(call.requests.size(), 2u) << info.name;
    EXPECT_EQ(call.requests[1].operation, operation);
    EXPECT_EQ(StatusOf(call.requests[1]), info.success_status) << info.name;
    EXPECT_TRUE(call.requests[1].connected) << info.name;
  }
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

// Patience is one for the whole call: each wait takes its part of it.
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

  // Nothing can be late where nothing was to come.
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

TEST(WalkTest, ARefusedSetUpLeavesNoCall) {
  for (const char* operation :
       {"AnswerCall", "CreateCall", "RedirectCall", "RejectCall"}) {
    Profile profile =
        ProfileOfStart(R"({"operation": ")" + std::string(operation) +
                       R"(", "on": {"request_failed": "end"},
                                         "next": "end"})");
    profile.requests.failures = {1.0, {{503, 1.0}}};
    World world(profile);
    const Call& call = world.CallOf(kSomeCall);
    EXPECT_EQ(StatusesOf(call), Codes{503}) << operation;
    EXPECT_FALSE(call.requests[0].connected) << operation;
    EXPECT_TRUE(call.legs.empty()) << operation;
    EXPECT_EQ(call.connected_ms, call.ended_ms) << operation;
  }
}

TEST(WalkTest, ARefusedRequestIsTriedAgainAsOftenAsTheFlowSays) {
  Profile profile = ProfileOfSteps(
      R"("first": {"operation": "GetCall",
                   "on": {"request_failed": {"retry": 2, "then": "other"}},
                   "next": "end"}, )" +
      StepText("other", "GetParticipants", "end"));
  profile.requests.failures_of = {{Operation::kGetCall, {1.0, {{500, 1.0}}}}};
  World world(profile);
  EXPECT_EQ(StatusesOf(world.CallOf(kSomeCall)),
            (Codes{200, 500, 500, 500, 200}));
}

TEST(WalkTest, AnOperationCanHaveLatencyOfItsOwn) {
  Profile profile = ProfileOfSteps(StepText("first", "GetCall", "end"));
  profile.timing.api_latency_of = {{Operation::kGetCall, ConstantMs(777)}};
  World world(profile);
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(call.requests[0].duration_ms, kLatencyMs);
  EXPECT_EQ(call.requests[1].duration_ms, 777u);
}

TEST(WalkTest, ARequestTakesAMillisecondAtLeast) {
  Profile profile = ProfileOfSteps(StepText("first", "GetCall", "end"));
  profile.timing.api_latency = ConstantMs(0);
  World world(profile);
  EXPECT_EQ(world.CallOf(kSomeCall).requests[1].duration_ms, 1u);
}

// However many incidents slow it down.
TEST(WalkTest, ARequestTakesTenMinutesAtMost) {
  Profile profile = ProfileOfSteps(StepText("first", "GetCall", "end"));
  profile.timing.api_latency_of = {{Operation::kGetCall, ConstantMs(300'000)}};
  Incident slow;
  slow.every_ms = kMsPerHour;
  slow.length_ms = kMsPerHour;
  slow.operations = {Operation::kGetCall};
  slow.latency_factor = 1000.0;
  profile.incidents = {slow, slow};
  World world(profile);
  EXPECT_EQ(world.CallOf(kSomeCall).requests[1].duration_ms, 600'000u);
}

TEST(WalkTest, ThrottledSetUpsGet429) {
  World world(ProfileOfSteps(StepText("first", "GetCall", "end")));
  EXPECT_EQ(StatusesOf(world.CallOf(kSomeCall, std::uint64_t{1} << 32)),
            Codes{429});
  EXPECT_EQ(StatusesOf(world.CallOf(kSomeCall, 0)), (Codes{200, 200}));
  // Half of them, but no other request.
  int throttled = 0;
  for (std::uint32_t number = 0; number < 200; ++number) {
    const Codes statuses =
        StatusesOf(world.CallOf(number, std::uint64_t{1} << 31));
    if (statuses != (Codes{200, 200})) {
      EXPECT_EQ(statuses, Codes{429});
      ++throttled;
    }
  }
  EXPECT_NEAR(throttled, 100, 36);  // 5 standard errors
}

Incident Trouble(std::vector<Operation> operations) {
  Incident incident;
  incident.every_ms = kMsPerHour;
  incident.offset_ms = 10 * kMsPerMinute;
  incident.length_ms = 5 * kMsPerMinute;
  incident.operations = std::move(operations);
  incident.requests = {1.0, {{504, 1.0}}};
  incident.latency_factor = 4.0;
  return incident;
}

TEST(WalkTest, AnIncidentRefusesAndSlowsItsOperationsWhileItLasts) {
  Profile profile =
      ProfileOfSteps(R"("first": {"wait": "4m", "next": "look"}, )" +
                     StepText("look", "GetCall", "list") + ", " +
                     StepText("list", "GetParticipants", "end"));
  profile.incidents = {Trouble({Operation::kGetCall})};
  const Plan plan(profile);
  Simulator simulator(plan, 1);
  for (std::uint64_t minute = 0; minute < 20; ++minute) {
    const Call& call =
        simulator.Simulate({World::kSlot + 60 * minute + 30, 0}, 0);
    // GetCall comes four minutes and a half into the minute.
    const bool in_trouble = minute >= 6 && minute <= 10;
    EXPECT_EQ(StatusesOf(call), (Codes{200, in_trouble ? 504 : 200, 200}))
        << minute;
    EXPECT_EQ(call.requests[1].duration_ms,
              in_trouble ? 4 * kLatencyMs : kLatencyMs)
        << minute;
    EXPECT_EQ(call.requests[2].duration_ms, kLatencyMs) << minute;
  }
}

TEST(WalkTest, AnIncidentThatNamesNoOperationConcernsAll) {
  Profile profile = ProfileOfSteps(StepText("first", "GetCall", "end"));
  profile.incidents = {Trouble({})};
  const Plan plan(profile);
  Simulator simulator(plan, 1);
  EXPECT_EQ(StatusesOf(simulator.Simulate({World::kSlot + 12 * 60, 0}, 0)),
            Codes{504});
}

// For all shares p: a coming or going changes the correlation id with
// probability p, whatever others did. Tolerance: 5 standard errors.
TEST(WalkTest, ComingsAndGoingsChangeTheCorrelationIdEachByItself) {
  constexpr int kCalls = 4000;
  for (const double share : {0.0, 0.3, 0.5, 1.0}) {
    Profile profile = ProfileOfSteps(StepText("first", "GetCall", "add") + R"(,
        "add": {"operation": "AddParticipant", "stays": "20s", "next": "with"}, )" +
                                     StepText("with", "GetCall", "talk") + R"(,
        "talk": {"wait": "1m", "next": "after"}, )" +
                                     StepText("after", "GetCall", "end"));
    profile.assumptions.correlation_change = share;
    World world(profile);
    int changes[2][2] = {};
    for (std::uint32_t number = 0; number < kCalls; ++number) {
      const Call& call = world.CallOf(number);
      ASSERT_EQ(call.requests.size(), 5u);
      EXPECT_EQ(call.requests[1].correlation_epoch, 0);
      EXPECT_EQ(call.requests[2].correlation_epoch, 0);
      const int with = call.requests[3].correlation_epoch;
      const int after = call.requests[4].correlation_epoch;
      ASSERT_LE(with, 1);
      ASSERT_LE(after - with, 1);
      ++changes[with][after - with];
      // The id under which a participant was asked to join is its own.
      EXPECT_EQ(call.legs[2].correlation_epoch, 0);
    }
    for (const int coming : {0, 1}) {
      for (const int going : {0, 1}) {
        const double expected =
            (coming ? share : 1 - share) * (going ? share : 1 - share);
        EXPECT_NEAR(changes[coming][going] / static_cast<double>(kCalls),
                    expected,
                    5 * std::sqrt(expected * (1 - expected) / kCalls) + 1e-9)
            << share << ' ' << coming << ' ' << going;
      }
    }
  }
}

}  // namespace
}  // namespace busyhour

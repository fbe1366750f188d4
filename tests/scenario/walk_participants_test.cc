// Participants who join or leave a call.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>

#include "scenario/calm.h"

namespace busyhour::internal {
namespace {

using namespace calm;

// The ways in which a callee does not answer, and the time until the outcome is
// known, with an invitation_timeout of 20 s.
const struct {
  std::string callee_does;
  std::uint32_t after_ms;
} kFailures[] = {{"no_answer", 20'000},
                 {"busy", kSetupMs},
                 {"unreachable", kSetupMs},
                 {"declines", kRingMs}};

TEST(WalkParticipantsTest, AnAnsweredTransferEndsTheCall) {
  World world(
      ProfileOfSteps(StepText("first", "TransferCallToParticipant", "end")));
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(StatusesOf(call), (Codes{200, 202}));
  EXPECT_EQ(call.ended_ms, ConnectedMs(call) + kRequestMs + kRingMs);
  // The target joins a different call.
  EXPECT_EQ(call.legs.size(), 2u);
}

TEST(WalkParticipantsTest, ATransferThatFailsLeavesTheCallWhereItWas) {
  for (const auto& [callee_does, after_ms] : kFailures) {
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

TEST(WalkParticipantsTest, AnInvitedParticipantJoinsOnceItAnswers) {
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

TEST(WalkParticipantsTest, AnInvitationThatFailsBringsNobody) {
  for (const auto& [callee_does, after_ms] : kFailures) {
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

TEST(WalkParticipantsTest, AnInvitationInTheBackgroundRingsWhileTheFlowGoesOn) {
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

TEST(WalkParticipantsTest, InvitationsQueue) {
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

TEST(WalkParticipantsTest, AnInvitationCanBeTakenBackWhileItRings) {
  World world(ProfileOfSteps(
      R"("first": {"operation": "AddParticipant", "background": true,
                   "next": "cancel"}, )" +
      StepText("cancel", "CancelAddParticipant", "talk") +
      R"(, "talk": {"wait": "10s", "next": "again"}, )" +
      StepText("again", "CancelAddParticipant", "end")));
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(call.legs.size(), 2u);
  // The second request finds no invitation to cancel.
  EXPECT_EQ(StatusesOf(call), (Codes{200, 202, 202, 404}));
}

TEST(WalkParticipantsTest, AMovedParticipantComesOver) {
  World world(ProfileOfSteps(
      R"("first": {"operation": "MoveParticipants", "who": "pstn",
                   "next": "talk"},
         "talk": {"wait": "10s", "next": "end"})"));
  const Call& call = world.CallOf(kSomeCall);
  ASSERT_EQ(call.legs.size(), 3u);
  EXPECT_EQ(call.legs[2].kind, ParticipantKind::kPstn);
  // The participant is in a call already, so there is no ring time.
  EXPECT_EQ(call.legs[2].joined_ms, ConnectedMs(call) + kRequestMs + kSetupMs);
  EXPECT_EQ(StatusesOf(call), (Codes{200, 202}));
}

TEST(WalkParticipantsTest, AParticipantWhoIsNotThereDoesNotComeOver) {
  World world(ProfileOfSteps(
      R"("first": {"operation": "MoveParticipants",
                   "callee_does": {"unreachable": 1},
                   "on": {"unreachable": "sorry"}, "next": "end"}, )" +
      StepText("sorry", "GetCall", "end")));
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(call.legs.size(), 2u);
  EXPECT_EQ(StatusesOf(call), (Codes{200, 202, 200}));
}

TEST(WalkParticipantsTest, AParticipantStaysAsLongAsItMeansTo) {
  World world(ProfileOfSteps(
      R"("first": {"operation": "AddParticipant", "stays": "20s",
                   "next": "talk"},
         "talk": {"wait": "1m", "next": "end"})"));
  const Call& call = world.CallOf(kSomeCall);
  ASSERT_EQ(call.legs.size(), 3u);
  EXPECT_EQ(call.legs[2].left_ms, call.legs[2].joined_ms + 20'000);
  EXPECT_EQ(call.ended_ms, call.legs[2].joined_ms + 60'000 + kReactionMs);
}

TEST(WalkParticipantsTest, TheLastWhoCameIsRemoved) {
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

TEST(WalkParticipantsTest, NobodyIsRemovedWhereThereIsOnlyTheCaller) {
  World world(ProfileOfSteps(StepText("first", "RemoveParticipant", "end")));
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(StatusesOf(call), (Codes{200, 404}));
  EXPECT_EQ(call.legs[1].left_ms, call.ended_ms + kDisconnectMs);
}

// For all shares p: each join and each leave changes the correlation id with
// probability p, independently of others. Tolerance: 5 standard errors.
TEST(WalkParticipantsTest, ComingsAndGoingsChangeTheCorrelationIdEachByItself) {
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
      // A leg keeps the correlation id of the invitation.
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
}  // namespace busyhour::internal

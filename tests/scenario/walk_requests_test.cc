// The effects of requests, their answers, and their failures.

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenario/calm.h"

namespace busyhour::internal {
namespace {

using namespace calm;

TEST(WalkRequestsTest, TonesTakeTheirTime) {
  World world(ProfileOfSteps(
      R"("first": {"operation": "SendDtmfTones", "tones": 9, "next": "look"}, )" +
      StepText("look", "GetCall", "end")));
  const Call& call = world.CallOf(kSomeCall);
  ASSERT_EQ(StatusesOf(call), (Codes{200, 202, 200}));
  EXPECT_EQ(call.requests[2].at_ms,
            call.requests[1].answered_ms() + 9 * 300 + kReactionMs);
}

// For all operations without an effect on the call: it continues unchanged.
TEST(WalkRequestsTest, AskingChangesNothing) {
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

// For all operations that stop or change something that was started: they fail
// with 404 if it was not started.
TEST(WalkRequestsTest, WhatIsOffCannotBeStoppedOrChanged) {
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

// For all pairs of toggles: starting one does not start the other.
TEST(WalkRequestsTest, EachThingIsOnOrOffByItself) {
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

// For all operations: an accepted request has the status in the catalogue, and
// a call that continues has a next request.
TEST(WalkRequestsTest, EveryOperationIsAnsweredWithItsStatus) {
  for (const OperationInfo& info : Operations()) {
    const auto operation = static_cast<Operation>(&info - &Operations()[0]);
    if (StartsCall(operation) || info.activity == Activity::kStop ||
        info.activity == Activity::kAdjust ||
        info.activity == Activity::kRemove ||
        info.activity == Activity::kCancelInvite) {
      continue;  // have separate tests
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

TEST(WalkRequestsTest, ARefusedSetUpLeavesNoCall) {
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

TEST(WalkRequestsTest, ARefusedRequestIsTriedAgainAsOftenAsTheFlowSays) {
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

TEST(WalkRequestsTest, AnOperationCanHaveLatencyOfItsOwn) {
  Profile profile = ProfileOfSteps(StepText("first", "GetCall", "end"));
  profile.timing.api_latency_of = {{Operation::kGetCall, ConstantMs(777)}};
  World world(profile);
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(call.requests[0].duration_ms, kLatencyMs);
  EXPECT_EQ(call.requests[1].duration_ms, 777u);
}

TEST(WalkRequestsTest, ARequestTakesAMillisecondAtLeast) {
  Profile profile = ProfileOfSteps(StepText("first", "GetCall", "end"));
  profile.timing.api_latency = ConstantMs(0);
  World world(profile);
  EXPECT_EQ(world.CallOf(kSomeCall).requests[1].duration_ms, 1u);
}

// This holds for any number of incidents that increase the latency.
TEST(WalkRequestsTest, ARequestTakesTenMinutesAtMost) {
  Profile profile = ProfileOfSteps(StepText("first", "GetCall", "end"));
  profile.timing.api_latency_of = {{Operation::kGetCall, ConstantMs(300'000)}};
  Incident slow;
  slow.when.every_ms = kMsPerHour;
  slow.when.length_ms = kMsPerHour;
  slow.scope.operations = {Operation::kGetCall};
  slow.latency_factor = 1000.0;
  profile.incidents = {slow, slow};
  World world(profile);
  EXPECT_EQ(world.CallOf(kSomeCall).requests[1].duration_ms, 600'000u);
}

TEST(WalkRequestsTest, ThrottledSetUpsGet429) {
  Profile profile = ProfileOfSteps(StepText("first", "GetCall", "end"));
  const auto world_of = [&profile](double rate_cps) {
    profile.traffic.rate_cps = rate_cps;
    profile.traffic.capacity_cps = 2.0;
    return std::make_unique<World>(profile);
  };
  EXPECT_EQ(StatusesOf(world_of(1e9)->CallOf(kSomeCall)), Codes{429});
  EXPECT_EQ(StatusesOf(world_of(2.0)->CallOf(kSomeCall)), (Codes{200, 200}));
  // Half of the call attempts are throttled, but no other request.
  const auto world = world_of(4.0);
  int throttled = 0;
  for (std::uint32_t number = 0; number < 200; ++number) {
    const Codes statuses = StatusesOf(world->CallOf(number));
    if (statuses != (Codes{200, 200})) {
      EXPECT_EQ(statuses, Codes{429});
      ++throttled;
    }
  }
  EXPECT_NEAR(throttled, 100, 36);  // 5 standard errors
}

Incident Trouble(std::vector<Operation> operations) {
  Incident incident;
  incident.when.every_ms = kMsPerHour;
  incident.when.offset_ms = 10 * kMsPerMinute;
  incident.when.length_ms = 5 * kMsPerMinute;
  incident.scope.operations = std::move(operations);
  incident.requests = {1.0, {{504, 1.0}}};
  incident.latency_factor = 4.0;
  return incident;
}

TEST(WalkRequestsTest, AnIncidentRefusesItsOperationsWhileItLasts) {
  Profile profile =
      ProfileOfSteps(R"("first": {"wait": "4m", "next": "look"}, )" +
                     StepText("look", "GetCall", "list") + ", " +
                     StepText("list", "GetParticipants", "end"));
  profile.incidents = {Trouble({Operation::kGetCall})};
  const Plan plan(profile);
  Simulator simulator(plan, 1);
  for (std::uint64_t minute = 0; minute < 20; ++minute) {
    const Call& call = simulator.Simulate({World::kSlot + 60 * minute + 30, 0});
    // GetCall is made four and a half minutes after `minute`.
    const bool in_trouble = minute >= 6 && minute <= 10;
    EXPECT_EQ(StatusesOf(call), (Codes{200, in_trouble ? 504 : 200, 200}))
        << minute;
  }
}

// Only those that are accepted: the latency of the others depends on the
// status.
TEST(WalkRequestsTest, AnIncidentSlowsItsAcceptedRequests) {
  Profile profile = ProfileOfSteps(StepText("first", "GetCall", "list") + ", " +
                                   StepText("list", "GetParticipants", "end"));
  profile.incidents = {Trouble({Operation::kGetCall})};
  const auto latencies = [&profile](double refused) {
    profile.incidents[0].requests.share = refused;
    const Plan plan(profile);
    Simulator simulator(plan, 1);
    std::vector<std::uint32_t> found;
    for (const Request& request :
         simulator.Simulate({World::kSlot + 12 * 60, 0}).requests) {
      found.push_back(request.duration_ms);
    }
    return found;
  };
  using Latencies = std::vector<std::uint32_t>;
  EXPECT_EQ(latencies(0.0),
            (Latencies{kLatencyMs, 4 * kLatencyMs, kLatencyMs}));
  EXPECT_EQ(latencies(1.0), (Latencies{kLatencyMs, kLatencyMs, kLatencyMs}));
}

TEST(WalkRequestsTest, AnIncidentThatNamesNoOperationConcernsAll) {
  Profile profile = ProfileOfSteps(StepText("first", "GetCall", "end"));
  profile.incidents = {Trouble({})};
  const Plan plan(profile);
  Simulator simulator(plan, 1);
  EXPECT_EQ(StatusesOf(simulator.Simulate({World::kSlot + 12 * 60, 0})),
            Codes{504});
}

}  // namespace
}  // namespace busyhour::internal

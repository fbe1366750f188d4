// How the state of the service shows in requests: latency by operation, status
// and load, bad times, and the instants at which legs begin and end.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/moments.h"
#include "scenario/calm.h"

namespace busyhour::internal {
namespace {

using namespace calm;

Profile LookProfile() {
  return ProfileOfSteps(StepText("first", "GetCall", "end"));
}

std::uint32_t Quantile(std::vector<std::uint32_t>& values, double share) {
  const auto at =
      static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size()));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

// Without values in the profile, operations differ, and one request in a
// thousand takes several times as long as one in a hundred.
TEST(WalkServiceTest, UsualLatenciesDifferByOperationAndHaveATail) {
  Profile profile = ProfileOfSteps(StepText("first", "StartRecording", "look") +
                                   ", " + StepText("look", "GetCall", "end"));
  profile.timing.api_latency.reset();
  World world(profile);
  std::vector<std::uint32_t> values[3];
  for (std::uint32_t number = 0; number < 20'000; ++number) {
    const Call& call = world.CallOf(number);
    ASSERT_EQ(call.requests.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
      values[i].push_back(call.requests[i].duration_ms);
    }
  }
  const std::uint32_t answer = Quantile(values[0], 0.5);
  EXPECT_NEAR(answer, 240, 8);
  EXPECT_NEAR(Quantile(values[1], 0.5), 640, 20);
  EXPECT_NEAR(Quantile(values[2], 0.5), 45, 2);
  for (std::vector<std::uint32_t>& of : values) {
    EXPECT_GT(Quantile(of, 0.999), 3 * Quantile(of, 0.99));
  }
}

// For all statuses: a refused request takes as long as its status implies.
TEST(WalkServiceTest, ARefusedRequestTakesAsLongAsItsStatusImplies) {
  Profile profile = LookProfile();
  profile.timing.status_latency_of.clear();
  const std::map<int, std::pair<std::uint32_t, std::uint32_t>> expected = {
      {400, {1, 300}},         {404, {1, 300}},        {412, {1, 300}},
      {429, {1, 300}},         {500, {8, 30'000}},     {503, {5, 30'000}},
      {408, {30'000, 30'250}}, {504, {60'000, 60'400}}};
  for (const auto& [status, range] : expected) {
    profile.requests.failures_of = {
        {Operation::kGetCall, {1.0, {{status, 1.0}}}}};
    World world(profile);
    for (std::uint32_t number = 0; number < 200; ++number) {
      const Request& request = world.CallOf(number).requests[1];
      ASSERT_EQ(StatusOf(request), status);
      EXPECT_GE(request.duration_ms, range.first) << status;
      EXPECT_LE(request.duration_ms, range.second) << status;
    }
  }
}

// The factor at a share r of the capacity is 1 + (f - 1) r^3.
TEST(WalkServiceTest, RequestsAreSlowerUnderLoad) {
  Profile profile = LookProfile();
  profile.timing.latency_at_capacity = 5.0;
  const auto latency = [&profile](double rate_cps) {
    profile.traffic.rate_cps = rate_cps;
    World world(profile);
    return world.CallOf(kSomeCall).requests.back().duration_ms;
  };
  EXPECT_EQ(latency(10.0), kLatencyMs) << "there is no capacity";
  profile.traffic.capacity_cps = 10.0;
  EXPECT_EQ(latency(1e-3), kLatencyMs);
  EXPECT_EQ(latency(5.0), kLatencyMs * 3 / 2);
  EXPECT_EQ(latency(10.0), kLatencyMs * 5);
}

// While a minute is bad, requests are slow, and refused more often.
TEST(WalkServiceTest, BadTimesSlowAndRefuseRequests) {
  Profile profile = LookProfile();
  profile.requests.failures_of = {{Operation::kGetCall, {0.02, {{500, 1.0}}}}};
  profile.bad_times.minutes = {1.0, 10.0, 3.0};
  World world(profile);
  constexpr int kCalls = 4000;
  int refused = 0;
  for (std::uint32_t number = 0; number < kCalls; ++number) {
    const Call& call = world.CallOf(number);
    EXPECT_EQ(call.requests[0].duration_ms, 3 * kLatencyMs);
    refused += !IsAccepted(call.requests[1]);
  }
  EXPECT_NEAR(refused / double{kCalls}, 0.2, 5 * ShareError(0.2, kCalls));
}

// The index of dispersion of refused requests by minute. It is 1 for a Poisson
// process.
double Dispersion(const Profile& profile) {
  const Plan plan(profile);
  Simulator simulator(plan, 1);
  Moments counts;
  for (std::uint64_t minute = 0; minute < 1440; ++minute) {
    int refused = 0;
    for (std::uint32_t i = 0; i < 100; ++i) {
      const Call& call =
          simulator.Simulate({World::kSlot + 60 * minute + i % 50, i});
      refused += static_cast<int>(std::count_if(
          call.requests.begin(), call.requests.end(),
          [](const Request& request) { return !IsAccepted(request); }));
    }
    counts.Add(refused);
  }
  return counts.variance() / counts.mean();
}

TEST(WalkServiceTest, FailuresByMinuteAreOverDispersed) {
  Profile profile = LookProfile();
  profile.requests.failures_of = {{Operation::kGetCall, {0.02, {{500, 1.0}}}}};
  // 5 standard errors of an index of 1 over 1440 minutes.
  const double error = 5 * std::sqrt(2.0 / 1440);
  EXPECT_NEAR(Dispersion(profile), 1.0, error);
  profile.bad_times = BadTimesSettings{};
  EXPECT_GT(Dispersion(profile), 1.0 + error);
}

// For all calls that the application ends: no two legs begin or end in the same
// millisecond, except by chance; the caller's leg begins after the
// application's, ends after it has begun, and not after the application's.
TEST(WalkServiceTest, LegsBeginAndEndAtTheirOwnInstants) {
  Profile profile = LookProfile();
  profile.timing.leg_gap = Timing{}.leg_gap;
  profile.timing.disconnect = Timing{}.disconnect;
  World world(profile);
  int same = 0;
  constexpr int kCalls = 1000;
  for (std::uint32_t number = 0; number < kCalls; ++number) {
    const Call& call = world.CallOf(number);
    ASSERT_EQ(call.legs.size(), 2u);
    const Leg& app = call.legs[0];
    const Leg& caller = call.legs[1];
    EXPECT_EQ(app.joined_ms, call.connected_ms);
    EXPECT_GT(caller.joined_ms, app.joined_ms);
    EXPECT_LT(caller.joined_ms, caller.left_ms);
    EXPECT_GE(caller.left_ms, call.ended_ms + 800);
    EXPECT_LE(caller.left_ms, app.left_ms);
    EXPECT_LE(app.left_ms, call.ended_ms + 1500);
    same += app.left_ms == caller.left_ms;
  }
  EXPECT_LT(same, kCalls / 50);
}

TEST(WalkServiceTest, ACallerWhoLeavesAtOnceHasALegNevertheless) {
  Profile profile = ProfileOfSteps(R"("first": {"wait": "1m", "next": "end"})",
                                   R"("caller": {"stays": "3ms"}, )");
  profile.timing.leg_gap = ConstantMs(500);
  World world(profile);
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(call.legs[1].joined_ms, call.connected_ms + 2);
  EXPECT_EQ(call.legs[1].left_ms, call.connected_ms + 3);
}

// For all calls of a server: they have the version that it runs.
TEST(WalkServiceTest, ACallHasTheVersionOfItsServer) {
  World world(LookProfile());
  std::map<int, int> versions;
  for (std::uint32_t number = 0; number < 2000; ++number) {
    const Call& call = world.CallOf(number);
    const auto [at, is_new] =
        versions.emplace(call.scope.server, call.scope.client);
    EXPECT_EQ(at->second, call.scope.client);
  }
  EXPECT_EQ(versions.size(), 8u);
}

}  // namespace
}  // namespace busyhour::internal

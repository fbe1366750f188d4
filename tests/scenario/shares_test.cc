// Shares and distributions of a profile: events occur with the configured
// probability, and durations have the configured distribution.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

#include "base/moments.h"
#include "scenario/calm.h"

namespace busyhour::internal {
namespace {

using namespace calm;

constexpr std::uint64_t kSharesSeed = 11;

// The share of call attempts beyond the capacity is rejected with 429.
// Tolerance: 5 standard errors.
TEST(SharesTest, ThrottlesTheShareThatExceedsCapacity) {
  Profile profile = ProfileOf(
      R"({"start": "a", "steps": {"a": {"operation": "RejectCall"}}})");
  profile.traffic.rate_cps = 8.0;
  profile.traffic.capacity_cps = 7.0;
  const Plan plan(profile);
  Simulator simulator(plan, kSharesSeed);
  constexpr std::uint32_t kCalls = 8000;
  int throttled = 0;
  for (std::uint32_t i = 0; i < kCalls; ++i) {
    const Call& call = simulator.Simulate({World::kSlot, i});
    throttled += StatusOf(call.requests[0]) == 429;
  }
  EXPECT_NEAR(throttled / double{kCalls}, 0.125, 5 * ShareError(0.125, kCalls));
}

// Requests fail with the configured share, with statuses by weight. Tolerance:
// 5 standard errors.
TEST(SharesTest, RefusalsHaveTheirShares) {
  Profile profile = ProfileOf(
      R"({"start": "a", "steps": {"a": {"operation": "RejectCall"}}})");
  profile.requests.failures = {0.2, {{400, 1}, {429, 2}, {503, 5}}};
  const Plan plan(profile);
  Simulator simulator(plan, kSharesSeed);
  std::map<int, double> statuses;
  constexpr std::uint32_t kCalls = 20'000;
  for (std::uint32_t i = 0; i < kCalls; ++i) {
    ++statuses[StatusOf(simulator.Simulate({World::kSlot, i}).requests[0])];
  }
  const std::map<int, double> shares = {
      {204, 0.8}, {400, 0.025}, {429, 0.05}, {503, 0.125}};
  for (const auto& [status, share] : shares) {
    EXPECT_NEAR(statuses[status] / kCalls, share, 5 * ShareError(share, kCalls))
        << status;
  }
  EXPECT_EQ(statuses.size(), shares.size());
}

// If a step has several targets, calls go to each with its probability.
// Tolerance: 5 standard errors.
TEST(SharesTest, BranchesHaveTheirShares) {
  const Plan plan(ProfileOfSteps(
      R"("first": {"wait": "1s", "next": {"a": 5, "b": 3, "end": 2}},
         "a": {"operation": "GetCall", "next": "end"},
         "b": {"operation": "GetParticipants", "next": "end"})"));
  Simulator simulator(plan, kSharesSeed);
  constexpr std::uint32_t kCalls = 20'000;
  double a = 0;
  double b = 0;
  for (std::uint32_t i = 0; i < kCalls; ++i) {
    const Call& call = simulator.Simulate({World::kSlot, i});
    if (call.requests.size() == 1) continue;
    ++(call.requests[1].operation == Operation::kGetCall ? a : b);
  }
  EXPECT_NEAR(a / kCalls, 0.5, 5 * ShareError(0.5, kCalls));
  EXPECT_NEAR(b / kCalls, 0.3, 5 * ShareError(0.3, kCalls));
}

// Kinds of callers have their shares, or those of the flow if it defines its
// own. Tolerance: 5 standard errors.
TEST(SharesTest, CallersHaveTheirShares) {
  for (const bool own : {false, true}) {
    Profile profile =
        ProfileOfSteps(R"("first": {"wait": "1s", "next": "end"})");
    const Mix<ParticipantKind> mix = {{ParticipantKind::kPstn, 6},
                                      {ParticipantKind::kAcs, 3},
                                      {ParticipantKind::kTeams, 1}};
    (own ? profile.flows[0].caller_kinds : profile.participants.callers) = mix;
    const Plan plan(profile);
    Simulator simulator(plan, kSharesSeed);
    constexpr std::uint32_t kCalls = 10'000;
    std::map<ParticipantKind, double> kinds;
    for (std::uint32_t i = 0; i < kCalls; ++i) {
      ++kinds[simulator.Simulate({World::kSlot, i}).legs[1].kind];
    }
    for (const auto& [kind, weight] : mix) {
      EXPECT_NEAR(kinds[kind] / kCalls, weight / 10,
                  5 * ShareError(weight / 10, kCalls));
    }
  }
}

// The holding times of calls that only wait have the distribution of the wait:
// log-normal with mu 4.80 and sigma 0.91. Tolerance: 5 standard errors of the
// share below each quantile.
TEST(SharesTest, HoldingTimesHaveTheirQuantiles) {
  const Plan plan(ProfileOfSteps(
      R"("first": {"wait": {"lognormal": {"mu_s": 4.80, "sigma": 0.91}},
                   "next": "end"})"));
  Simulator simulator(plan, kSharesSeed);
  constexpr std::uint32_t kCalls = 20'000;
  const struct {
    double share;
    double z;  // quantile of the standard normal
  } kQuantiles[] = {{0.05, -1.644854}, {0.25, -0.674490}, {0.5, 0.0},
                    {0.75, 0.674490},  {0.95, 1.644854},  {0.99, 2.326348}};
  std::vector<double> waits_s;
  for (std::uint32_t i = 0; i < kCalls; ++i) {
    const Call& call = simulator.Simulate({World::kSlot, i});
    waits_s.push_back((call.ended_ms - call.connected_ms - kReactionMs) /
                      1000.0);
  }
  for (const auto& [share, z] : kQuantiles) {
    const double quantile = std::exp(4.80 + 0.91 * z);
    const auto below = static_cast<double>(
        std::count_if(waits_s.begin(), waits_s.end(),
                      [&](double wait_s) { return wait_s < quantile; }));
    EXPECT_NEAR(below / kCalls, share, 5 * ShareError(share, kCalls));
  }
}

}  // namespace
}  // namespace busyhour::internal

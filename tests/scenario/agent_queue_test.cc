#include "scenario/agent_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "profile/incident.h"
#include "profile/load.h"
#include "scenario/call.h"
#include "scenario/plan.h"
#include "scenario/simulator.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kKey = 5;
constexpr std::uint64_t kBegin = 1'772'438'400;  // 2026-03-02T08:00:00Z
constexpr std::uint64_t kEnd = kBegin + 600;

Profile Centre() { return LoadProfile("contact-center"); }

// The agents' legs of the first attempts from `kBegin` to `kEnd`.
std::vector<Leg> SessionsOf(const Profile& profile) {
  const Plan plan(profile);
  Arrivals arrivals(plan, kKey);
  Simulator simulator(plan, kKey);
  std::vector<Leg> sessions;
  for (std::uint64_t slot = kBegin; slot < kEnd; ++slot) {
    const std::uint32_t count = arrivals.CountAt(slot);
    for (std::uint32_t number = 0; number < count; ++number) {
      const Call& call = simulator.Simulate({slot, number});
      if (call.legs.size() > kAgentLeg) {
        sessions.push_back(call.legs[kAgentLeg]);
      }
    }
  }
  return sessions;
}

// For all planned calls a and b of a period: they have different turns.
TEST(AgentQueueTest, PlannedCallsHavePlacesOfTheirOwn) {
  const Plan plan(Centre());
  Arrivals arrivals(plan, kKey);
  AgentQueue queue(plan, kKey);
  std::set<std::uint32_t> lengths;
  std::size_t calls = 0;
  for (std::uint64_t slot = kBegin; slot < kEnd; ++slot) {
    const std::uint32_t count = arrivals.PlannedCountAt(slot);
    for (std::uint32_t number = 0; number < count; ++number, ++calls) {
      lengths.insert(queue.TurnOf({slot, number}, slot, 0).lengths);
    }
  }
  EXPECT_GT(calls, 5000u);
  EXPECT_EQ(lengths.size(), calls);
}

TEST(AgentQueueTest, TheOrderOfTheQueriesDoesNotMatter) {
  const Plan plan(Centre());
  AgentQueue forward(plan, kKey);
  std::vector<std::uint16_t> agents;
  for (std::uint64_t slot = kBegin; slot < kEnd; slot += 7) {
    agents.push_back(forward.TurnOf({slot, 0}, slot, slot).agent);
  }
  AgentQueue backward(plan, kKey);
  for (std::uint64_t i = agents.size(); i-- > 0;) {
    const std::uint64_t slot = kBegin + 7 * i;
    EXPECT_EQ(backward.TurnOf({slot, 0}, slot, slot).agent, agents[i]);
  }
}

// If an incident raises the rate, the calls that exist without it keep their
// agents.
TEST(AgentQueueTest, AdditionalCallsTakeNobodysTurn) {
  const Plan usual(Centre());
  Profile crowded = Centre();
  Incident crowd;
  crowd.name = "crowd";
  crowd.when.at = SimTime{static_cast<std::int64_t>(kBegin) * kMsPerSecond};
  crowd.when.length_ms = 5 * kMsPerMinute;
  crowd.rate_factor = 3;
  crowded.incidents = {crowd};
  const Plan more(crowded);
  Arrivals arrivals(usual, kKey);
  Arrivals more_arrivals(more, kKey);
  AgentQueue queue(usual, kKey);
  AgentQueue more_queue(more, kKey);
  std::uint64_t additional = 0;
  for (std::uint64_t slot = kBegin; slot < kEnd; ++slot) {
    const std::uint32_t count = arrivals.CountAt(slot);
    additional += more_arrivals.CountAt(slot) - count;
    for (std::uint32_t number = 0; number < count; ++number) {
      EXPECT_EQ(queue.TurnOf({slot, number}, slot, 1).agent,
                more_queue.TurnOf({slot, number}, slot, 2).agent);
    }
  }
  EXPECT_GT(additional, 5000u);
}

// The turns do not change how long sessions are: their distribution is that of
// calls whose agents take no turns.
TEST(AgentQueueTest, TurnsDoNotChangeTheLengthsOfSessions) {
  const auto lengths_of = [](const Profile& profile) {
    std::vector<double> lengths_s;
    for (const Leg& leg : SessionsOf(profile)) {
      lengths_s.push_back((leg.left_ms - leg.joined_ms) / 1000.0);
    }
    std::sort(lengths_s.begin(), lengths_s.end());
    return lengths_s;
  };
  const std::vector<double> with = lengths_of(Centre());
  Profile free = Centre();
  free.agents.on_duty = 0;
  const std::vector<double> without = lengths_of(free);
  double largest = 0;  // distance of the distributions
  std::size_t below = 0;
  for (std::size_t i = 0; i < with.size(); ++i) {
    while (below < without.size() && without[below] <= with[i]) ++below;
    largest = std::max(
        largest,
        std::abs(static_cast<double>(i + 1) / static_cast<double>(with.size()) -
                 static_cast<double>(below) /
                     static_cast<double>(without.size())));
  }
  // Kolmogorov-Smirnov, one in 1,000.
  const auto a = static_cast<double>(with.size());
  const auto b = static_cast<double>(without.size());
  EXPECT_LT(largest, 1.95 * std::sqrt((a + b) / (a * b)));
}

TEST(AgentQueueTest, AgentsTakeTurnsIfThereIsAQueueAndEnoughOfThem) {
  const auto agents_of = [](const Profile& profile) {
    std::set<std::uint16_t> agents;
    for (const Leg& leg : SessionsOf(profile)) agents.insert(leg.agent);
    return agents;
  };
  const std::set<std::uint16_t> turns = agents_of(Centre());
  EXPECT_GT(turns.size(), 1000u);
  EXPECT_LT(*turns.rbegin(), Centre().participants.agents);
  Profile free = Centre();
  free.agents.on_duty = 0;
  EXPECT_EQ(agents_of(free), std::set{Leg::kNoTurn});
  Profile few = Centre();
  few.participants.agents = few.agents.on_duty;
  EXPECT_EQ(agents_of(few), std::set{Leg::kNoTurn});
}

}  // namespace
}  // namespace busyhour::internal

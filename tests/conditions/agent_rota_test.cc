#include "conditions/agent_rota.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "profile/traffic.h"

namespace busyhour::internal {
namespace {

// Lengths from half a minute to half an hour, most of them short.
std::vector<std::uint32_t> SessionsMs() {
  std::vector<std::uint32_t> sessions_ms;
  for (int i = 0; i < 1000; ++i) {
    sessions_ms.push_back(
        static_cast<std::uint32_t>(30'000 * std::pow(60, i / 999.0)));
  }
  return sessions_ms;
}

Traffic TrafficOf(double calls_per_second) {
  Traffic traffic;
  traffic.rate_cps = calls_per_second;
  return traffic;
}

// With a few more agents than are busy on the average.
AgentRota RotaFor(double calls_per_second) {
  const Traffic traffic = TrafficOf(calls_per_second);
  const double load = AgentRota(1, traffic, SessionsMs()).load();
  return AgentRota(static_cast<std::uint32_t>(load + 4 * std::sqrt(load)),
                   traffic, SessionsMs());
}

// For all rates, if there are enough agents: in many repetitions of the plan,
// no agent has two sessions at once, if the session of each place begins at its
// time.
TEST(AgentRotaTest, NobodyIsPlannedForTwoSessionsAtOnce) {
  for (const double rate : {0.05, 1.0, 20.0}) {
    const AgentRota rota = RotaFor(rate);
    const std::vector<std::uint32_t> sessions_ms = SessionsMs();
    std::map<std::uint16_t, double> until_ms;
    const double distance_ms = 1000.0 * rota.period_s() / rota.places();
    for (std::uint64_t place = 12'345; place < 500'000; ++place) {
      const AgentRota::Turn turn = rota.At(place);
      const double now_ms = static_cast<double>(place) * distance_ms;
      ASSERT_LE(until_ms[turn.agent], now_ms) << rate << ' ' << place;
      const std::size_t rank = turn.lengths * sessions_ms.size() >>
                               static_cast<unsigned>(turn.length_bits);
      until_ms[turn.agent] = now_ms + sessions_ms[rank];
    }
  }
}

// So the length of a session at a random place has the distribution of the
// sample.
TEST(AgentRotaTest, EachIntervalOfLengthsHasOnePlace) {
  const AgentRota rota = RotaFor(1.0);
  const std::uint64_t places = std::uint64_t{1} << rota.At(0).length_bits;
  std::vector<int> found(places);
  for (std::uint64_t place = 0; place < places; ++place) {
    const AgentRota::Turn turn = rota.At(7 * places + place);
    ++found[turn.lengths];
    const auto width = static_cast<double>(places);
    EXPECT_EQ(static_cast<double>(turn.Within(0)) / 0x1p64,
              turn.lengths / width);
    EXPECT_NEAR(static_cast<double>(turn.Within(~std::uint64_t{0})) / 0x1p64,
                (turn.lengths + 1) / width, 1e-9);
  }
  EXPECT_EQ(found, std::vector<int>(places, 1));
}

// Also if there are far too few agents.
TEST(AgentRotaTest, NoAgentHasTwiceAsManyTurnsAsTheMean) {
  for (const std::uint32_t agents : {1u, 3u, 50u, 400u}) {
    const AgentRota rota(agents, TrafficOf(1.0), SessionsMs());
    std::vector<std::uint64_t> turns(agents);
    constexpr std::uint64_t kTurnsOfAgent = 2000;
    for (std::uint64_t place = 0; place < kTurnsOfAgent * agents; ++place) {
      const std::uint16_t agent = rota.At(place).agent;
      ASSERT_LT(agent, agents);
      ++turns[agent];
    }
    const auto [least, most] = std::minmax_element(turns.begin(), turns.end());
    EXPECT_GT(*least, kTurnsOfAgent / 2) << agents;
    EXPECT_LT(*most, kTurnsOfAgent * 2) << agents;
  }
}

// The agents of long calls are not always the same.
TEST(AgentRotaTest, AllAgentsHaveShortAndLongSessions) {
  const AgentRota rota = RotaFor(1.0);
  std::map<std::uint16_t, std::pair<int, int>> turns;  // in all, long ones
  for (std::uint64_t place = 0; place < 200'000; ++place) {
    const AgentRota::Turn turn = rota.At(place);
    auto& [all, long_ones] = turns[turn.agent];
    ++all;
    if (turn.Within(0) >> 62 == 3) ++long_ones;
  }
  for (const auto& [agent, counts] : turns) {
    EXPECT_NEAR(static_cast<double>(counts.second) / counts.first, 0.25, 0.15)
        << agent;
  }
}

TEST(AgentRotaTest, PeriodsHavePlacesForMoreThanTheMeanOfTheBusiestHour) {
  for (const double rate : {1e-5, 0.04, 0.5, 10.0, 5000.0}) {
    Traffic traffic = TrafficOf(rate);
    const AgentRota even(10, traffic, SessionsMs());
    const double mean = rate * even.period_s();
    EXPECT_GE(even.places(), mean + 2 * std::sqrt(mean)) << rate;
    EXPECT_GE(even.period_s(), 60u);
    EXPECT_LE(even.period_s(), 3600u);
    traffic.day_cv = 0.2;
    EXPECT_GE(AgentRota(10, traffic, SessionsMs()).places(), even.places());
  }
}

}  // namespace
}  // namespace busyhour::internal

#include "conditions/conditions.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/run_key.h"
#include "base/stream.h"
#include "base/time.h"
#include "catalog/statuses.h"
#include "conditions/calm_times.h"

namespace busyhour::internal {
namespace {

Incident Outage() {
  Incident incident;
  incident.name = "outage";
  incident.when.every_ms = 1000;
  incident.when.offset_ms = 300;
  incident.when.length_ms = 200;
  incident.scope.operations = {Operation::kPlay};
  incident.requests = {1.0, {{503, 1}}};
  incident.media.play = {{Outcome::kPlayInternalError, 1.0}};
  incident.latency_factor = 2.5;
  return incident;
}

Conditions ConditionsWith(std::vector<Incident> incidents,
                          const RunKey& run = {}) {
  Profile profile;
  profile.flows.resize(2);
  profile.flows[1].name = "night";
  profile.incidents = std::move(incidents);
  return Conditions(profile, run);
}

std::uint64_t NoChance(Purpose, std::uint64_t) { return 0; }

constexpr CallScope kCall;
constexpr Scope kPlays{kCall, Operation::kPlay};
constexpr Scope kRecognizes{kCall, Operation::kRecognize};
constexpr Scope kCalls{kCall, Operation::kGetCall};

TEST(ConditionsTest, IncidentsComeAtTheirTimesFromTheirFirstOn) {
  const Conditions conditions = ConditionsWith({Outage()});
  const auto in_force = [&](std::int64_t ms) {
    return !conditions.InForce({ms}, kPlays).empty();
  };
  EXPECT_FALSE(in_force(0));
  EXPECT_FALSE(in_force(299));
  EXPECT_TRUE(in_force(300));
  EXPECT_TRUE(in_force(499));
  EXPECT_FALSE(in_force(500));
  EXPECT_TRUE(in_force(1'300));
  EXPECT_FALSE(in_force(1'299));
}

TEST(ConditionsTest, AnIncidentConcernsItsOperationsOnly) {
  const Conditions conditions = ConditionsWith({Outage()});
  const SimTime during{400};
  const SimTime after{600};
  EXPECT_EQ(conditions.RefusalAt(during, kPlays, NoChance), StatusIndex(503));
  EXPECT_FALSE(conditions.RefusalAt(during, kCalls, NoChance));
  EXPECT_FALSE(conditions.RefusalAt(after, kPlays, NoChance));
  EXPECT_EQ(conditions.LatencyAt(during, kPlays, 100), 250u);
  EXPECT_EQ(conditions.LatencyAt(during, kCalls, 100), 100u);
  EXPECT_EQ(conditions.LatencyAt(after, kPlays, 100), 100u);
  EXPECT_EQ(conditions.InForce(during, kPlays),
            std::vector<std::string_view>{"outage"});
  EXPECT_TRUE(conditions.InForce(during, kCalls).empty());
}

TEST(ConditionsTest, MediaFailsWhereItCan) {
  const Conditions conditions = ConditionsWith({Outage()});
  const MediaTraits play{Activity::kPlay, Source::kFile, Input::kNone, 1};
  const MediaTraits recognize{Activity::kRecognize, Source::kFile, Input::kDtmf,
                              1};
  EXPECT_EQ(conditions.MediaFailureAt({400}, kPlays, play, NoChance),
            Outcome::kPlayInternalError);
  EXPECT_FALSE(
      conditions.MediaFailureAt({400}, kRecognizes, recognize, NoChance));
  EXPECT_FALSE(conditions.MediaFailureAt({600}, kPlays, play, NoChance));
}

// The factors of simultaneous incidents multiply, in any order.
TEST(ConditionsTest, IncidentsAddUp) {
  Incident other = Outage();
  other.latency_factor = 2.0;
  other.rate_factor = 3.0;
  other.when.offset_ms = 0;
  other.when.length_ms = 1000;
  EXPECT_EQ(ConditionsWith({Outage(), other}).LatencyAt({400}, kPlays, 100),
            500u);
  EXPECT_DOUBLE_EQ(ConditionsWith({other}).PlannedRate(7),
                   3.0 * ConditionsWith({}).PlannedRate(7));
}

// The strength of an incident scales shares, and the distance of factors
// from 1.
TEST(ConditionsTest, AnIncidentGrowsAndFades) {
  Incident growing = Outage();
  growing.when.every_ms = 100'000;
  growing.when.offset_ms = 0;
  growing.when.length_ms = 10'000;
  growing.when.ramp_in_ms = 4'000;
  growing.when.ramp_out_ms = 2'000;
  growing.latency_added_ms = 40;
  growing.rate_factor = 3.0;
  const Conditions conditions = ConditionsWith({growing});
  // Half way up, at full strength, half way down.
  EXPECT_EQ(conditions.LatencyAt({2'000}, kPlays, 100), 175u + 20u);
  EXPECT_EQ(conditions.LatencyAt({5'000}, kPlays, 100), 250u + 40u);
  EXPECT_EQ(conditions.LatencyAt({9'000}, kPlays, 100), 175u + 20u);
  EXPECT_DOUBLE_EQ(conditions.PlannedRate(2),
                   2.0 * ConditionsWith({}).PlannedRate(2));
  const auto draw_at = [](double share) {
    return [share](Purpose, std::uint64_t) {
      return static_cast<std::uint64_t>(share * 0x1p32) << 32;
    };
  };
  EXPECT_TRUE(conditions.RefusalAt({2'000}, kPlays, draw_at(0.49)));
  EXPECT_FALSE(conditions.RefusalAt({2'000}, kPlays, draw_at(0.51)));
}

TEST(ConditionsTest, AnIncidentAffectsTheCallsInItsScope) {
  Incident incident = Outage();
  incident.scope.flows = {"night"};
  incident.scope.callers = {ParticipantKind::kPstn};
  incident.scope.servers = {4};
  const Conditions conditions = ConditionsWith({incident});
  const auto hits = [&](const CallScope& call) {
    return !conditions.InForce({400}, {call, Operation::kPlay}).empty();
  };
  const CallScope inside{.flow = 1, .server = 3};
  EXPECT_TRUE(hits(inside));
  CallScope other = inside;
  other.flow = 0;
  EXPECT_FALSE(hits(other));
  other = inside;
  other.server = 2;
  EXPECT_FALSE(hits(other));
  other = inside;
  other.caller = ParticipantKind::kAcs;
  EXPECT_FALSE(hits(other));
}

// A share of the calls is the same at every time and for every operation.
TEST(ConditionsTest, AShareOfTheCallsIsAlwaysTheSame) {
  Incident incident = Outage();
  incident.scope.operations.clear();
  incident.scope.call_share = 0.3;
  const Conditions conditions = ConditionsWith({incident});
  int affected = 0;
  for (std::uint64_t key = 0; key < 10'000; ++key) {
    const CallScope call{.stream_key = key * 0x9e3779b97f4a7c15};
    const bool is_hit =
        !conditions.InForce({400}, {call, Operation::kPlay}).empty();
    EXPECT_EQ(
        is_hit,
        !conditions.InForce({1'400}, {call, Operation::kGetCall}).empty());
    affected += is_hit;
  }
  EXPECT_NEAR(affected, 3'000, 150);
}

// Without one incident, the others draw the same.
TEST(ConditionsTest, IncidentsHaveTheirOwnDraws) {
  Incident off = Outage();
  off.enabled = false;
  Incident other = Outage();
  other.name = "other";
  other.requests = {0.5, {{500, 1}}};
  const Conditions both = ConditionsWith({off, other});
  std::vector<std::uint64_t> numbers;
  both.RefusalAt({400}, kPlays, [&](Purpose purpose, std::uint64_t number) {
    if (purpose == Purpose::kIncident) numbers.push_back(number);
    return NoChance(purpose, number);
  });
  EXPECT_EQ(numbers, std::vector<std::uint64_t>{1});
}

TEST(ConditionsTest, CallsAreDroppedDuringAnIncident) {
  Incident incident = Outage();
  incident.when.every_ms = kMsPerHour;
  incident.when.offset_ms = 0;
  incident.when.length_ms = 10 * kMsPerMinute;
  incident.dropped_share = 0.5;
  const Conditions conditions = ConditionsWith({incident});
  int dropped = 0;
  for (std::uint64_t key = 0; key < 10'000; ++key) {
    const CallScope call{.stream_key = key * 0x9e3779b97f4a7c15};
    const SimTime from{2 * kMsPerHour - kMsPerMinute};
    const SimTime until{2 * kMsPerHour + kMsPerHour / 2};
    const auto at = conditions.DropIn(from, until, call);
    if (!at) continue;
    ++dropped;
    EXPECT_GE(at->ms, 2 * kMsPerHour);
    EXPECT_LT(at->ms, 2 * kMsPerHour + 10 * kMsPerMinute);
    // Nothing before it, and nothing else for a call that ends before it.
    EXPECT_FALSE(conditions.DropIn(from, *at, call));
  }
  EXPECT_NEAR(dropped, 5'000, 200);
}

TEST(ConditionsTest, ACutDropsCallsInProgressSoon) {
  Incident incident = Outage();
  incident.when.every_ms = kMsPerHour;
  incident.when.offset_ms = 0;
  incident.when.length_ms = 10 * kMsPerMinute;
  incident.cut_share = 0.5;
  const Conditions conditions = ConditionsWith({incident});
  const SimTime begin{2 * kMsPerHour};
  int dropped = 0;
  for (std::uint64_t key = 0; key < 10'000; ++key) {
    const CallScope call{.stream_key = key * 0x9e3779b97f4a7c15};
    const SimTime until{begin.ms + kMsPerHour / 2};
    EXPECT_FALSE(conditions.DropIn({begin.ms + 1}, until, call));
    const auto at = conditions.DropIn({begin.ms - kMsPerMinute}, until, call);
    if (!at) continue;
    ++dropped;
    EXPECT_GE(*at, begin);
    EXPECT_LT(at->ms, begin.ms + 10 * kMsPerSecond);
  }
  EXPECT_NEAR(dropped, 5'000, 200);
}

// For all slots s and times t from s on, before the calm ends: no incident
// affects a request at t.
TEST(ConditionsTest, NoIncidentAffectsRequestsInCalmTimes) {
  Incident recurring = Outage();
  recurring.when.every_ms = 100 * kMsPerMinute;
  recurring.when.offset_ms = 1'234'567;
  recurring.when.length_ms = 90 * kMsPerSecond;
  Incident once = Outage();
  once.when.at = {700 * kMsPerMinute};
  once.when.length_ms = kMsPerMinute;
  Incident random = Outage();
  random.when.random_every_ms = 5 * kMsPerHour;
  Incident disabled = Outage();
  disabled.enabled = false;
  Incident only_rate;
  only_rate.when.length_ms = 0;
  only_rate.rate_factor = 2;
  const Conditions conditions =
      ConditionsWith({recurring, once, random, disabled, only_rate});
  CalmTimes calm_times(conditions);
  int calm_slots = 0;
  constexpr std::uint64_t kSlots = 24 * 3600;
  for (std::uint64_t i = 0; i < kSlots; ++i) {
    const std::uint64_t slot = i * 7919 % kSlots;  // in another order
    const auto begin = static_cast<std::int64_t>(slot) * kMsPerSecond;
    const SimTime until = calm_times.Until(slot);
    if (until.ms <= begin) continue;
    ++calm_slots;
    EXPECT_TRUE(conditions.InForce({begin}, kPlays).empty()) << slot;
    EXPECT_TRUE(conditions.InForce({until.ms - 1}, kPlays).empty()) << slot;
    EXPECT_EQ(CalmTimes(conditions).Until(slot), until);
  }
  // Most slots are long before an incident.
  EXPECT_GT(calm_slots, static_cast<int>(kSlots / 2));
  EXPECT_LT(calm_slots, static_cast<int>(kSlots * 9 / 10));
}

TEST(ConditionsTest, CalmEndsWhenTheFirstIncidentBegins) {
  const Conditions conditions = ConditionsWith({Outage()});
  EXPECT_EQ(conditions.CalmUntil({0}).ms, 300);
  EXPECT_EQ(conditions.CalmUntil({299}).ms, 300);
  EXPECT_EQ(conditions.CalmUntil({300}).ms, 300);
  EXPECT_EQ(conditions.CalmUntil({499}).ms, 499);
  EXPECT_EQ(conditions.CalmUntil({500}).ms, 1'300);
  EXPECT_EQ(ConditionsWith({}).CalmUntil({5}).ms, 5 + Conditions::kCalmMs);
}

TEST(ConditionsTest, AFailoverMovesCallsThatBeginDuringIt) {
  Incident first = Outage();
  first.when.every_ms = kMsPerHour;
  first.when.offset_ms = 0;
  first.when.length_ms = 10 * kMsPerMinute;
  first.failover_to = "centralus";
  first.scope.call_share = 0.25;
  Incident second = first;
  second.failover_to = "westus";
  second.scope.call_share = 1.0;
  second.enabled = false;
  Incident third = second;
  third.failover_to = "centralus";
  third.enabled = true;
  const Conditions some = ConditionsWith({first, second});
  const Conditions all = ConditionsWith({second, third});
  int moved = 0;
  for (std::uint64_t key = 0; key < 10'000; ++key) {
    const std::uint64_t stream_key = key * 0x9e3779b97f4a7c15;
    EXPECT_EQ(some.RegionOf(3599, stream_key), 0);
    EXPECT_EQ(some.RegionOf(4200, stream_key), 0);
    moved += some.RegionOf(3600, stream_key) == 1 ? 1 : 0;
    // The number does not depend on which incidents are enabled.
    EXPECT_EQ(all.RegionOf(4199, stream_key), 2);
  }
  EXPECT_NEAR(moved, 2'500, 150);
}

}  // namespace
}  // namespace busyhour::internal

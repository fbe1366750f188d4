#include "conditions/conditions.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/stream.h"
#include "catalog/statuses.h"

namespace busyhour {
namespace {

Incident Outage() {
  Incident incident;
  incident.name = "outage";
  incident.every_ms = 1000;
  incident.offset_ms = 300;
  incident.length_ms = 200;
  incident.operations = {Operation::kPlay};
  incident.requests = {1.0, {{503, 1}}};
  incident.media.play = {{Outcome::kPlayInternalError, 1.0}};
  incident.latency_factor = 2.5;
  return incident;
}

Conditions ConditionsWith(std::vector<Incident> incidents) {
  Profile profile;
  profile.incidents = std::move(incidents);
  return Conditions(profile);
}

std::uint64_t NoChance(Purpose, std::uint64_t) { return 0; }

constexpr Scope kPlays{Operation::kPlay};
constexpr Scope kCalls{Operation::kGetCall};

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
  EXPECT_EQ(conditions.MediaFailureAt({400}, play, NoChance),
            Outcome::kPlayInternalError);
  EXPECT_FALSE(conditions.MediaFailureAt({400}, recognize, NoChance));
  EXPECT_FALSE(conditions.MediaFailureAt({600}, play, NoChance));
}

// The factors of simultaneous incidents multiply, in any order.
TEST(ConditionsTest, IncidentsAddUp) {
  Incident other = Outage();
  other.latency_factor = 2.0;
  other.rate_factor = 3.0;
  other.offset_ms = 0;
  other.length_ms = 1000;
  EXPECT_EQ(ConditionsWith({Outage(), other}).LatencyAt({400}, kPlays, 100),
            500u);
  EXPECT_DOUBLE_EQ(ConditionsWith({other}).PlannedRate(7),
                   3.0 * ConditionsWith({}).PlannedRate(7));
}

}  // namespace
}  // namespace busyhour

#include "scenario/participant_code.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>

#include "conditions/agent_rota.h"
#include "scenario/call.h"

namespace busyhour {
namespace {

TEST(ParticipantCodeTest, ItIsAnIndexUnlessItIsAnAgentsTurn) {
  for (std::size_t index = 0; index < kMaxLegs; ++index) {
    const ParticipantCode code(index, Leg{});
    EXPECT_FALSE(code.is_agent());
    EXPECT_EQ(code.index(), index);
    EXPECT_EQ(code.bits(), index);
  }
}

TEST(ParticipantCodeTest, ItHoldsAnyAgent) {
  Leg leg;
  for (std::uint32_t agent = 0; agent < AgentRota::kMostAgents; ++agent) {
    leg.agent = static_cast<std::uint16_t>(agent);
    const ParticipantCode code(ParticipantCode(kAgentLeg, leg).bits());
    ASSERT_TRUE(code.is_agent());
    ASSERT_EQ(code.agent(), agent);
    ASSERT_EQ(code.index(), kAgentLeg);
  }
}

TEST(ParticipantCodeTest, OthersAreNoAgents) {
  const ParticipantCode other(ParticipantCode::kOthers | 7);
  EXPECT_FALSE(other.is_agent());
  EXPECT_EQ(other.index(), ParticipantCode::kOthers | 7);
}

}  // namespace
}  // namespace busyhour

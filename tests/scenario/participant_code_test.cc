#include "scenario/participant_code.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>

#include "conditions/agent_rota.h"
#include "scenario/call.h"

namespace busyhour::internal {
namespace {

Call CallOf(bool inbound) {
  Call call;
  call.inbound = inbound;
  call.legs.resize(kMaxLegs);
  return call;
}

TEST(ParticipantCodeTest, ItIsAnIndexUnlessItIsAnAgentsTurnOrACallee) {
  const Call call = CallOf(/*inbound=*/true);
  for (std::size_t leg = 0; leg < kMaxLegs; ++leg) {
    const ParticipantCode code(call, leg);
    EXPECT_FALSE(code.is_agent());
    EXPECT_FALSE(code.is_callee());
    EXPECT_EQ(code.index(), leg);
    EXPECT_EQ(code.bits(), leg);
  }
}

TEST(ParticipantCodeTest, ItHoldsAnyAgent) {
  Call call = CallOf(/*inbound=*/true);
  for (std::uint32_t agent = 0; agent < AgentRota::kMostAgents; ++agent) {
    call.legs[kAgentLeg].agent = static_cast<std::uint16_t>(agent);
    const ParticipantCode code(ParticipantCode(call, kAgentLeg).bits());
    ASSERT_TRUE(code.is_agent());
    ASSERT_FALSE(code.is_callee());
    ASSERT_EQ(code.agent(), agent);
    ASSERT_EQ(code.index(), kAgentLeg);
  }
}

TEST(ParticipantCodeTest, TheOtherPartyOfAnOutboundCallIsItsCallee) {
  const Call call = CallOf(/*inbound=*/false);
  const ParticipantCode code(ParticipantCode(call, kCallerLeg).bits());
  EXPECT_TRUE(code.is_callee());
  EXPECT_FALSE(code.is_agent());
  EXPECT_EQ(code.index(), kCallerLeg);
  EXPECT_FALSE(ParticipantCode(call, kAppLeg).is_callee());
  EXPECT_FALSE(ParticipantCode(call, kAgentLeg).is_callee());
}

TEST(ParticipantCodeTest, OthersAreNoAgents) {
  const ParticipantCode other(ParticipantCode::kOthers | 7);
  EXPECT_FALSE(other.is_agent());
  EXPECT_EQ(other.index(), ParticipantCode::kOthers | 7);
}

}  // namespace
}  // namespace busyhour::internal

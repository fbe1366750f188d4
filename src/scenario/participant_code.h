#pragma once

#include <cstddef>
#include <cstdint>

#include "conditions/agent_rota.h"
#include "scenario/call.h"

namespace busyhour::internal {

/// A participant of a call in 16 bits: the index of its leg, the agent whose
/// turn it is, who has leg `kAgentLeg`, or the callee of an outbound call, who
/// has leg `kCallerLeg`.
///
///   index, below kMaxLegs | kMaxLegs + agent | kCallee | others from kOthers
///   on
class ParticipantCode {
 public:
  /// The first of the codes that callers may define, for example for those who
  /// never joined and so have no leg.
  static constexpr std::uint16_t kOthers = 0x8000;
  static constexpr std::uint16_t kCallee = kOthers - 1;
  static_assert(kMaxLegs + AgentRota::kMostAgents <= kCallee);

  constexpr explicit ParticipantCode(std::uint16_t bits) noexcept
      : bits_(bits) {}
  /// That of a leg.
  ParticipantCode(const Call& call, std::size_t leg) noexcept
      : bits_(static_cast<std::uint16_t>(leg)) {
    const std::uint16_t agent = call.legs[leg].agent;
    if (agent != Leg::kNoTurn) {
      bits_ = static_cast<std::uint16_t>(kMaxLegs + agent);
    } else if (leg == kCallerLeg && !call.inbound) {
      bits_ = kCallee;
    }
  }

  constexpr std::uint16_t bits() const noexcept { return bits_; }
  constexpr bool is_agent() const noexcept {
    return bits_ >= kMaxLegs && bits_ < kCallee;
  }
  /// The caller of an inbound call.
  constexpr bool is_caller() const noexcept { return bits_ == kCallerLeg; }
  /// The one whom the application calls.
  constexpr bool is_callee() const noexcept { return bits_ == kCallee; }
  constexpr std::uint16_t index() const noexcept {
    return is_agent()    ? static_cast<std::uint16_t>(kAgentLeg)
           : is_callee() ? static_cast<std::uint16_t>(kCallerLeg)
                         : bits_;
  }
  /// The number of the agent. Requires `is_agent()`.
  constexpr std::uint32_t agent() const noexcept {
    return bits_ - static_cast<std::uint32_t>(kMaxLegs);
  }

  friend constexpr bool operator==(ParticipantCode, ParticipantCode) = default;

 private:
  std::uint16_t bits_;
};

}  // namespace busyhour::internal

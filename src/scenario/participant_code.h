#pragma once

#include <cstddef>
#include <cstdint>

#include "conditions/agent_rota.h"
#include "scenario/call.h"

namespace busyhour {

/// A participant of a call in 16 bits: the index of its leg, or the agent whose
/// turn it is, who has leg `kAgentLeg`.
///
///   index, below kMaxLegs | kMaxLegs + agent | anything else from kOthers on
class ParticipantCode {
 public:
  /// The first of the codes that callers may define, for example for those who
  /// never joined and so have no leg.
  static constexpr std::uint16_t kOthers = 0x8000;
  static_assert(kMaxLegs + AgentRota::kMostAgents <= kOthers);

  constexpr explicit ParticipantCode(std::uint16_t bits) noexcept
      : bits_(bits) {}
  constexpr ParticipantCode(std::size_t index, const Leg& leg) noexcept
      : bits_(static_cast<std::uint16_t>(
            leg.agent == Leg::kNoTurn ? index : kMaxLegs + leg.agent)) {}

  constexpr std::uint16_t bits() const noexcept { return bits_; }
  constexpr bool is_agent() const noexcept {
    return bits_ >= kMaxLegs && bits_ < kOthers;
  }
  constexpr std::uint16_t index() const noexcept {
    return is_agent() ? static_cast<std::uint16_t>(kAgentLeg) : bits_;
  }
  /// The number of the agent. Requires `is_agent()`.
  constexpr std::uint32_t agent() const noexcept {
    return bits_ - static_cast<std::uint32_t>(kMaxLegs);
  }

  friend constexpr bool operator==(ParticipantCode, ParticipantCode) = default;

 private:
  std::uint16_t bits_;
};

}  // namespace busyhour

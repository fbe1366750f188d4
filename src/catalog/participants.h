#pragma once

#include <cstddef>
#include <cstdint>

namespace busyhour::internal {

enum class ParticipantKind : std::uint8_t { kApp, kPstn, kAcs, kTeams };
inline constexpr std::size_t kParticipantKindCount = 4;

}  // namespace busyhour::internal

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "busyhour/catalog.h"

namespace busyhour::internal {

inline constexpr std::size_t kParticipantKindCount = 4;

/// The names in profiles, by `ParticipantKind`.
inline constexpr std::array<std::string_view, kParticipantKindCount>
    kParticipantKindNames = {"app", "pstn", "acs", "teams"};

}  // namespace busyhour::internal

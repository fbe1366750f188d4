#pragma once

#include <cstdint>
#include <vector>

#include "scenario/calm.h"

// Keys of calls for tests of ids, and a profile with inbound calls.

namespace busyhour::internal {

inline constexpr std::uint64_t kSlot2023 = 1'685'036'605;  // 2023-05-25 17:43
inline constexpr std::uint64_t kSlot2026 = 1'772'438'400;  // 2026-03-02 08:00

/// Keys of calls, spread over some weeks.
inline std::vector<CallKey> SomeCalls(std::uint64_t first_slot,
                                      std::uint64_t count = 3000) {
  std::vector<CallKey> calls;
  for (std::uint64_t i = 0; i < count; ++i) {
    calls.push_back({first_slot + i * 997, static_cast<std::uint32_t>(i % 5)});
  }
  return calls;
}

inline Profile Inbound() {
  return calm::ProfileOfSteps(R"("first": {"wait": "1s", "next": "end"})");
}

}  // namespace busyhour::internal

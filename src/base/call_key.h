#pragma once

#include <cstdint>

namespace busyhour {

/// Identifies a call: the second in which it was attempted, since 1970, and its
/// number among the calls of that second.
struct CallKey {
  std::uint64_t slot = 0;
  std::uint32_t ordinal = 0;

  friend bool operator==(const CallKey&, const CallKey&) = default;
};

}  // namespace busyhour

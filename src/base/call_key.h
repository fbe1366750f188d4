#pragma once

#include <cstdint>

namespace busyhour {

/// Which call: the second it was attempted in, since 1970, and which of that
/// second's calls it is.
struct CallKey {
  std::uint64_t slot = 0;
  std::uint32_t ordinal = 0;

  friend bool operator==(const CallKey&, const CallKey&) = default;
};

}  // namespace busyhour

#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace busyhour::internal {

/// The factor on the latency of accepted requests, in 1/256, while the offered
/// rate is the share `load` of the service's capacity. At capacity it is
/// `at_capacity`; it grows with the third power of the load (our assumption),
/// up to twice the capacity.
inline std::uint32_t LoadFactor256(double load, double at_capacity) {
  const double share = std::min(load, 2.0);
  const double factor = 1.0 + (at_capacity - 1.0) * share * share * share;
  return static_cast<std::uint32_t>(std::llround(factor * 256.0));
}

}  // namespace busyhour::internal

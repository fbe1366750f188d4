#pragma once

#include <cstdint>

#include "base/time.h"

namespace busyhour::internal {

/// What times and draws of a run depend on besides its profile.
struct RunKey {
  /// Of all draws and ids; see `ResourceKey`.
  std::uint64_t key = 1;
  SimTime start;
};

}  // namespace busyhour::internal

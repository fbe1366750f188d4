#pragma once

#include <cstdint>

#include "base/time.h"

namespace busyhour {

/// What times and draws of a run depend on besides its profile.
struct RunKey {
  std::uint64_t seed = 1;
  SimTime start;
};

}  // namespace busyhour

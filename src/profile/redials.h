#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/distribution.h"
#include "catalog/attempt_ends.h"
#include "profile/mix.h"

namespace busyhour::internal {

/// Whether and when a caller calls again after an attempt that ended in a
/// certain way. If the application makes the calls, whether it tries again.
struct Redial {
  /// The probability, in teletraffic the persistence.
  double share = 0.0;
  /// From the end of the attempt to the next one.
  DistributionSpec delay = LognormalMs(60'000, 1.2, 5'000, 3'600'000);

  friend bool operator==(const Redial&, const Redial&) = default;
};

struct Redials {
  std::vector<std::pair<AttemptEnd, Redial>> after;
  /// How often the same caller calls again at most.
  std::uint32_t most = 3;

  friend bool operator==(const Redials&, const Redials&) = default;
};

}  // namespace busyhour::internal

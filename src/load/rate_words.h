#pragma once

#include <optional>
#include <string>
#include <vector>

#include "busyhour/error.h"
#include "load/batcher.h"

namespace busyhour {

/// A rate at which a run goes, as a person states it.
struct RateWords {
  PaceUnit unit = PaceUnit::kSimulatedSeconds;
  double per_second = 0.0;  ///< 0 for as fast as the receiver takes it
  std::string text;         ///< in words, for reports
};

/// Reads `--speed` (how many times as fast as the calls were) or `--rate`:
/// `20000/s`, `50MB/s`, `100calls/s`, `4k messages/min`, `max`. Without either,
/// speed 1. What is wrong is added to `problems`.
RateWords ReadRate(const std::optional<std::string>& speed,
                   const std::optional<std::string>& rate,
                   std::vector<Problem>& problems);

}  // namespace busyhour

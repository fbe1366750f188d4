#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/error.h"
#include "load/batcher.h"

namespace busyhour::internal {

/// The rate of a run.
struct RateWords {
  PaceUnit unit = PaceUnit::kSimulatedSeconds;
  double per_second = 0.0;  ///< 0 for as fast as the receiver accepts records
  std::string text;         ///< text form, for reports
};

/// The unit of a rate: `records/s`; `x` for a multiple of real time.
std::string_view RateUnit(PaceUnit unit);

/// Reads `--speed` (a multiple of real time) or `--rate`: `20000/s`, `50MB/s`,
/// `100calls/s`, `4k messages/min`, `max`. Without either, the speed is 1. Adds
/// errors to `problems`.
RateWords ReadRate(const std::optional<std::string>& speed,
                   const std::optional<std::string>& rate,
                   std::vector<Problem>& problems);

}  // namespace busyhour::internal

#pragma once

#include <cstdint>

#include "scenario/arrivals.h"
#include "scenario/call.h"
#include "scenario/plan.h"

namespace busyhour {

/// Simulates calls, one at a time, each wholly determined by the plan, the seed
/// and its key. Not for use by two threads at once; any number may share a
/// plan.
class Simulator {
 public:
  /// `plan` must outlive the simulator.
  Simulator(const Plan& plan, std::uint64_t seed)
      : plan_(plan), seed_(seed), arrivals_(plan, seed) {}

  /// Walks call `key` from its first request to its last leg's end.
  /// The reference is good until the next call.
  const Call& Simulate(CallKey key) noexcept;

 private:
  const Plan& plan_;
  std::uint64_t seed_;
  Arrivals arrivals_;
  Call call_;
  std::vector<std::uint8_t> retries_;
};

}  // namespace busyhour

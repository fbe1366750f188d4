#pragma once

#include <cstdint>

#include "scenario/call.h"
#include "scenario/plan.h"

namespace busyhour {

/// Simulates calls, one at a time, each wholly determined by the plan, the seed
/// and its key. Not for use by two threads at once; any number may share a
/// plan.
class Simulator {
 public:
  /// `plan` must outlive the simulator.
  Simulator(const Plan& plan, std::uint64_t seed) : plan_(plan), seed_(seed) {}

  /// Walks call `key` from its first request to its last leg's end.
  ///
  /// `throttled` is the share of call set-ups, of 2^32, that the service
  /// refuses with 429 at that time. The reference is good until the next call.
  const Call& Simulate(CallKey key, std::uint64_t throttled) noexcept;

 private:
  const Plan& plan_;
  std::uint64_t seed_;
  Call call_;
  std::vector<std::uint8_t> retries_;
};

}  // namespace busyhour

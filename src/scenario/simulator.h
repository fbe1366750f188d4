#pragma once

#include <cstdint>
#include <vector>

#include "conditions/bad_times.h"
#include "scenario/arrivals.h"
#include "scenario/call.h"
#include "scenario/plan.h"

namespace busyhour {

/// Simulates calls, one at a time. Each call is fully determined by the plan,
/// the seed and its key. Not thread-safe; any number of simulators may share a
/// plan.
class Simulator {
 public:
  /// `plan` must outlive the simulator. `takes_notes`: `Call::notes` is filled.
  Simulator(const Plan& plan, std::uint64_t seed, bool takes_notes = false)
      : plan_(plan),
        seed_(seed),
        takes_notes_(takes_notes),
        bad_times_key_(BadTimes::KeyOf(seed)),
        arrivals_(plan, seed) {}

  /// Simulates call `key` from its first request to the end of its last leg.
  /// The reference is valid until the next call of this function.
  const Call& Simulate(CallKey key) noexcept;

 private:
  const Plan& plan_;
  std::uint64_t seed_;
  bool takes_notes_;
  std::uint64_t bad_times_key_;
  Arrivals arrivals_;
  Call call_;
  std::vector<std::uint8_t> retries_;
};

}  // namespace busyhour

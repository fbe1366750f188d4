#pragma once

#include <cstdint>
#include <vector>

#include "conditions/bad_times.h"
#include "conditions/calm_times.h"
#include "scenario/agent_queue.h"
#include "scenario/arrivals.h"
#include "scenario/call.h"
#include "scenario/plan.h"

namespace busyhour::internal {

/// Simulates calls, one at a time. Each call is fully determined by the plan,
/// the key of the run and its own. Whether a caller calls again is decided by
/// the end of the call before, so a caller's calls are simulated one after the
/// other.
///
///   for (const Call* call = &simulator.Simulate(first); call != nullptr;
///        call = simulator.SimulateNext()) ...
///
/// Not thread-safe; any number of simulators may share a plan.
class Simulator {
 public:
  /// `plan` must outlive the simulator. `takes_notes`: `Call::notes` is filled.
  /// `run_key` is the key of all draws.
  Simulator(const Plan& plan, std::uint64_t run_key, bool takes_notes = false)
      : plan_(plan),
        run_key_(run_key),
        takes_notes_(takes_notes),
        bad_times_key_(BadTimes::KeyOf(run_key)),
        arrivals_(plan, run_key),
        redial_arrivals_(plan, run_key),
        calm_times_(plan.conditions),
        redial_calm_times_(plan.conditions),
        agent_queue_(plan, run_key) {}

  /// Simulates the first attempt `key` from its first request to the end of its
  /// last leg. The reference is valid until the next call of any function.
  const Call& Simulate(CallKey key) noexcept;
  /// Simulates the next call of the caller whose call was simulated last; null
  /// if there is none.
  const Call* SimulateNext() noexcept;
  /// Simulates any call, after the earlier ones of its caller; null if the
  /// caller does not call so often.
  const Call* Find(CallKey key) noexcept;

 private:
  // Walks the call whose scope and time of attempt are set.
  void Run(const Arrivals::Load& load, SimTime calm_until) noexcept;

  const Plan& plan_;
  std::uint64_t run_key_;
  bool takes_notes_;
  std::uint64_t bad_times_key_;
  Arrivals arrivals_;
  // A caller calls again much later: separate, because both keep the last slot.
  Arrivals redial_arrivals_;
  CalmTimes calm_times_;
  CalmTimes redial_calm_times_;
  AgentQueue agent_queue_;
  Call call_;
  std::vector<std::uint8_t> retries_;
};

}  // namespace busyhour::internal

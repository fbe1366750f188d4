#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/time.h"
#include "conditions/fluid_queue.h"
#include "conditions/offered_rate.h"
#include "conditions/wait_spread.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// What calls need of the agents when an agent is always free.
struct AgentCalls {
  double share = 0;           ///< of the first attempts that need an agent
  std::int64_t delay_ms = 0;  ///< mean, from the attempt to the queue
  FluidQueue::Callers callers;
  /// How long agents are in their calls, in ascending order.
  std::vector<std::uint32_t> sessions_ms;
};

/// The agents who serve the callers from one queue: how many are on duty, and
/// how long callers wait for one of them. A function of the profile, the
/// offered rate and the time; calls do not depend on each other. See
/// docs/model.md.
///
/// Constant after construction: any number of threads may share it.
class AgentPool {
 public:
  /// The unit of the fluid queue.
  static constexpr std::int64_t kCellMs = 10 * kMsPerSecond;
  /// Waits are computed for so long at once, and vary from one step to the
  /// next.
  static constexpr std::int64_t kChunkMs = 6 * kMsPerHour;
  static constexpr std::int64_t kStepMs = kMsPerMinute;

  /// The time before a chunk that has an effect on its waits. Longer
  /// than most calls and the patience of most callers.
  static constexpr std::int64_t kLeadMs = 4 * kMsPerHour;
  /// An earlier rate has no effect on the waits after this time.
  static constexpr std::int64_t kMemoryMs = kLeadMs + kChunkMs;

  AgentPool(const Agents& agents, AgentCalls calls);

  /// The number of agents on duty in a second of local time, at least one.
  std::uint32_t OnDutyAt(std::int64_t local_second) const noexcept;

  /// How many agents the callers of the planned rate of a slot would occupy if
  /// all of them were served.
  double PlannedNeedAt(std::uint64_t slot,
                       const OfferedRate& offered) const noexcept;

  /// The waits in each step of chunk number `chunk`, counted from 1970.
  /// `rate_at(slot)`: the offered rate without diallers, per second. Begins
  /// with an empty queue some hours before the chunk; that is long enough for
  /// the queue not to depend on it.
  std::vector<WaitSpread> WaitsIn(
      std::int64_t chunk, const OfferedRate& offered,
      const std::function<double(std::uint64_t slot)>& rate_at) const;

 private:
  Agents agents_;
  AgentCalls calls_;
  FluidQueue queue_;
};

}  // namespace busyhour::internal

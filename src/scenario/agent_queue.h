#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/call_key.h"
#include "base/time.h"
#include "conditions/agent_rota.h"
#include "conditions/wait_spread.h"
#include "scenario/arrivals.h"
#include "scenario/plan.h"

namespace busyhour::internal {

/// What callers in the queue of the agents meet under a key of all draws: how
/// long they wait, and who answers. Waits are computed for hours at once, and
/// two such chunks are kept; the calls are counted for a period of the rota at
/// once, and the last periods are kept. So consecutive calls are fast, and
/// calls in the order of their records.
///
/// Not thread-safe; the results do not depend on the order of the queries.
class AgentQueue {
 public:
  /// `plan` must outlive it. `run_key` is the key of all draws.
  AgentQueue(const Plan& plan, std::uint64_t run_key);

  /// How long a caller waits who comes to the queue at that time, for 64 random
  /// bits. Milliseconds.
  std::uint32_t WaitAt(SimTime at, std::uint64_t draw) noexcept {
    if (plan_.agents == nullptr) return 0;
    const std::int64_t chunk = at.ms / AgentPool::kChunkMs;
    Chunk& kept = chunks_[static_cast<std::size_t>(chunk % 2)];
    if (kept.number != chunk) Compute(chunk, kept);
    const std::int64_t step = at.ms % AgentPool::kChunkMs / AgentPool::kStepMs;
    return kept.waits[static_cast<std::size_t>(step)](draw);
  }

  /// The turn of the agent who answers a call that was attempted in `slot`. The
  /// plan must have a rota.
  ///
  /// The planned calls of a period of the rota, which are its first attempts
  /// without incidents, have places at equal distances. Any other call has a
  /// random one of the period, for 64 random bits.
  AgentRota::Turn TurnOf(CallKey call, std::uint64_t slot,
                         std::uint64_t draw) noexcept;

 private:
  struct Chunk {
    std::int64_t number = -1;
    std::vector<WaitSpread> waits;
  };

  // A period of the rota.
  struct Period {
    std::uint64_t number = kSlotItself;  // none
    // The planned calls before each of its slots, and all.
    std::vector<std::uint32_t> before;
  };
  // Sessions that overlap begin in so many periods, or fewer.
  static constexpr std::size_t kPeriods = 64;

  void Compute(std::int64_t number, Chunk& into);
  void Count(std::uint64_t number, Period& into);

  const Plan& plan_;
  Arrivals arrivals_;
  std::array<Chunk, 2> chunks_;
  std::uint64_t first_place_;
  std::array<Period, kPeriods> periods_;
};

}  // namespace busyhour::internal

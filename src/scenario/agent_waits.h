#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "conditions/wait_spread.h"
#include "scenario/arrivals.h"
#include "scenario/plan.h"

namespace busyhour {

/// The waits of callers for an agent under a key of all draws. Computed for
/// hours at once; two such chunks are kept, so that consecutive calls are fast.
///
/// Not thread-safe; the results do not depend on the order of the queries.
class AgentWaits {
 public:
  /// `plan` must outlive it. `run_key` is the key of all draws.
  AgentWaits(const Plan& plan, std::uint64_t run_key)
      : plan_(plan), arrivals_(plan, run_key) {}

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

 private:
  struct Chunk {
    std::int64_t number = -1;
    std::vector<WaitSpread> waits;
  };

  void Compute(std::int64_t number, Chunk& into);

  const Plan& plan_;
  Arrivals arrivals_;
  std::array<Chunk, 2> chunks_;
};

}  // namespace busyhour

#pragma once

#include <cstdint>
#include <optional>

#include "base/stream.h"
#include "scenario/plan.h"

namespace busyhour::internal {

/// The arrivals of call attempts: a Poisson process whose rate varies with the
/// planned traffic, the day factor, the busyness and incidents.
///
/// The count of each slot depends on the key and the slot alone. The factors
/// of the last day and period are cached, which makes consecutive slots fast.
/// The load of the last slot is cached, because all its calls need it.
/// Not thread-safe.
class Arrivals {
 public:
  /// `run_key` is the key of all draws.
  Arrivals(const Plan& plan, std::uint64_t run_key)
      : plan_(plan), run_key_(run_key) {}

  /// The offered rate in a slot, including random factors. Attempts per second.
  double RateAt(std::uint64_t slot) noexcept;
  /// The number of call attempts in a slot.
  std::uint32_t CountAt(std::uint64_t slot) noexcept {
    return DrawCount(slot, RateAt(slot));
  }
  /// The same without incidents.
  std::uint32_t PlannedCountAt(std::uint64_t slot) noexcept {
    return DrawCount(slot,
                     Vary(slot, plan_.conditions.offered().PlannedAt(slot)));
  }
  /// The flow of a first attempt in a slot, for the call's stream key.
  std::uint32_t FlowOf(std::uint64_t slot, std::uint64_t stream_key) noexcept {
    if (!plan_.campaign_flows.empty()) [[unlikely]] {
      if (const auto flow = CampaignFlowOf(slot, stream_key)) return *flow;
    }
    return plan_.flow_choice(Draw(stream_key, Purpose::kFlow));
  }
  /// The share of set-up requests in a slot that exceed the service's capacity,
  /// as a fraction of 2^32.
  std::uint64_t ThrottledAt(std::uint64_t slot) noexcept {
    return LoadAt(slot).throttled;
  }
  /// What the offered rate of a slot means for the requests of its calls.
  struct Load {
    std::uint64_t throttled = 0;      ///< as `ThrottledAt`
    std::uint32_t latency_256 = 256;  ///< factor on latencies, in 1/256
  };
  const Load& LoadAt(std::uint64_t slot) noexcept {
    if (slot != last_load_slot_) Update(slot);
    return last_load_;
  }

 private:
  // A planned rate with the random factors, and that of the diallers.
  double Vary(std::uint64_t slot, double planned) noexcept;
  std::uint32_t DrawCount(std::uint64_t slot, double rate) const noexcept;
  void Update(std::uint64_t slot) noexcept;
  // The flow of a call that a dialler makes; nothing for other calls.
  std::optional<std::uint32_t> CampaignFlowOf(
      std::uint64_t slot, std::uint64_t stream_key) noexcept;

  const Plan& plan_;
  std::uint64_t run_key_;
  std::int64_t last_day_ = -1;
  double last_day_factor_ = 1.0;
  std::int64_t last_period_ = -1;
  double last_busyness_ = 1.0;
  std::uint64_t last_load_slot_ = kSlotItself;  // none
  Load last_load_;
};

}  // namespace busyhour::internal

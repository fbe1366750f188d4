#include "scenario/arrivals.h"

#include <algorithm>
#include <cstddef>

#include "base/poisson.h"
#include "base/stream.h"
#include "base/time.h"
#include "conditions/offered_rate.h"
#include "conditions/pick.h"
#include "conditions/service_load.h"

namespace busyhour::internal {

double Arrivals::RateAt(std::uint64_t slot) noexcept {
  return Vary(slot, plan_.conditions.PlannedRate(slot));
}

double Arrivals::Vary(std::uint64_t slot, double planned) noexcept {
  const OfferedRate& offered = plan_.conditions.offered();
  const std::int64_t local_ms = offered.LocalSecond(slot) * kMsPerSecond;
  const std::int64_t day = FloorDivide(local_ms, kMsPerDay);
  if (day != last_day_) {
    last_day_ = day;
    last_day_factor_ = offered.DayFactor(run_key_, day);
  }
  const std::int64_t period =
      FloorDivide(local_ms, plan_.profile().traffic.busyness_period_ms);
  if (period != last_period_) {
    last_period_ = period;
    last_busyness_ = offered.Busyness(run_key_, period);
  }
  const double rate = planned * last_day_factor_ * last_busyness_;
  if (plan_.campaign_flows.empty()) return rate;
  return rate + offered.DialledAt(slot);
}

std::optional<std::uint32_t> Arrivals::CampaignFlowOf(
    std::uint64_t slot, std::uint64_t stream_key) noexcept {
  const OfferedRate& offered = plan_.conditions.offered();
  if (offered.DialledAt(slot) <= 0) return std::nullopt;
  // In proportion to the rates.
  double point =
      static_cast<double>(Draw(stream_key, Purpose::kCampaign) >> 32) /
      4294967296.0 * RateAt(slot);
  for (std::size_t i = 0; i < offered.campaign_count(); ++i) {
    point -= offered.RateOf(i, slot);
    if (point < 0) return plan_.campaign_flows[i];
  }
  return std::nullopt;
}

std::uint32_t Arrivals::DrawCount(std::uint64_t slot,
                                  double rate) const noexcept {
  return DrawPoisson(
      std::min(rate, kMaxPoissonMean),
      Stream(StreamKey(run_key_, slot, kSlotItself), Purpose::kArrivalCount));
}

void Arrivals::Update(std::uint64_t slot) noexcept {
  last_load_slot_ = slot;
  const double capacity = plan_.profile().traffic.capacity_cps;
  if (capacity <= 0.0) return;
  const double rate = RateAt(slot);
  last_load_.throttled = rate <= capacity ? 0 : ShareOf(1.0 - capacity / rate);
  last_load_.latency_256 = LoadFactor256(
      rate / capacity, plan_.profile().timing.latency_at_capacity);
}

}  // namespace busyhour::internal

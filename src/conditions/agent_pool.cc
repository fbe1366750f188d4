#include "conditions/agent_pool.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace busyhour::internal {
namespace {

// Until the last callers of a chunk are served.
constexpr std::int64_t kTailMs = 2 * kMsPerHour;
constexpr std::int64_t kHourSeconds = 3600;
// 1970-01-01 was a Thursday; weeks here begin on Monday.
constexpr std::int64_t kEpochDay = 3;

double LevelAt(const std::vector<double>& levels, std::int64_t number) {
  if (levels.empty()) return 1;
  const auto count = static_cast<std::int64_t>(levels.size());
  return levels[static_cast<std::size_t>(number -
                                         FloorDivide(number, count) * count)] /
         *std::max_element(levels.begin(), levels.end());
}

}  // namespace

AgentPool::AgentPool(const Agents& agents, AgentCalls calls)
    : agents_(agents), calls_(std::move(calls)), queue_(calls_.callers) {}

std::uint32_t AgentPool::OnDutyAt(std::int64_t local_second) const noexcept {
  const std::int64_t hour = FloorDivide(local_second, kHourSeconds);
  const std::int64_t day = FloorDivide(hour, 24) + kEpochDay;
  const double on_duty =
      agents_.on_duty * LevelAt(agents_.day, hour) * LevelAt(agents_.week, day);
  return static_cast<std::uint32_t>(std::max(std::lround(on_duty), 1l));
}

double AgentPool::PlannedNeedAt(std::uint64_t slot,
                                const OfferedRate& offered) const noexcept {
  const double callers_a_cell =
      offered.PlannedAt(slot) * calls_.share * (kCellMs / kMsPerSecond);
  return callers_a_cell * queue_.mean_holding();
}

std::vector<WaitSpread> AgentPool::WaitsIn(
    std::int64_t chunk, const OfferedRate& offered,
    const std::function<double(std::uint64_t slot)>& rate_at) const {
  const std::int64_t begin_ms = chunk * kChunkMs;
  const std::int64_t lead_ms = std::min(kLeadMs, begin_ms);
  std::vector<FluidQueue::Cell> cells;
  for (std::int64_t ms = begin_ms - lead_ms; ms < begin_ms + kChunkMs + kTailMs;
       ms += kCellMs) {
    const std::int64_t attempted_ms =
        std::max<std::int64_t>(ms + kCellMs / 2 - calls_.delay_ms, 0);
    const double rate =
        rate_at(static_cast<std::uint64_t>(attempted_ms / kMsPerSecond));
    const auto second = static_cast<std::uint64_t>(ms / kMsPerSecond);
    cells.push_back(
        {rate * calls_.share * (kCellMs / kMsPerSecond),
         static_cast<double>(OnDutyAt(offered.LocalSecond(second)))});
  }
  const std::vector<FluidQueue::Level> levels = queue_.Run(cells);
  std::vector<WaitSpread> waits;
  for (std::int64_t ms = 0; ms < kChunkMs; ms += kStepMs) {
    const auto at =
        static_cast<std::size_t>((lead_ms + ms + kStepMs / 2) / kCellMs);
    const double usual_wait =
        queue_.mean_holding() / std::sqrt(cells[at].agents);
    waits.emplace_back(QueueState{.agents = cells[at].agents,
                                  .busy = levels[at].busy,
                                  .waiting = levels[at].waiting,
                                  .wait = levels[at].wait,
                                  .service_rate = 1 / queue_.mean_holding(),
                                  .abandonment_rate = queue_.AbandonmentRate(
                                      std::max(levels[at].wait, usual_wait))},
                       static_cast<double>(kCellMs));
  }
  return waits;
}

}  // namespace busyhour::internal

#include "scenario/agent_calls.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "scenario/plan.h"
#include "scenario/simulator.h"

namespace busyhour::internal {
namespace {

// The error of the mean holding time is 1 % if its standard deviation is the
// mean.
constexpr std::uint64_t kCalls = 16'384;
// Longer holding times and waits are counted as that long.
constexpr std::size_t kMostCells = 2 * kMsPerHour / AgentPool::kCellMs;

// Share of a flow's callers who are willing to wait longer than `ms`.
double WillingAfter(const FlowPlan& flow, std::int64_t ms) {
  if (flow.patience == nullptr) return 1;
  const auto limit = static_cast<std::int32_t>(ms + 1);
  if (limit <= flow.patience->min()) return 1;
  if (limit > flow.patience->max()) return 0;
  return 1 - static_cast<double>(flow.patience->DrawsBelow(limit) >> 32) /
                 4294967296.0;
}

}  // namespace

AgentCalls MeasureAgentCalls(const Profile& profile,
                             DistributionTables& tables) {
  Profile calm = profile;
  calm.agents.on_duty = 0;  // one is always free
  calm.incidents.clear();
  calm.traffic.capacity_cps = 0;
  calm.traffic.campaigns.clear();
  const Plan plan(calm, RunKey{}, &tables);
  Simulator simulator(plan, /*run_key=*/0);
  AgentCalls measured;
  measured.callers.holding.assign(kMostCells, 0.0);
  std::vector<double> of_flow(plan.flows.size());
  double calls = 0;
  std::int64_t delay_ms = 0;
  for (std::uint64_t slot = 0; slot < kCalls; ++slot) {
    const Call& call = simulator.Simulate({slot, 0});
    if (call.queued_ms == 0) continue;
    calls += 1;
    ++of_flow[call.flow];
    delay_ms += call.queued_ms - call.attempted_ms;
    std::uint32_t free_ms = call.ended_ms;
    if (call.legs.size() > kAgentLeg) {
      const Leg& agent = call.legs[kAgentLeg];
      free_ms = agent.left_ms;
      measured.sessions_ms.push_back(agent.left_ms - agent.joined_ms);
    }
    const std::uint32_t holding_ms =
        free_ms - std::min(call.queued_ms, free_ms);
    measured.callers.holding[std::min<std::size_t>(
        holding_ms / AgentPool::kCellMs, kMostCells - 1)] += 1;
  }
  std::sort(measured.sessions_ms.begin(), measured.sessions_ms.end());
  if (calls == 0) return measured;
  measured.share = calls / kCalls;
  measured.delay_ms = delay_ms / static_cast<std::int64_t>(calls);
  for (double& share : measured.callers.holding) share /= calls;
  while (measured.callers.holding.back() == 0) {
    measured.callers.holding.pop_back();
  }
  for (std::size_t cell = 0; cell <= kMostCells; ++cell) {
    double willing = 0;
    for (std::size_t flow = 0; flow < of_flow.size(); ++flow) {
      if (of_flow[flow] == 0) continue;
      willing +=
          of_flow[flow] / calls *
          WillingAfter(plan.flows[flow],
                       static_cast<std::int64_t>(cell) * AgentPool::kCellMs);
    }
    measured.callers.willing.push_back(willing);
  }
  return measured;
}

}  // namespace busyhour::internal

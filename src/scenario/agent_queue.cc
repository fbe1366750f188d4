#include "scenario/agent_queue.h"

#include "base/stream.h"

namespace busyhour::internal {

AgentQueue::AgentQueue(const Plan& plan, std::uint64_t run_key)
    : plan_(plan),
      arrivals_(plan, run_key),
      first_place_(
          Draw(StreamKey(run_key, kSlotItself, 0), Purpose::kAgentTurn) >> 32) {
}

void AgentQueue::Compute(std::int64_t number, Chunk& into) {
  const OfferedRate& offered = plan_.conditions.offered();
  into.waits = plan_.agents->WaitsIn(number, offered, [&](std::uint64_t slot) {
    return arrivals_.RateAt(slot) - offered.DialledAt(slot);
  });
  into.number = number;
}

AgentRota::Turn AgentQueue::TurnOf(CallKey call, std::uint64_t slot,
                                   std::uint64_t draw) noexcept {
  const AgentRota& rota = *plan_.agent_rota;
  const std::uint64_t number = slot / rota.period_s();
  Period& period = periods_[number % kPeriods];
  if (period.number != number) Count(number, period);
  const std::vector<std::uint32_t>& before = period.before;
  const auto second = static_cast<std::size_t>(slot % rota.period_s());
  const std::uint64_t rank = before[second] + call.number();
  const bool is_planned = call.generation() == 0 && rank < before[second + 1];
  const std::uint64_t places = rota.places();
  const std::uint64_t place =
      is_planned ? (2 * rank + 1) * places / (2ull * before.back())
                 : PickBelow(draw, places);
  return rota.At(first_place_ + number * places + place);
}

void AgentQueue::Count(std::uint64_t number, Period& into) {
  into.number = number;
  into.before.assign(1, 0);
  const std::uint64_t slots = plan_.agent_rota->period_s();
  for (std::uint64_t second = 0; second < slots; ++second) {
    into.before.push_back(into.before.back() +
                          arrivals_.PlannedCountAt(number * slots + second));
  }
}

}  // namespace busyhour::internal

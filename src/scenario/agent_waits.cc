#include "scenario/agent_waits.h"

namespace busyhour {

void AgentWaits::Compute(std::int64_t number, Chunk& into) {
  const OfferedRate& offered = plan_.conditions.offered();
  into.waits = plan_.agents->WaitsIn(number, offered, [&](std::uint64_t slot) {
    return arrivals_.RateAt(slot) - offered.DialledAt(slot);
  });
  into.number = number;
}

}  // namespace busyhour

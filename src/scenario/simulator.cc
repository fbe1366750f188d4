#include "scenario/simulator.h"

#include "base/stream.h"
#include "base/time.h"
#include "scenario/walk.h"

namespace busyhour {

const Call& Simulator::Simulate(CallKey key) noexcept {
  const std::uint64_t stream = StreamKey(seed_, key.slot, key.ordinal);
  call_.key = key;
  call_.flow = plan_.flow_choice(Draw(stream, Purpose::kFlow));
  const std::uint8_t server = plan_.servers.ServerOf(stream, key.slot);
  call_.scope = {
      stream, call_.flow, server, plan_.servers.ClientAt(server, key.slot),
      plan_.flows[call_.flow].caller_kinds(Draw(stream, Purpose::kCallerKind))};
  call_.inbound = plan_.flows[call_.flow].inbound;
  call_.attempted_ms = static_cast<std::uint32_t>(
      PickBelow(Draw(stream, Purpose::kArrivalInstant), kMsPerSecond));
  call_.connected_ms = 0;
  call_.requests.clear();
  call_.media.clear();
  call_.legs.clear();
  call_.sessions.clear();
  call_.notes.clear();
  Walk(plan_, stream, bad_times_key_, arrivals_.LoadAt(key.slot), call_,
       retries_, takes_notes_)
      .Run();
  return call_;
}

}  // namespace busyhour

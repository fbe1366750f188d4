#include "scenario/simulator.h"

#include "base/stream.h"
#include "base/time.h"
#include "scenario/redial.h"
#include "scenario/walk.h"

namespace busyhour::internal {

const Call& Simulator::Simulate(CallKey key) noexcept {
  const std::uint64_t stream = StreamKey(run_key_, key.slot, key.ordinal);
  call_.key = key;
  call_.flow = arrivals_.FlowOf(key.slot, stream);
  const std::uint8_t server = plan_.servers.ServerOf(stream, key.slot);
  call_.scope = {
      stream, call_.flow, server, plan_.servers.ClientAt(server, key.slot),
      plan_.flows[call_.flow].caller_kinds(Draw(stream, Purpose::kCallerKind))};
  call_.inbound = plan_.flows[call_.flow].inbound;
  call_.attempted_ms = static_cast<std::uint32_t>(
      PickBelow(Draw(stream, Purpose::kArrivalInstant), kMsPerSecond));
  Run(arrivals_.LoadAt(key.slot), calm_times_.Until(key.slot));
  return call_;
}

const Call* Simulator::SimulateNext() noexcept {
  // Most profiles have no such calls.
  if (call_.key.generation() >= plan_.most_redials) return nullptr;
  const CallKey first = call_.key.First();
  const auto next =
      CallAfter(plan_, StreamKey(run_key_, first.slot, first.ordinal), call_);
  if (!next) return nullptr;
  call_.key = call_.key.Next();
  call_.scope.stream_key =
      StreamKey(run_key_, call_.key.slot, call_.key.ordinal);
  const std::uint64_t slot = call_.key.slot + next->attempted_ms / kMsPerSecond;
  call_.scope.server =
      plan_.servers.ServerOf(call_.scope.stream_key, call_.key.slot);
  call_.scope.client = plan_.servers.ClientAt(call_.scope.server, slot);
  call_.attempted_ms = next->attempted_ms;
  call_.cause = next->cause;
  Run(redial_arrivals_.LoadAt(slot), redial_calm_times_.Until(slot));
  return &call_;
}

const Call* Simulator::Find(CallKey key) noexcept {
  const Call* call = &Simulate(key.First());
  while (call != nullptr && call->key != key) call = SimulateNext();
  return call;
}

void Simulator::Run(const Arrivals::Load& load, SimTime calm_until) noexcept {
  call_.connected_ms = 0;
  call_.end = AttemptEnd::kFailed;
  call_.queued_ms = 0;
  call_.agent_wait_ms = 0;
  call_.requests.clear();
  call_.media.clear();
  call_.legs.clear();
  call_.sessions.clear();
  call_.notes.clear();
  Walk(plan_, call_.scope.stream_key, bad_times_key_, load, calm_until,
       agent_queue_, call_, retries_, takes_notes_)
      .Run();
}

}  // namespace busyhour::internal

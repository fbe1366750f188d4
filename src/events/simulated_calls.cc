#include "events/simulated_calls.h"

#include "busyhour/error.h"

namespace busyhour::internal {

SimulatedCalls::SimulatedCalls(const Worlds& worlds, const Job& job,
                               std::optional<std::uint32_t> only)
    : job_(job),
      only_(only),
      end_ms_(EndMsOf(job)),
      source_(worlds, job),
      slot_(source_.next_slot()) {
  for (std::uint32_t i = 0; i < worlds.size(); ++i) {
    const Plan& plan = worlds[i].plan;
    simulators_.emplace_back(plan, plan.run().key, /*takes_notes=*/true);
  }
}

bool SimulatedCalls::NextKey(CallKey* key) {
  while (span_ == spans_.size()) {
    if (!source_.Next(spans_)) {
      if (job_.extent.kind == Extent::Kind::kCalls &&
          source_.calls_left() > 0) {
        throw InputError("extent", UnreachedText(job_.extent));
      }
      return false;
    }
    span_ = 0;
    in_span_ = 0;
  }
  const CallSpan& span = spans_[span_];
  *key = span.KeyOf(in_span_);
  if (++in_span_ == span.count) {
    ++span_;
    in_span_ = 0;
  }
  return true;
}

const Call* SimulatedCalls::Next() {
  if (call_ != nullptr &&
      Keep(simulators_[call_->key.resource].SimulateNext())) {
    return call_;
  }
  CallKey key;
  while (NextKey(&key)) {
    slot_ = key.slot;
    if (only_ && key.resource != *only_) continue;
    if (job_.shard.Has(key) && Keep(&simulators_[key.resource].Simulate(key))) {
      return call_;
    }
  }
  return nullptr;
}

bool SimulatedCalls::Keep(const Call* call) {
  const bool is_of_job = call != nullptr && call->attempted().ms < end_ms_;
  call_ = is_of_job ? call : nullptr;
  return is_of_job;
}

}  // namespace busyhour::internal

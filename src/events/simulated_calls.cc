#include "events/simulated_calls.h"

#include "base/stream.h"
#include "base/time.h"
#include "busyhour/error.h"

namespace busyhour {

SimulatedCalls::SimulatedCalls(const Plan& plan, const Job& job)
    : job_(job),
      end_ms_(EndMsOf(job)),
      source_(plan, job),
      simulator_(plan, job.seed, /*takes_notes=*/true),
      slot_(source_.next_slot()) {}

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
  *key = {span.slot, span.first_ordinal + in_span_};
  if (++in_span_ == span.count) {
    ++span_;
    in_span_ = 0;
  }
  return true;
}

const Call* SimulatedCalls::Next() {
  CallKey key;
  while (NextKey(&key)) {
    slot_ = key.slot;
    if (!job_.shard.Has(key)) continue;
    const Call& call = simulator_.Simulate(key);
    if (static_cast<std::int64_t>(key.slot) * kMsPerSecond +
            call.attempted_ms >=
        end_ms_) {
      continue;
    }
    stream_key_ = StreamKey(job_.seed, key.slot, key.ordinal);
    return &call;
  }
  return nullptr;
}

}  // namespace busyhour

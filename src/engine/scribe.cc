#include "engine/scribe.h"

#include "base/stream.h"

namespace busyhour {

Scribe::Scribe(const Plan& plan, const Job& job)
    : plan_(plan),
      seed_(job.seed),
      logs_(job.logs),
      simulator_(plan, job.seed) {}

const Call& Scribe::Simulate(CallKey key) noexcept {
  stream_key_ = StreamKey(seed_, key.slot, key.ordinal);
  call_ = &simulator_.Simulate(key);
  return *call_;
}

}  // namespace busyhour

#include "engine/call_sample.h"

#include <algorithm>
#include <cstddef>

#include "base/time.h"
#include "engine/call_source.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kFewCalls = 200;
// For each of many resources.
constexpr std::uint64_t kFewestCalls = 4;

}  // namespace

CallKey SampledCall(std::uint64_t slot, std::uint32_t resource,
                    std::uint64_t number) {
  return {slot, kMaxCallsPerSlot - 1 - static_cast<std::uint32_t>(number),
          resource};
}

CallSampler::CallSampler(const Worlds& worlds, const Job& job)
    : worlds_(worlds), job_(job), scribe_(worlds, job), faults_(worlds, job) {}

CallSample CallSampler::Take(const std::vector<CallKey>& keys,
                             std::int64_t end_ms) {
  CallSample sample;
  for (const CallKey key : keys) {
    ++sample.first_attempts;
    scribe_.EachCall(key, end_ms, [&](const Call& call) {
      const std::size_t before = sample.records.size();
      scribe_.AppendRecords(static_cast<std::uint32_t>(sample.calls++),
                            sample.records);
      if (!call.legs.empty()) {
        sample.holding_s.push_back((call.ended_ms - call.connected_ms) /
                                   1000.0);
      }
      std::uint32_t last_ms = call.attempted_ms;
      for (std::size_t r = before; r < sample.records.size(); ++r) {
        const Record& record = sample.records[r];
        faults_.Of(scribe_.stream_key(), record)
            .EachDelivery(record, [&](const Record& as) {
              const double age_s =
                  (as.delivery_ms - call.attempted_ms) / 1000.0;
              sample.record_flight_s += age_s;
              sample.record_ages_s.push_back(age_s);
              last_ms = std::max(last_ms, as.delivery_ms);
            });
      }
      sample.in_flight_s += (last_ms - call.attempted_ms) / 1000.0;
    });
  }
  return sample;
}

CallSample CallSampler::TakeFirst(std::uint32_t resource) {
  const std::uint64_t first = StartSlotOf(job_);
  const std::uint64_t count =
      std::max(kFewCalls / worlds_.size(), kFewestCalls);
  std::vector<CallKey> keys;
  for (std::uint64_t i = 0; i < count; ++i) {
    keys.push_back(SampledCall(first + i * 3600 / count, resource, i));
  }
  return Take(keys, kLatestTime.ms);
}

}  // namespace busyhour::internal

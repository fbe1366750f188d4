#pragma once

#include <cstdint>
#include <vector>

#include "base/call_key.h"
#include "engine/scribe.h"
#include "faults/faults.h"
#include "job/job.h"
#include "logs/record.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// The records and durations of sampled calls.
struct CallSample {
  std::vector<Record> records;
  std::uint64_t first_attempts = 0;
  std::uint64_t calls = 0;  ///< first attempts and those that follow from them
  std::vector<double> holding_s;  ///< of answered calls, in seconds
  // The following include the delays of the job's faults.
  double in_flight_s = 0.0;      ///< sum over calls, attempt to last delivery
  double record_flight_s = 0.0;  ///< sum over records, attempt to delivery
  std::vector<double> record_ages_s;  ///< of each record, attempt to delivery
};

/// Sample number `number` in a slot: a call that no run has, so it is
/// independent of the calls of a run. `number` must be below kMaxCallsPerSlot.
CallKey SampledCall(std::uint64_t slot, std::uint32_t resource,
                    std::uint64_t number);

/// Simulates sampled calls of a job. For one thread.
class CallSampler {
 public:
  /// Both must outlive it.
  CallSampler(const Worlds& worlds, const Job& job);

  /// Samples first attempts, and the calls that follow from them before
  /// `end_ms`, in milliseconds since 1970.
  CallSample Take(const std::vector<CallKey>& keys, std::int64_t end_ms);
  /// A few calls of a resource from the first hour.
  CallSample TakeFirst(std::uint32_t resource);

 private:
  const Worlds& worlds_;
  const Job& job_;
  Scribe scribe_;
  const Faults faults_;
};

}  // namespace busyhour::internal

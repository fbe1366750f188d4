#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/call_source.h"
#include "job/job.h"
#include "scenario/call.h"
#include "scenario/simulator.h"

namespace busyhour {

/// The calls of a job's shard with their notes, in order. The job's extent is a
/// duration or a number of calls.
///
///   SimulatedCalls calls(plan, job);
///   while (const Call* call = calls.Next()) ...
class SimulatedCalls {
 public:
  /// `plan` must outlive it.
  SimulatedCalls(const Plan& plan, const Job& job);

  /// The next call, valid until the next call of this function; null after the
  /// last. Throws `InputError` if time ends before the extent is reached.
  const Call* Next();

  /// All later calls begin in this slot or later ones.
  std::uint64_t slot() const noexcept { return slot_; }
  /// The stream key of the last call.
  std::uint64_t stream_key() const noexcept { return stream_key_; }

 private:
  // The next call key of the job; false after the last.
  bool NextKey(CallKey* key);

  const Job job_;
  const std::int64_t end_ms_;
  CallSource source_;
  Simulator simulator_;
  std::vector<CallSpan> spans_;
  std::size_t span_ = 0;
  std::uint32_t in_span_ = 0;
  std::uint64_t slot_;
  std::uint64_t stream_key_ = 0;
};

}  // namespace busyhour

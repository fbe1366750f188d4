#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/call_source.h"
#include "job/job.h"
#include "logs/worlds.h"
#include "scenario/call.h"
#include "scenario/simulator.h"

namespace busyhour::internal {

/// The calls of a job's shard with their notes, in order: each first attempt,
/// then the calls that follow from it. The job's extent is a duration or a
/// number of calls.
///
///   SimulatedCalls calls(worlds, job);
///   while (const Call* call = calls.Next()) ...
class SimulatedCalls {
 public:
  /// `worlds` must outlive it. With `only`, leaves out the calls of the other
  /// resources.
  SimulatedCalls(const Worlds& worlds, const Job& job,
                 std::optional<std::uint32_t> only = std::nullopt);

  /// The next call, valid until the next call of this function; null after the
  /// last. Throws `InputError` if time ends before the extent is reached.
  const Call* Next();

  /// All later calls, and their first attempts, begin in this slot or later
  /// ones.
  std::uint64_t slot() const noexcept { return slot_; }
  /// The stream key of the last call.
  std::uint64_t stream_key() const noexcept { return call_->scope.stream_key; }

 private:
  // Makes this call the last one if it is of the job. False if it is not.
  bool Keep(const Call* call);
  // The key of the job's next first attempt; false after the last.
  bool NextKey(CallKey* key);

  const Job job_;
  const std::optional<std::uint32_t> only_;
  const std::int64_t end_ms_;
  CallSource source_;
  std::vector<Simulator> simulators_;  // by resource
  std::vector<CallSpan> spans_;
  std::size_t span_ = 0;
  std::uint32_t in_span_ = 0;
  std::uint64_t slot_;
  const Call* call_ = nullptr;  // the last one, if it is of the job
};

}  // namespace busyhour::internal

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/call_key.h"
#include "job/job.h"
#include "logs/worlds.h"
#include "scenario/arrivals.h"

namespace busyhour::internal {

/// First attempts of one slot and resource with consecutive ordinals. Those of
/// other shards are among them.
struct CallSpan {
  std::uint64_t slot = 0;
  std::uint32_t resource = 0;
  std::uint32_t first_ordinal = 0;
  std::uint32_t count = 0;
  /// Number of calls in earlier spans that are simulated: those of the shard,
  /// or if the extent counts records, those of all shards.
  std::uint64_t simulated_before = 0;

  /// The key of call number `i` of the span.
  CallKey KeyOf(std::uint32_t i) const noexcept {
    return {slot, first_ordinal + i, resource};
  }
};

/// Number of calls in a portion: large enough to outweigh the cost of a
/// hand-over between threads, small enough that the records of all portions in
/// progress stay in the L2 cache, beside the text: about 16 KiB of records.
inline constexpr std::uint32_t kCallsAPortion = 64;

/// The first attempts of a job in order, from its warm-up on, divided into
/// portions of work: slot by slot, and within a slot resource by resource. Of a
/// job of picked calls, only the first attempts of their callers.
class CallSource {
 public:
  CallSource(const Worlds& worlds, const Job& job);

  /// Replaces `spans` by the next portion; false if there are no more calls.
  /// Slots without calls are skipped, but only a limited number per portion, so
  /// that the portions still show the progress of time. The portion of a shard
  /// has as many calls of the shard as one of the whole job has calls, as far
  /// as that limit allows.
  bool Next(std::vector<CallSpan>& spans);

  /// Every call in slots before this one has been handed out.
  std::uint64_t next_slot() const noexcept { return slot_; }
  /// Number of calls handed out that are simulated, as
  /// `CallSpan::simulated_before`.
  std::uint64_t simulated() const noexcept { return simulated_; }
  /// Number of calls that the extent still requires, if it counts calls.
  std::uint64_t calls_left() const noexcept { return calls_left_; }

 private:
  // Number of calls of the span that are simulated.
  std::uint32_t SimulatedIn(const CallSpan& span) const noexcept;
  // Adds `count` first attempts from `first` on, as far as they are simulated.
  void Add(CallKey first, std::uint32_t count, std::vector<CallSpan>& spans);
  bool NextPicked(std::vector<CallSpan>& spans);
  // Goes on to the next resource of the slot, or to the next slot.
  void Advance() noexcept;

  std::vector<Arrivals> arrivals_;  // of the job's resources
  std::uint32_t first_resource_;
  std::uint64_t slot_;
  std::uint64_t start_slot_;  // the extent begins here, after the warm-up
  std::uint32_t resource_ = 0;
  std::int64_t end_ms_;
  std::uint64_t calls_left_;
  Shard shard_;  // whose calls are simulated
  std::uint32_t calls_a_portion_;
  std::uint64_t simulated_ = 0;
  // Calls of resource_ in slot_ that are not handed out yet; no value before
  // they have been counted.
  std::optional<std::uint32_t> left_in_slot_;
  std::uint32_t next_ordinal_ = 0;
  // The first attempts of the callers of picked calls, if the job has these.
  std::vector<CallKey> picked_;
  std::size_t next_picked_ = 0;
};

/// The message that simulated time ended before the extent was reached.
std::string UnreachedText(const Extent& extent);

}  // namespace busyhour::internal

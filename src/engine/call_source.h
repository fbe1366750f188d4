#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "job/job.h"
#include "scenario/arrivals.h"

namespace busyhour {

/// Calls of one slot, next to each other in ordinal.
struct CallSpan {
  std::uint64_t slot = 0;
  std::uint32_t first_ordinal = 0;
  std::uint32_t count = 0;
  std::uint64_t first_number = 0;  ///< running number of the first
};

/// When the job's extent ends where it is a time, else the end of all time:
/// calls attempted from then on are none of its calls.
std::int64_t EndMsOf(const Job& job);

/// Which calls there are, in order, cut into portions of work.
class CallSource {
 public:
  CallSource(const Plan& plan, const Job& job);

  /// Replaces `spans` by the next portion; false when there are no more calls.
  /// Slots without calls are passed over, but never so many that the portions
  /// say nothing of how far time has gone on.
  bool Next(std::vector<CallSpan>& spans);

  /// Every call in slots before this one has been handed out.
  std::uint64_t next_slot() const noexcept { return slot_; }
  /// How many calls the extent still wants, where it counts them.
  std::uint64_t calls_left() const noexcept { return calls_left_; }

 private:
  Arrivals arrivals_;
  std::uint64_t slot_;
  std::int64_t end_ms_;
  std::uint64_t calls_left_;
  std::uint64_t next_number_ = 0;
  // Calls of slot_ that are still to be handed out; nothing before they are
  // counted.
  std::optional<std::uint32_t> left_in_slot_;
  std::uint32_t next_ordinal_ = 0;
};

/// Says that all time has gone by and the extent has not been reached.
std::string UnreachedText(const Extent& extent);

}  // namespace busyhour

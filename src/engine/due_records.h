#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "engine/calendar.h"
#include "engine/period_calendar.h"
#include "engine/routes.h"
#include "engine/tally.h"
#include "engine/unsorted_seconds.h"
#include "faults/faults.h"
#include "job/job.h"
#include "logs/record.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// Puts the records of a run into order of delivery, and keeps them until they
/// are due.
class DueRecords {
 public:
  /// All must outlive it. It counts cut records, and the records that it skips,
  /// in `tally`. Seconds of at most `max_unsorted_second` records are left for
  /// workers to sort.
  DueRecords(const Worlds& worlds, const Job& job, const Routes& routes,
             const Faults& faults, Tally& tally,
             std::size_t max_unsorted_second);

  /// Skips the first `records` of a stream, which are in it already. They are
  /// made again, to find the record that follows them, but not encoded.
  void Skip(std::size_t stream, std::uint64_t records);
  /// Whether some of the records to skip have not come yet.
  bool is_skipping() const noexcept { return is_skipping_; }

  /// Adds the records of consecutive calls, in the order of their calls.
  void Add(std::span<const Record> records);

  /// Whether it has records that no record of a call from this slot on can
  /// precede.
  bool HasBefore(std::uint64_t slot) const noexcept {
    return periods_ ? periods_->EndsBefore(slot)
                    : calendar_.next_second() < slot;
  }
  /// Whether there are records for `TakeNext`.
  bool HasNext() const noexcept {
    return periods_ ? !periods_->empty() : !calendar_.empty();
  }
  /// Makes the records of the next second, or period, due.
  void TakeNext();
  /// Makes the records due that it holds back. Call it when no records follow.
  void TakeHeld();

  /// The due records, in order.
  std::span<const Record> due() const noexcept {
    return std::span(due_).subspan(removed_);
  }
  /// Due records before these, in seconds that workers sort. The caller removes
  /// them.
  UnsortedSeconds& seconds() noexcept { return seconds_; }
  /// Whether some seconds are left for workers to sort.
  bool leaves_unsorted() const noexcept { return max_unsorted_second_ > 0; }
  /// Whether the records to come are all of later periods, if these are by
  /// delivery.
  bool completes_period() const noexcept {
    return period_ms_ > 0 &&
           static_cast<std::int64_t>(calendar_.next_second()) * kMsPerSecond %
                   period_ms_ ==
               0;
  }
  /// Whether it holds back the newest record of each stream, so that a due
  /// record can be of an earlier period than the one before it.
  bool holds() const noexcept { return !held_.empty(); }
  /// Removes the first `count` due records.
  void Remove(std::size_t count);

 private:
  bool LeavesNextUnsorted() const noexcept;
  void Hold(std::size_t begin);
  void SkipKnown(std::size_t begin);

  const Worlds& worlds_;
  const Routes& routes_;
  const Faults& faults_;
  Tally& tally_;
  Calendar calendar_;
  // Instead of the calendar, for a layout by the records' own times.
  std::optional<PeriodCalendar> periods_;
  // The newest record of each stream, if the job may cut a stream's last
  // record.
  std::vector<std::optional<Record>> held_;
  std::vector<std::uint64_t> to_skip_;  // per stream
  bool is_skipping_ = false;
  std::int64_t period_ms_;
  std::size_t max_unsorted_second_;
  UnsortedSeconds seconds_;
  std::vector<Record> due_;
  // The number of records at its begin that are no longer due. They are erased
  // when they are most of it, so that a caller can remove few at a time.
  std::size_t removed_ = 0;
};

}  // namespace busyhour::internal

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/calendar.h"
#include "engine/period_calendar.h"
#include "engine/routes.h"
#include "engine/tally.h"
#include "faults/faults.h"
#include "job/job.h"
#include "logs/record.h"
#include "logs/worlds.h"

namespace busyhour {

/// The records of a run from the calls that caused them until they are due, in
/// order of delivery.
class DueRecords {
 public:
  /// All must outlive it. Faults and records that it skips are counted in
  /// `tally`.
  DueRecords(const Worlds& worlds, const Job& job, const Routes& routes,
             const Faults& faults, Tally& tally);

  /// Skips the first `records` of a stream, which are in it already. They are
  /// made again, to find the record that follows them, but not encoded.
  void Skip(std::size_t stream, std::uint64_t records);
  /// Whether it still waits for records that it shall skip.
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
  /// The same for the records that it holds back. Call it after the last
  /// record.
  void TakeHeld();

  /// Those that are due.
  std::span<const Record> due() const noexcept { return due_; }
  /// Whether a record may stand among those of a later period.
  bool holds() const noexcept { return !held_.empty(); }
  /// Removes the first `count` of those that are due.
  void Remove(std::size_t count);

 private:
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
  std::vector<Record> due_;
};

}  // namespace busyhour

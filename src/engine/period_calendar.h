#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "logs/record.h"

namespace busyhour::internal {

/// Puts records into order of the periods of their own times, and within a
/// period into order of delivery.
///
/// Records are added call by call, in the order of their calls, and taken out
/// one period at a time, as soon as no later call can leave a record in it.
/// Ties keep the order of insertion, which is (slot, number, generation,
/// sequence). Memory follows the records whose periods are not complete.
class PeriodCalendar {
 public:
  explicit PeriodCalendar(std::int64_t period_ms) : period_ms_(period_ms) {}

  /// The records' periods must not have been taken.
  void Add(std::span<const Record> records);

  /// Whether the first period with records ends before this second, so that no
  /// call attempted later can leave a record in it.
  bool EndsBefore(std::uint64_t second) const noexcept;
  /// Appends the records of the first period with records to `out`, in order.
  /// There must be one.
  void TakePeriod(std::vector<Record>& out);

  bool empty() const noexcept { return periods_.empty(); }

 private:
  std::int64_t period_ms_;
  std::map<std::int64_t, std::vector<Record>> periods_;
};

}  // namespace busyhour::internal

#include "engine/period_calendar.h"

#include <algorithm>

#include "base/time.h"

namespace busyhour::internal {

void PeriodCalendar::Add(std::span<const Record> records) {
  for (const Record& record : records) {
    periods_[record.time().ms / period_ms_].push_back(record);
  }
}

bool PeriodCalendar::EndsBefore(std::uint64_t second) const noexcept {
  return !periods_.empty() &&
         (periods_.begin()->first + 1) * period_ms_ <=
             static_cast<std::int64_t>(second) * kMsPerSecond;
}

void PeriodCalendar::TakePeriod(std::vector<Record>& out) {
  std::vector<Record>& records = periods_.begin()->second;
  std::stable_sort(records.begin(), records.end(),
                   [](const Record& a, const Record& b) {
                     return a.delivery().ms < b.delivery().ms;
                   });
  out.insert(out.end(), records.begin(), records.end());
  periods_.erase(periods_.begin());
}

}  // namespace busyhour::internal

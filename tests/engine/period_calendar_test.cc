#include "engine/period_calendar.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "base/time.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kFirstSecond = 1'772'438'400;  // begins a period
constexpr std::int64_t kPeriodMs = 5 * kMsPerMinute;

Record RecordOf(std::uint64_t slot, std::uint32_t time_ms,
                std::uint32_t delivery_ms, std::uint32_t number) {
  Record record;
  record.key = RecordKey({slot, 0}, LogType::kUsage);
  record.time_ms = time_ms;
  record.delivery_ms = delivery_ms;
  record.place = Record::PlaceOf(0, number);  // distinguishes records
  return record;
}

// For all records, added slot by slot while complete periods are taken out: the
// order of the output is that of a stable sort by (period, delivery).
TEST(PeriodCalendarTest, GivesTheOrderOfAStableSort) {
  constexpr std::uint64_t kSlots = 1500;
  std::mt19937 random(3);
  PeriodCalendar calendar(kPeriodMs);
  std::vector<Record> all;
  std::vector<Record> taken;
  for (std::uint64_t slot = kFirstSecond; slot < kFirstSecond + kSlots;
       ++slot) {
    std::vector<Record> call;
    for (int i = 0; i < 3; ++i) {
      const auto time_ms = static_cast<std::uint32_t>(random() % 900'000);
      // Few values, so that many records are delivered at the same time.
      const auto late_ms = static_cast<std::uint32_t>(random() % 40 * 10'000);
      call.push_back(RecordOf(slot, time_ms / 1000 * 1000, time_ms + late_ms,
                              static_cast<std::uint32_t>(all.size())));
      call.back().delivery_ms = call.back().delivery_ms / 1000 * 1000;
      all.push_back(call.back());
    }
    calendar.Add(call);
    while (calendar.EndsBefore(slot + 1)) calendar.TakePeriod(taken);
  }
  EXPECT_GT(taken.size(), all.size() / 4);
  EXPECT_LT(taken.size(), all.size());
  while (!calendar.empty()) calendar.TakePeriod(taken);
  std::stable_sort(
      all.begin(), all.end(), [](const Record& a, const Record& b) {
        const std::int64_t one = a.time().ms / kPeriodMs;
        const std::int64_t other = b.time().ms / kPeriodMs;
        return one != other ? one < other : a.delivery() < b.delivery();
      });
  ASSERT_EQ(taken.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    ASSERT_EQ(taken[i].call_number(), all[i].call_number()) << i;
  }
}

TEST(PeriodCalendarTest, APeriodIsCompleteWhenNoLaterCallReachesIt) {
  PeriodCalendar calendar(kPeriodMs);
  EXPECT_FALSE(calendar.EndsBefore(kFirstSecond + 1000));
  const std::vector<Record> call = {
      RecordOf(kFirstSecond + 10, 289'999, 900'000, 0)};
  calendar.Add(call);
  EXPECT_FALSE(calendar.EndsBefore(kFirstSecond + 299));
  EXPECT_TRUE(calendar.EndsBefore(kFirstSecond + 300));
}

}  // namespace
}  // namespace busyhour::internal

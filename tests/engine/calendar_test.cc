#include "engine/calendar.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "engine/second_sorter.h"
#include "engine/unsorted_seconds.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kFirst = 1'772'438'400;

Record RecordOf(std::uint64_t slot, std::uint32_t delivery_ms,
                std::uint32_t number) {
  Record record;
  record.key = RecordKey({slot, number}, LogType::kOperational);
  record.delivery_ms = delivery_ms;
  record.place = Record::PlaceOf(0, number);  // distinguishes records
  return record;
}

// The order of contract 4: by delivery, then in the order in which they were
// added.
void SortStably(std::vector<Record>& records) {
  std::stable_sort(records.begin(), records.end(),
                   [](const Record& a, const Record& b) {
                     return a.delivery() < b.delivery();
                   });
}

void ExpectSame(const std::vector<Record>& actual,
                const std::vector<Record>& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    ASSERT_EQ(actual[i].call_number(), expected[i].call_number()) << i;
    ASSERT_EQ(actual[i].key, expected[i].key) << i;
    ASSERT_EQ(actual[i].delivery_ms, expected[i].delivery_ms) << i;
  }
}

// For all records, added slot by slot while earlier seconds are taken out: the
// order of the output is that of a stable sort by delivery.
TEST(CalendarTest, GivesTheOrderOfAStableSort) {
  struct Load {
    std::uint32_t horizon_ms;
    int slots;
    int records_a_slot;
  };
  for (const auto& [horizon_ms, slots, records_a_slot] :
       {Load{0, 50, 30}, Load{999, 50, 40}, Load{5'000, 200, 25},
        Load{90'000, 300, 100}, Load{1'234'567, 100, 300}, Load{2'000, 8, 6000},
        Load{9'000'000, 6'000, 3}, Load{400'000'000, 5'000, 40}}) {
    std::mt19937 random(1);
    Calendar calendar(kFirst, horizon_ms);
    std::vector<Record> all;
    std::vector<Record> taken;
    std::uint32_t number = 0;
    for (int i = 0; i < slots; ++i) {
      const std::uint64_t slot = kFirst + static_cast<std::uint64_t>(i);
      for (int j = 0; j < records_a_slot; ++j) {
        const Record record = RecordOf(
            slot, static_cast<std::uint32_t>(random() % (horizon_ms + 1ull)),
            number++);
        all.push_back(record);
        calendar.Add(record);
      }
      ASSERT_EQ(calendar.next_second(), slot);
      calendar.TakeSecond(taken);
      ASSERT_EQ(calendar.in_flight(), all.size() - taken.size());
      ASSERT_EQ(calendar.empty(), all.size() == taken.size());
    }
    while (!calendar.empty()) calendar.TakeSecond(taken);
    SortStably(all);
    ExpectSame(taken, all);
  }
}

// For all numbers of records in one second: they are ordered by millisecond,
// and within a millisecond in the order in which they were added.
TEST(CalendarTest, OrdersSecondsOfAnySize) {
  std::mt19937 random(2);
  for (const std::uint32_t count :
       {0u, 1u, 2u, 11u, 12u, 13u, 500u, 2047u, 2048u, 2049u, 5000u, 70'000u}) {
    for (const std::uint32_t different_ms : {1u, 3u, 1000u}) {
      Calendar calendar(kFirst, 10'000);
      std::vector<Record> all;
      for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t ms =
            different_ms == 3
                ? 31 + static_cast<std::uint32_t>(random() % 3)
                : static_cast<std::uint32_t>(random() % different_ms);
        all.push_back(RecordOf(kFirst, 4'000 + ms, i));
        calendar.Add(all.back());
      }
      std::vector<Record> taken;
      for (int second = 0; second < 4; ++second) calendar.TakeSecond(taken);
      EXPECT_TRUE(taken.empty());
      calendar.TakeSecond(taken);
      SortStably(all);
      ExpectSame(taken, all);
      EXPECT_TRUE(calendar.empty());
    }
  }
}

// Records of calls in different slots are delivered in one second: ties keep
// the order of the slots.
TEST(CalendarTest, BreaksTiesInTheOrderOfCalls) {
  Calendar calendar(kFirst, 10'000);
  // Records 0, 1 and 3 have the same time, relative to different slots.
  calendar.Add(RecordOf(kFirst, 5'123, 0));
  calendar.Add(RecordOf(kFirst + 1, 4'123, 1));
  calendar.Add(RecordOf(kFirst + 1, 4'122, 2));
  calendar.Add(RecordOf(kFirst + 4, 1'123, 3));
  std::vector<Record> taken;
  while (!calendar.empty()) calendar.TakeSecond(taken);
  ASSERT_EQ(taken.size(), 4u);
  EXPECT_EQ(taken[0].call_number(), 2u);
  EXPECT_EQ(taken[1].call_number(), 0u);
  EXPECT_EQ(taken[2].call_number(), 1u);
  EXPECT_EQ(taken[3].call_number(), 3u);
}

TEST(CalendarTest, HoldsARecordAtItsHorizon) {
  for (const std::uint32_t horizon_ms :
       {0u, 1u, 999u, 1000u, 61'999u, 64'000u, 2'048'000u, 4'095'999u,
        400'000'000u}) {
    Calendar calendar(kFirst, horizon_ms);
    std::vector<Record> taken;
    for (std::uint64_t slot = kFirst; slot < kFirst + 200; ++slot) {
      calendar.Add(RecordOf(slot, 0, 0));
      calendar.Add(RecordOf(slot, horizon_ms, 1));
      calendar.TakeSecond(taken);
    }
    while (!calendar.empty()) calendar.TakeSecond(taken);
    ASSERT_EQ(taken.size(), 400u) << horizon_ms;
    for (std::size_t i = 1; i < taken.size(); ++i) {
      ASSERT_LE(taken[i - 1].delivery(), taken[i].delivery()) << horizon_ms;
    }
  }
}

// For all numbers of records in a second: it does not matter whether a second
// is sorted when it is taken or later, after more records were added. Its
// memory is used again only once it is released.
TEST(CalendarTest, SecondsCanBeSortedLater) {
  for (const std::uint32_t a_second : {1u, 7u, 16u, 17u, 300u, 3000u}) {
    std::mt19937 random(3);
    Calendar sorting(kFirst, 9'000);
    Calendar calendar(kFirst, 9'000);
    SecondSorter sorter;
    UnsortedSeconds seconds;
    std::vector<Record> expected;
    std::vector<Record> sorted;
    for (std::uint32_t number = 0; number < 60 * a_second; ++number) {
      const std::uint64_t slot = kFirst + number / a_second;
      const Record record =
          RecordOf(slot, static_cast<std::uint32_t>(random() % 9'000), number);
      sorting.Add(record);
      calendar.Add(record);
      if ((number + 1) % a_second != 0) continue;
      const std::uint32_t next = calendar.next_size();
      const std::size_t before = expected.size();
      sorting.TakeSecond(expected);
      ASSERT_EQ(expected.size() - before, next);
      calendar.TakeSecond(seconds);
      ASSERT_EQ(calendar.in_flight(), sorting.in_flight());
      // Sometimes one second, sometimes several.
      if (random() % 3 > 0) continue;
      ASSERT_EQ(seconds.size(), expected.size() - sorted.size());
      sorter.Append(seconds, sorted);
      seconds.Release();
      ASSERT_TRUE(seconds.empty());
    }
    sorter.Append(seconds, sorted);
    seconds.Release();
    ExpectSame(sorted, expected);
  }
}

TEST(CalendarTest, AppendsToWhatIsThere) {
  Calendar calendar(kFirst, 1'000);
  calendar.Add(RecordOf(kFirst, 0, 7));
  std::vector<Record> taken = {RecordOf(kFirst, 0, 1)};
  calendar.TakeSecond(taken);
  ASSERT_EQ(taken.size(), 2u);
  EXPECT_EQ(taken[0].call_number(), 1u);
  EXPECT_EQ(taken[1].call_number(), 7u);
  calendar.TakeSecond(taken);
  EXPECT_EQ(taken.size(), 2u);
  EXPECT_EQ(calendar.next_second(), kFirst + 2);
}

}  // namespace
}  // namespace busyhour::internal

#include "load/account.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <utility>
#include <vector>

namespace busyhour::internal {
namespace {

using Ranges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

Ranges RangesOf(const Account& account, Ending ending, LogType log) {
  Ranges ranges;
  for (const RecordRange& range : account.ranges(ending, log)) {
    ranges.emplace_back(range.first, range.count);
  }
  return ranges;
}

// The ranges of numbers of a log's records that have the ending `wanted`.
Ranges Joined(const std::vector<Ending>& endings, Ending wanted) {
  Ranges ranges;
  for (std::size_t i = 0; i < endings.size(); ++i) {
    if (endings[i] != wanted) continue;
    if (!ranges.empty() && ranges.back().first + ranges.back().second == i) {
      ++ranges.back().second;
    } else {
      ranges.emplace_back(i, 1);
    }
  }
  return ranges;
}

// Each delivery is counted separately: if one of two copies of a record is
// refused, exactly this copy has failed.
TEST(AccountTest, CopiesOfARecordHaveEndingsOfTheirOwn) {
  Account account;
  std::array<LoadBatch, 2> batches;
  for (std::size_t i = 0; i < 2; ++i) {
    LoadBatch& batch = batches[i];
    batch.index = i;
    batch.records = 15;
    batch.ranges[2] = {15 * i, 15};
    batch.bytes = "x";
    account.Plan(batch);
    account.Send(batch, 0, false);
    batch.sent = 0;
  }
  account.End(batches[0], Ending::kFailed);
  account.Acknowledge(batches[1], 1, {}, Certainty::kConfirmed);
  account.Finish(1);
  EXPECT_EQ(RangesOf(account, Ending::kFailed, LogType::kUsage),
            (Ranges{{0, 15}}));
  EXPECT_EQ(account.planned_of(LogType::kUsage), 30u);
  EXPECT_EQ(account.count(Ending::kAcknowledged), 15u);
}

// A window has the times of its seconds, also if an acknowledgement is taken
// back later; a time belongs to the second in which it was entered.
TEST(AccountTest, WindowsHaveTheTimesFromTheirSecondOn) {
  constexpr std::size_t kSeconds = 6;
  Account account;
  account.KeepWindows({2, 4});
  std::vector<LoadBatch> batches(kSeconds);
  for (std::size_t second = 0; second < kSeconds; ++second) {
    const Nanos now = static_cast<Nanos>(second) * kNanosPerSecond + 1000;
    account.Advance(now, {});
    LoadBatch& batch = batches[second];
    batch.records = second + 1;
    batch.ranges[0] = {100 * second, batch.records};
    batch.bytes = "x";
    batch.BeDueAt(now - 1000);
    account.Plan(batch);
    account.Send(batch, now, true);
    batch.sent = now;
    account.Acknowledge(batch, now, {}, Certainty::kConfirmed);
    if (second == 5) {
      account.TakeBack(batches[3]);  // of a closed second
      account.TakeBack(batches[5]);  // of the current one
    }
  }
  account.Finish(static_cast<Nanos>(kSeconds) * kNanosPerSecond);
  ASSERT_EQ(account.windows().size(), 3u);
  EXPECT_EQ(account.lateness().count(), 21u);
  EXPECT_EQ(account.latency().count(), 11u);
  const LoadWindow& from_2 = account.windows()[1];
  EXPECT_EQ(from_2.lateness.count(), 3u + 4 + 5 + 6);
  EXPECT_EQ(from_2.latency.count(), 3u + 5);
  EXPECT_EQ(from_2.service_time.count(), 3u + 5);
  const LoadWindow& from_4 = account.windows()[2];
  EXPECT_EQ(from_4.lateness.count(), 5u + 6);
  EXPECT_EQ(from_4.latency.count(), 5u);
  EXPECT_EQ(from_4.service_time.count(), 5u);
}

// For all orders in which batches end, and all records that are refused
// individually: the ranges of each ending contain exactly the records with that
// ending, in order and joined.
TEST(AccountTest, RangesAreExactWhateverEndsWhen) {
  std::mt19937 random(7);
  for (int trial = 0; trial < 200; ++trial) {
    Account account;
    std::array<std::vector<Ending>, kLogTypeCount> endings;
    std::vector<LoadBatch> batches(1 + random() % 40);
    for (LoadBatch& batch : batches) {
      batch.records = 1 + random() % 9;
      batch.bytes = "x";
      for (std::uint64_t i = 0; i < batch.records; ++i) {
        const auto log = static_cast<std::size_t>(random() % kLogTypeCount);
        batch.logs.push_back(static_cast<LogType>(log));
        RecordRange& range = batch.ranges[log];
        if (range.count++ == 0) range.first = endings[log].size();
        endings[log].push_back(Ending::kNotSent);
      }
      account.Plan(batch);
    }
    std::shuffle(batches.begin(), batches.end(), random);
    for (LoadBatch& batch : batches) {
      std::array<std::uint64_t, kLogTypeCount> next{};
      std::vector<std::uint32_t> refused;
      const auto ending = static_cast<Ending>(random() % kEndingCount);
      for (std::uint32_t i = 0; i < batch.records; ++i) {
        const auto log = static_cast<std::size_t>(batch.logs[i]);
        Ending& own = endings[log][batch.ranges[log].first + next[log]++];
        own = ending;
        if (ending == Ending::kAcknowledged && random() % 4 == 0) {
          refused.push_back(i);
          own = Ending::kFailed;
        }
      }
      if (ending == Ending::kAcknowledged) {
        batch.sent = 0;
        account.Acknowledge(batch, 1, refused, Certainty::kConfirmed);
      } else {
        account.End(batch, ending);
      }
    }
    for (std::size_t log = 0; log < kLogTypeCount; ++log) {
      for (const Ending ending :
           {Ending::kFailed, Ending::kDropped, Ending::kNotSent}) {
        ASSERT_EQ(RangesOf(account, ending, static_cast<LogType>(log)),
                  Joined(endings[log], ending))
            << trial;
      }
    }
    // If everything is lost, all acknowledged records have failed.
    account.Finish(2);
    account.TakeBackAll("gone");
    EXPECT_EQ(account.count(Ending::kAcknowledged), 0u);
    std::uint64_t failed = 0;
    for (std::size_t log = 0; log < kLogTypeCount; ++log) {
      for (Ending& ending : endings[log]) {
        if (ending == Ending::kAcknowledged) ending = Ending::kFailed;
        failed += ending == Ending::kFailed;
      }
      ASSERT_EQ(RangesOf(account, Ending::kFailed, static_cast<LogType>(log)),
                Joined(endings[log], Ending::kFailed))
          << trial;
    }
    EXPECT_EQ(account.count(Ending::kFailed), failed);
  }
}

}  // namespace
}  // namespace busyhour::internal

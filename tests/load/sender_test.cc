#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "load/sending.h"

namespace busyhour::internal {
namespace {

TEST(SenderTest, NothingIsSentBeforeItIsDue) {
  Sending run(500, 3 * kMillisecond);
  EXPECT_TRUE(run.Go().ok());
  ASSERT_EQ(run.sink.sent.size(), 500u);
  for (std::size_t i = 0; i < 500; ++i) {
    EXPECT_EQ(run.sink.sent[i], i);
    const Nanos due = static_cast<Nanos>(i) * 3 * kMillisecond;
    EXPECT_GE(run.sink.sent_at[i], due);
    EXPECT_LT(run.sink.sent_at[i], due + kMillisecond);
  }
  EXPECT_EQ(run.account.count(Ending::kAcknowledged), 5000u);
  EXPECT_LT(run.account.lateness().max(), kMillisecond);
}

// A record may be due long before its batch is complete. That is the plan, and
// no lateness, but it counts in the time to the acknowledgement.
TEST(SenderTest, WaitingForTheRestOfABatchIsNotLateness) {
  Sending run(0, 0);
  Lookahead lookahead(1 << 20);
  auto batch = std::make_unique<LoadBatch>();
  batch->bytes = "x";
  batch->records = 10;
  batch->ranges[2] = {0, 10};
  batch->BeDueAt(kNanosPerSecond);
  batch->first_due = 0;
  lookahead.Put(std::move(batch));
  lookahead.End();
  Sender sender(run.sink, lookahead, run.account, run.clock, run.options);
  EXPECT_TRUE(sender.Run().ok());
  EXPECT_EQ(run.account.lateness().count(), 10u);
  EXPECT_LT(run.account.lateness().max(), kMillisecond);
  EXPECT_GE(run.account.latency().max(), kNanosPerSecond);
}

// For all numbers of batches in flight: the time in which they are too few is
// known. Ten batches are due while one is answered.
TEST(SenderTest, TooFewBatchesInFlightShow) {
  for (const std::size_t most : {1, 4, 9, 11, 64}) {
    Sending run(500, 10 * kMillisecond);
    run.sink.room = 1000;
    run.sink.latency = 100 * kMillisecond;
    run.options.max_in_flight = most;
    Sender sender(run.sink, run.lookahead, run.account, run.clock, run.options);
    EXPECT_TRUE(sender.Run().ok());
    if (most > 10) {
      EXPECT_EQ(sender.crowded(), 0) << most;
    } else {
      EXPECT_GT(sender.crowded(), run.account.end() * 9 / 10) << most;
    }
  }
}

// A receiver that stalls does not slow the plan: records due during the stall
// are late by their delay, and all of them count.
TEST(SenderTest, AStallShowsFromTheIntendedTimes) {
  Sending run(1000, 10 * kMillisecond);
  run.sink.stall_begin = 2 * kNanosPerSecond;
  run.sink.stall_end = 7 * kNanosPerSecond;
  EXPECT_TRUE(run.Go().ok());
  EXPECT_EQ(run.account.count(Ending::kAcknowledged), 10'000u);
  EXPECT_NEAR(static_cast<double>(run.account.lateness().max()), 5e9, 1e8);
  // Half of all records are due in these five seconds.
  EXPECT_NEAR(static_cast<double>(run.account.lateness().Quantile(0.75)), 2.5e9,
              1e8);
  const std::vector<LoadSecond>& seconds = run.account.seconds();
  ASSERT_GE(seconds.size(), 10u);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_NEAR(static_cast<double>(seconds[i].planned), 1000, 10) << i;
  }
  EXPECT_EQ(seconds[4].sent, 0u);
  EXPECT_NEAR(static_cast<double>(seconds[4].backlog), 3e9, 1e8);
  EXPECT_LT(seconds[8].lateness_max, kNanosPerSecond / 10);
}

TEST(SenderTest, AFullQueueWaitsFailsOrDrops) {
  for (const Overload overload :
       {Overload::kWait, Overload::kFail, Overload::kDrop}) {
    Sending run(1000, kMillisecond);
    run.sink.stall_begin = 0;
    run.sink.stall_end = kNanosPerSecond / 2;
    run.options.overload = overload;
    run.options.max_queue_bytes = 100'000;  // 100 batches
    const Status status = run.Go();
    EXPECT_EQ(status.ok(), overload != Overload::kFail);
    EXPECT_GE(run.first_full, 99 * kMillisecond);
    EXPECT_LT(run.first_full, 160 * kMillisecond);
    switch (overload) {
      case Overload::kWait:
        EXPECT_EQ(run.account.count(Ending::kAcknowledged), 10'000u);
        break;
      case Overload::kFail:
        EXPECT_THAT(status.message(), testing::HasSubstr("the queue is full"));
        EXPECT_EQ(run.account.count(Ending::kAcknowledged), 0u);
        EXPECT_GE(run.account.count(Ending::kNotSent), 1000u);
        break;
      case Overload::kDrop: {
        const std::uint64_t dropped = run.account.count(Ending::kDropped);
        EXPECT_NEAR(static_cast<double>(dropped), 4000, 100);
        EXPECT_EQ(run.account.count(Ending::kAcknowledged), 10'000 - dropped);
        const auto& ranges =
            run.account.ranges(Ending::kDropped, LogType::kUsage);
        ASSERT_EQ(ranges.size(), 1u);
        EXPECT_EQ(ranges[0].count, dropped);
        EXPECT_NEAR(static_cast<double>(ranges[0].first), 1000, 20);
        break;
      }
    }
  }
}

TEST(SenderTest, ARemarkIsNoError) {
  Sending run(3, kMillisecond);
  run.sink.answer = [](const Batch& batch, Receipt& receipt) {
    if (batch.index == 1) receipt.remark = "under pressure";
  };
  EXPECT_TRUE(run.Go().ok());
  EXPECT_EQ(run.account.count(Ending::kAcknowledged), 30u);
  EXPECT_TRUE(run.account.errors().empty());
  EXPECT_EQ(run.account.remarks().at("under pressure").records, 10u);
}

TEST(SenderTest, WhoWatchesSeesTheEnd) {
  Sending run(10, kMillisecond);
  std::uint64_t seen = 0;
  run.options.on_progress = [&](const Sender& sender, Nanos) {
    seen = sender.account().count(Ending::kAcknowledged);
    EXPECT_EQ(sender.queued() + sender.in_flight(), 0u);
  };
  EXPECT_TRUE(run.Go().ok());
  EXPECT_EQ(seen, 100u);
}

TEST(SenderTest, WithoutAPaceTheClockMayEndIt) {
  Sending run(1000, 0);
  run.options.paced = false;
  run.options.end = 100 * kMillisecond;
  run.sink.room = 1;
  EXPECT_TRUE(run.Go().ok());
  EXPECT_NEAR(static_cast<double>(run.account.planned()), 1000, 150);
  EXPECT_EQ(run.account.count(Ending::kAcknowledged), run.account.planned());
}

TEST(SenderTest, WithoutAPaceTheReceiverSetsIt) {
  Sending run(1000, 0);
  run.options.paced = false;
  run.sink.room = 1;
  EXPECT_TRUE(run.Go().ok());
  EXPECT_EQ(run.account.count(Ending::kAcknowledged), 10'000u);
  EXPECT_EQ(run.account.lateness().count(), 0u);
  EXPECT_NEAR(static_cast<double>(run.clock.now), 1e9, 2e8);
  // Batches count as planned in the second in which there was room for them.
  EXPECT_GT(run.account.seconds().size(), 1u);
  for (const LoadSecond& second : run.account.seconds()) {
    EXPECT_EQ(second.planned, second.sent);
  }
}

}  // namespace
}  // namespace busyhour::internal

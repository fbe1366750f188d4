#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <utility>

#include "load/sending.h"

namespace busyhour::internal {
namespace {

TEST(SenderTest, GivesUpOnAReceiverThatIsGone) {
  Sending run(5000, 100 * kMillisecond);
  run.options.give_up = 5 * kNanosPerSecond;
  run.sink.answer = [&](const Batch& batch, Receipt& receipt) {
    if (batch.index < 100) return;
    receipt.kind = Receipt::Kind::kRetry;
    receipt.error = "connection refused";
  };
  const Status status = run.Go();
  EXPECT_THAT(status.message(), testing::HasSubstr("--give-up"));
  EXPECT_NEAR(static_cast<double>(run.clock.now), 15e9, 3e9);
  EXPECT_EQ(run.account.count(Ending::kAcknowledged), 1000u);
  EXPECT_GT(run.account.count(Ending::kNotSent), 0u);
}

// No batch fails: the receiver is connected, but does not read.
TEST(SenderTest, GivesUpOnAReceiverThatNoLongerAnswers) {
  Sending run(1000, 10 * kMillisecond);
  run.options.give_up = 5 * kNanosPerSecond;
  run.sink.stall_begin = 2 * kNanosPerSecond;
  EXPECT_THAT(run.Go().message(), testing::HasSubstr("--give-up"));
  EXPECT_NEAR(static_cast<double>(run.clock.now), 7e9, 1e8);
}

// This also holds if the lookahead contains only a few batches.
TEST(SenderTest, WhatWasDueAtAnEarlyEndWasPlanned) {
  Sending run(0, 0);
  Lookahead narrow(1);
  std::thread maker([&narrow] {
    for (std::uint64_t i = 0; i < 1000; ++i) {
      auto batch = std::make_unique<LoadBatch>();
      batch->index = i;
      batch->bytes.assign(1000, 'x');
      batch->records = 10;
      batch->ranges[2] = {i * 10, 10};
      batch->BeDueAt(static_cast<Nanos>(i) * 10 * kMillisecond);
      if (!narrow.Put(std::move(batch))) break;
    }
    narrow.End();
  });
  run.options.give_up = 5 * kNanosPerSecond;
  run.options.max_queue_bytes = 10'000;
  run.sink.stall_begin = 0;
  Sender sender(run.sink, narrow, run.account, run.clock, run.options);
  EXPECT_FALSE(sender.Run().ok());
  maker.join();
  EXPECT_NEAR(static_cast<double>(run.account.planned()), 5000, 100);
  EXPECT_EQ(run.account.count(Ending::kNotSent), run.account.planned());
  // What was never sent is as late as it was at the end.
  EXPECT_EQ(run.account.lateness().count(), run.account.planned());
  EXPECT_NEAR(static_cast<double>(run.account.lateness().Quantile(0.5)), 2.5e9,
              0.2e9);
}

// The receiver's client library retries by itself, and finally reports a
// timeout.
TEST(SenderTest, GivesUpOnAReceiverWhoseClientHasGivenUpBatchAfterBatch) {
  Sending run(500, 100 * kMillisecond);
  run.options.give_up = 5 * kNanosPerSecond;
  run.sink.latency = 500 * kMillisecond;
  run.sink.answer = [&](const Batch&, Receipt& receipt) {
    receipt.kind = Receipt::Kind::kRefused;
    receipt.error = "Local: Message timed out";
    receipt.is_unanswered = true;
  };
  EXPECT_THAT(run.Go().message(), testing::HasSubstr("--give-up"));
  EXPECT_NEAR(static_cast<double>(run.clock.now), 5e9, 1e9);
  EXPECT_GT(run.account.count(Ending::kFailed), 0u);
}

TEST(SenderTest, AReceiverThatWillTakeNothingMoreEndsTheRun) {
  Sending run(100, kMillisecond);
  run.sink.answer = [&](const Batch&, Receipt& receipt) {
    receipt.kind = Receipt::Kind::kRefused;
    receipt.error = "HTTP 401";
    receipt.answer = "who are you";
    receipt.is_final = true;
  };
  EXPECT_EQ(run.Go().message(), "HTTP 401: who are you");
  EXPECT_LT(run.sink.sent.size(), 10u);
}

TEST(SenderTest, AnInterruptDrainsAndAnotherStopsAtOnce) {
  for (const int interrupts : {1, 2}) {
    Sending run(1000, kMillisecond);
    std::atomic<int> interrupt{0};
    run.options.interrupt = &interrupt;
    run.sink.latency = 100 * kMillisecond;
    run.sink.room = 1000;
    run.options.max_in_flight = 1000;
    run.sink.answer = [&](const Batch& batch, Receipt&) {
      if (batch.index == 100) interrupt = interrupts;
    };
    EXPECT_TRUE(run.Go().ok());
    // Batches 0 to 200 have been sent by then.
    const std::uint64_t acknowledged = run.account.count(Ending::kAcknowledged);
    const std::uint64_t failed = run.account.count(Ending::kFailed);
    EXPECT_NEAR(static_cast<double>(acknowledged + failed), 2000, 30);
    if (interrupts == 1) {
      EXPECT_EQ(failed, 0u);
    } else {
      EXPECT_NEAR(static_cast<double>(failed), 1000, 30);
    }
  }
}

// Batches that become due while a run drains are not part of the plan. Batches
// that were already due are sent, even if the queue holds few at a time.
TEST(SenderTest, AnInterruptEndsThePlan) {
  for (const std::size_t queue : {64 << 20, 10'000}) {
    Sending run(1000, kMillisecond);
    std::atomic<int> interrupt{0};
    run.options.interrupt = &interrupt;
    run.options.max_queue_bytes = queue;
    run.sink.room = 1;
    run.sink.latency = 3 * kMillisecond;
    run.sink.answer = [&](const Batch& batch, Receipt&) {
      if (batch.index == 100) interrupt = 1;
    };
    EXPECT_TRUE(run.Go().ok());
    EXPECT_NEAR(static_cast<double>(run.account.planned()), 3030, 30);
    EXPECT_EQ(run.account.count(Ending::kAcknowledged), run.account.planned());
    EXPECT_GT(run.clock.now, 900 * kMillisecond);
  }
}

// This holds however a run ends. Here, it ends because the queue is full, and
// the receiver has received all that was sent.
TEST(SenderTest, WhatWasAnsweredForBeforeTheEndHasNotFailed) {
  Sending run(1000, 100);
  run.options.overload = Overload::kFail;
  run.options.max_queue_bytes = 10'000;
  run.sink.latency = 1000;
  run.sink.room = 1;
  EXPECT_FALSE(run.Go().ok());
  EXPECT_EQ(run.account.count(Ending::kFailed), 0u);
  EXPECT_EQ(run.account.count(Ending::kAcknowledged),
            10 * run.sink.sent.size());
  EXPECT_GT(run.account.count(Ending::kNotSent), 0u);
}

TEST(SenderTest, AReceiverThatNeverAnswersIsNotWaitedForBeyondTheDrain) {
  Sending run(10, kMillisecond);
  std::atomic<int> interrupt{1};
  run.options.interrupt = &interrupt;
  run.sink.silent = true;
  run.options.interrupted_drain = 3 * kNanosPerSecond;
  EXPECT_TRUE(run.Go().ok());
  EXPECT_LT(run.clock.now, 4 * kNanosPerSecond);
}

// The receiver takes 4 batches a second, and the plan has 10.
TEST(SenderTest, TheDrainAfterThePlanIsBounded) {
  Sending run(100, 100 * kMillisecond);
  run.sink.room = 1;
  run.sink.latency = 250 * kMillisecond;
  run.options.max_drain = 3 * kNanosPerSecond;
  EXPECT_THAT(run.Go().message(), testing::HasSubstr("--max-drain"));
  EXPECT_NEAR(static_cast<double>(run.clock.now), 12.9e9, 0.3e9);
  EXPECT_EQ(run.account.planned(), 1000u);
  EXPECT_NEAR(static_cast<double>(run.account.count(Ending::kAcknowledged)),
              510, 20);
}

// The queue is full and the lookahead has more: only the clock tells that the
// plan has ended.
TEST(SenderTest, TheDrainIsBoundedWhenTheQueueIsFull) {
  Sending run(100, 100 * kMillisecond);
  run.sink.room = 1;
  run.sink.latency = kNanosPerSecond;
  run.options.max_queue_bytes = 5000;
  run.options.end = 10 * kNanosPerSecond;
  run.options.max_drain = 3 * kNanosPerSecond;
  EXPECT_THAT(run.Go().message(), testing::HasSubstr("--max-drain"));
  EXPECT_NEAR(static_cast<double>(run.clock.now), 13e9, 0.3e9);
  EXPECT_EQ(run.account.planned(), 1000u);
}

TEST(SenderTest, ADrainThatIsShortEnoughChangesNothing) {
  Sending run(10, 100 * kMillisecond);
  run.sink.room = 1;
  run.sink.latency = 250 * kMillisecond;
  run.options.max_drain = 3 * kNanosPerSecond;
  EXPECT_TRUE(run.Go().ok());
  EXPECT_EQ(run.account.count(Ending::kAcknowledged), 100u);
}

}  // namespace
}  // namespace busyhour::internal

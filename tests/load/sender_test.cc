#include "load/sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "load/made_batches.h"

namespace busyhour {
namespace {

class FakeClock : public RunClock {
 public:
  Nanos Now() override { return now; }
  Nanos now = 0;
};

// A receiver that uses the clock of the test. It answers a batch with `answer`,
// `latency` after it was sent, and accepts `room` batches at a time.
class FakeSink : public BatchSink {
 public:
  explicit FakeSink(FakeClock& clock) : clock_(clock) {}

  Status Open() override { return Status::Ok(); }
  bool HasRoom() const noexcept override {
    return under_way_.size() < room && !IsStalled();
  }
  void Send(Batch& batch) override {
    sent.push_back(batch.index);
    sent_at.push_back(clock_.now);
    under_way_.push_back({&batch, clock_.now + latency});
  }
  void Poll(std::chrono::nanoseconds wait,
            std::vector<Receipt>& receipts) override {
    ++polls;
    Nanos until = clock_.now + wait.count();
    if (!under_way_.empty()) {
      until = std::min(until, std::max(clock_.now, under_way_.front().due));
    }
    if (wait.count() == 0) until = clock_.now + 1000;
    clock_.now = std::max(clock_.now, until);
    while (!under_way_.empty() && under_way_.front().due <= clock_.now &&
           !IsStalled()) {
      Receipt receipt;
      receipt.batch = under_way_.front().batch;
      if (answer) answer(*receipt.batch, receipt);
      under_way_.pop_front();
      if (receipt.kind == Receipt::Kind::kProvisional) {
        held_.push_back(receipt.batch);
      }
      if (!silent) receipts.push_back(std::move(receipt));
    }
  }

  /// Answers again each batch that had a provisional receipt.
  void EndSending() override {
    if (never_sure) return;
    for (Batch* const batch : held_) {
      under_way_.push_back({batch, clock_.now + latency});
    }
    held_.clear();
  }

  bool IsStalled() const noexcept {
    return clock_.now >= stall_begin && clock_.now < stall_end;
  }

  Nanos latency = kMillisecond;
  std::size_t room = 4;
  Nanos stall_begin = kNever;
  Nanos stall_end = kNever;
  bool silent = false;
  bool never_sure = false;
  std::function<void(const Batch&, Receipt&)> answer;
  std::vector<std::uint64_t> sent;
  std::vector<Nanos> sent_at;
  std::uint64_t polls = 0;

 private:
  struct UnderWay {
    Batch* batch;
    Nanos due;
  };
  FakeClock& clock_;
  std::deque<UnderWay> under_way_;
  std::vector<Batch*> held_;
};

// Batches of ten records, `every` apart, all queued before the run.
struct Sending {
  Sending(int batches, Nanos every) : sink(clock), lookahead(1 << 30) {
    for (int i = 0; i < batches; ++i) {
      auto batch = std::make_unique<LoadBatch>();
      batch->index = static_cast<std::uint64_t>(i);
      batch->bytes.assign(1000, 'x');
      batch->ends = {1000};
      batch->records = 10;
      batch->logs.assign(10, LogType::kUsage);
      batch->ranges[2] = {static_cast<std::uint64_t>(i) * 10, 10};
      for (std::uint32_t j = 0; j < 10; ++j) {
        batch->pieces.push_back({100 * j, 100});
      }
      batch->plain_bytes = 1000;
      batch->first_due = batch->due = i * every;
      lookahead.Put(std::move(batch));
    }
    lookahead.End();
  }

  Status Go() {
    Sender sender(sink, lookahead, account, clock, options);
    Status status = sender.Run();
    first_full = sender.first_full();
    // For all runs: every planned record has exactly one ending.
    std::uint64_t endings = 0;
    for (std::size_t i = 0; i < kEndingCount; ++i) {
      endings += account.count(static_cast<Ending>(i));
    }
    EXPECT_EQ(endings, account.planned());
    std::uint64_t planned = 0;
    for (const LoadSecond& second : account.seconds()) {
      planned += second.planned;
    }
    EXPECT_EQ(planned, account.planned());
    return status;
  }

  FakeClock clock;
  FakeSink sink;
  Lookahead lookahead;
  Account account;
  Sender::Options options;
  Nanos first_full = -1;
};

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

// A batch that can be retried is sent again in its place in the plan, with
// increasing pauses.
TEST(SenderTest, RetriesKeepTheOrderAndBackOff) {
  Sending run(20, kMillisecond);
  run.sink.room = 1;
  run.sink.latency = 0;
  int refusals = 6;
  run.sink.answer = [&](const Batch& batch, Receipt& receipt) {
    if (batch.index == 5 && refusals > 0) {
      --refusals;
      receipt.kind = Receipt::Kind::kRetry;
      receipt.error = "HTTP 503";
      receipt.answer = "later";
      receipt.may_have_arrived = refusals == 0;
    }
  };
  EXPECT_TRUE(run.Go().ok());
  EXPECT_EQ(run.account.count(Ending::kAcknowledged), 200u);
  EXPECT_EQ(run.account.retries(), 6u);
  EXPECT_EQ(run.account.duplicates_possible(), 10u);
  EXPECT_EQ(run.account.errors().at("HTTP 503").batches, 6u);
  EXPECT_EQ(run.account.errors().at("HTTP 503").answer, "later");
  std::vector<std::uint64_t> order = run.sink.sent;
  order.erase(std::unique(order.begin(), order.end()), order.end());
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  std::vector<Nanos> pauses;
  for (std::size_t i = 6; i <= 11; ++i) {
    pauses.push_back(run.sink.sent_at[i] - run.sink.sent_at[i - 1]);
  }
  EXPECT_LT(pauses[0], kMillisecond);  // the first retry is immediate
  for (std::size_t i = 1; i < pauses.size(); ++i) {
    const double base = 1e8 * static_cast<double>(1 << (i - 1));
    EXPECT_GT(static_cast<double>(pauses[i]), 0.74 * base) << i;
    EXPECT_LT(static_cast<double>(pauses[i]), 1.30 * base) << i;
  }
}

// Pauses are random, so that machines that failed at the same time do not retry
// at the same time.
TEST(SenderTest, EachWaitIsOfItsOwnLength) {
  Sending run(1, 0);
  run.options.max_attempts = 60;
  run.options.most_backoff = run.options.backoff;
  run.sink.answer = [](const Batch&, Receipt& receipt) {
    receipt.kind = Receipt::Kind::kRetry;
  };
  EXPECT_TRUE(run.Go().ok());
  ASSERT_EQ(run.sink.sent_at.size(), 60u);
  std::set<Nanos> waits;
  for (std::size_t i = 40; i < 60; ++i) {
    const Nanos wait = run.sink.sent_at[i] - run.sink.sent_at[i - 1];
    EXPECT_NEAR(static_cast<double>(wait), 100e6, 30e6);
    waits.insert(wait / kMillisecond);
  }
  EXPECT_GT(waits.size(), 10u);
}

TEST(SenderTest, WaitsAsLongAsTheReceiverAsks) {
  Sending run(2, kMillisecond);
  bool asked = false;
  run.sink.answer = [&](const Batch&, Receipt& receipt) {
    if (asked) return;
    asked = true;
    receipt.kind = Receipt::Kind::kRetry;
    receipt.error = "HTTP 429";
    receipt.retry_after = std::chrono::seconds(3);
  };
  EXPECT_TRUE(run.Go().ok());
  EXPECT_GE(run.sink.sent_at.back(), 3 * kNanosPerSecond);
  EXPECT_EQ(run.account.count(Ending::kAcknowledged), 20u);
}

TEST(SenderTest, ABatchThatIsNeverTakenFailsAndTheOthersGoOn) {
  Sending run(50, kMillisecond);
  run.sink.answer = [&](const Batch& batch, Receipt& receipt) {
    if (batch.index == 7) {
      receipt.kind = Receipt::Kind::kRetry;
      receipt.error = "HTTP 500";
    } else if (batch.index == 9) {
      receipt.kind = Receipt::Kind::kRefused;
      receipt.error = "HTTP 400";
    } else if (batch.index == 11) {
      receipt.refused = {0, 9};
      receipt.error = "mapping";
    }
  };
  EXPECT_TRUE(run.Go().ok());
  EXPECT_EQ(run.account.count(Ending::kFailed), 22u);
  EXPECT_EQ(run.account.count(Ending::kAcknowledged), 478u);
  EXPECT_EQ(std::count(run.sink.sent.begin(), run.sink.sent.end(), 7u),
            run.options.max_attempts);
  EXPECT_EQ(std::count(run.sink.sent.begin(), run.sink.sent.end(), 9u), 1);
  std::vector<std::pair<std::uint64_t, std::uint64_t>> failed;
  for (const RecordRange& range :
       run.account.ranges(Ending::kFailed, LogType::kUsage)) {
    failed.emplace_back(range.first, range.count);
  }
  EXPECT_THAT(failed, testing::ElementsAre(
                          testing::Pair(70, 10), testing::Pair(90, 10),
                          testing::Pair(110, 1), testing::Pair(119, 1)));
}

std::string Numbers(const Account& account, Ending ending) {
  std::string text;
  for (const RecordRange& range : account.ranges(ending, LogType::kUsage)) {
    text +=
        std::to_string(range.first) + '+' + std::to_string(range.count) + ' ';
  }
  return text;
}

// For all limits: a batch that is too large is sent in parts, and after a few
// refusals nothing is refused.
TEST(SenderTest, WhatIsTooLargeGoesOnInParts) {
  for (const std::size_t limit : {999, 500, 499, 250, 100}) {
    Sending run(200, kMillisecond);
    BatchSplitter splitter(SmallJob(), {}, Quickstart().worlds);
    run.options.splitter = &splitter;
    run.sink.answer = [&](const Batch& batch, Receipt& receipt) {
      if (batch.bytes.size() <= limit) return;
      receipt.kind = Receipt::Kind::kTooLarge;
      receipt.error = "HTTP 413";
      receipt.answer = "too large";
    };
    EXPECT_TRUE(run.Go().ok());
    EXPECT_EQ(run.account.count(Ending::kAcknowledged), 2000u) << limit;
    EXPECT_EQ(Numbers(run.account, Ending::kFailed), "");
    const LoadError& refusals = run.account.errors().at("HTTP 413");
    // The batches in flight at the first refusal, and one for each halving.
    EXPECT_LE(refusals.batches, run.sink.room + 4) << limit;
    EXPECT_EQ(run.account.splits(), refusals.batches);
    EXPECT_LE(run.account.body_limit().most_taken(), limit);
    EXPECT_GT(run.account.body_limit().least_refused(), limit);
    // Each record counts once in the lateness, and was acknowledged once.
    EXPECT_EQ(run.account.lateness().count(), 2000u);
    EXPECT_EQ(run.account.latency().count(), 2000u);
    EXPECT_LE(run.lookahead.max_batch_bytes(),
              run.account.body_limit().least_refused() / 2);
  }
}

TEST(SenderTest, ARecordThatAloneIsTooLargeHasFailed) {
  Sending run(30, kMillisecond);
  BatchSplitter splitter(SmallJob(), {}, Quickstart().worlds);
  run.options.splitter = &splitter;
  // The fourth record of the eighth batch is too large even on its own.
  run.sink.answer = [&](const Batch& batch, Receipt& receipt) {
    if (batch.index != 7 || batch.offset > 3 ||
        batch.offset + batch.records <= 3) {
      return;
    }
    receipt.kind = Receipt::Kind::kTooLarge;
    receipt.error = "HTTP 413";
    receipt.answer = "an event has 64 bytes at most";
  };
  EXPECT_TRUE(run.Go().ok());
  EXPECT_EQ(Numbers(run.account, Ending::kFailed), "73+1 ");
  EXPECT_EQ(run.account.count(Ending::kAcknowledged), 299u);
  EXPECT_EQ(run.account.errors().at("HTTP 413").answer,
            "an event has 64 bytes at most");
}

TEST(SenderTest, WhereNothingIsSmallEnoughAllHasFailed) {
  for (const bool has_splitter : {true, false}) {
    Sending run(20, kMillisecond);
    BatchSplitter splitter(SmallJob(), {}, Quickstart().worlds);
    if (has_splitter) run.options.splitter = &splitter;
    run.sink.answer = [](const Batch&, Receipt& receipt) {
      receipt.kind = Receipt::Kind::kTooLarge;
      receipt.error = "HTTP 413";
    };
    EXPECT_TRUE(run.Go().ok());
    EXPECT_EQ(run.account.count(Ending::kFailed), 200u);
    EXPECT_EQ(Numbers(run.account, Ending::kFailed), "0+200 ");
  }
}

// Parts are retried like batches: in their place, and as often.
TEST(SenderTest, PartsAreSentAgainInTheirOrder) {
  Sending run(20, kMillisecond);
  BatchSplitter splitter(SmallJob(), {}, Quickstart().worlds);
  run.options.splitter = &splitter;
  run.sink.room = 1;
  std::map<std::pair<std::uint64_t, std::uint64_t>, int> times;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> taken;
  run.sink.answer = [&](const Batch& batch, Receipt& receipt) {
    const auto name = std::pair(batch.index, batch.offset);
    if (batch.bytes.size() > 300) {
      receipt.kind = Receipt::Kind::kTooLarge;
      receipt.error = "HTTP 413";
    } else if (++times[name] == 1 && batch.index % 3 == 0) {
      receipt.kind = Receipt::Kind::kRetry;
      receipt.error = "HTTP 503";
    } else {
      taken.push_back(name);
    }
  };
  EXPECT_TRUE(run.Go().ok());
  EXPECT_EQ(run.account.count(Ending::kAcknowledged), 200u);
  EXPECT_TRUE(std::is_sorted(taken.begin(), taken.end()));
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

// If one batch fails while others succeed, only this batch waits.
TEST(SenderTest, ABatchThatFailsAloneBacksOffAlone) {
  Sending run(3000, kMillisecond);
  run.sink.answer = [&](const Batch& batch, Receipt& receipt) {
    if (batch.index != 7) return;
    receipt.kind = Receipt::Kind::kRetry;
    receipt.error = "HTTP 500";
    receipt.may_have_arrived = true;
  };
  EXPECT_TRUE(run.Go().ok());
  std::vector<Nanos> times;
  for (std::size_t i = 0; i < run.sink.sent.size(); ++i) {
    if (run.sink.sent[i] == 7) times.push_back(run.sink.sent_at[i]);
  }
  ASSERT_EQ(times.size(), static_cast<std::size_t>(run.options.max_attempts));
  EXPECT_LT(times[1] - times[0], 5 * kMillisecond);
  EXPECT_GT(times[9] - times[8], 3 * kNanosPerSecond);
  // The other batches are almost never late.
  EXPECT_LT(run.account.lateness().Quantile(0.9), kNanosPerSecond / 10);
}

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
      batch->first_due = batch->due = static_cast<Nanos>(i) * 10 * kMillisecond;
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
}

TEST(SenderTest, WhatASinkSentAgainByItselfMayBeThereTwice) {
  Sending run(3, kMillisecond);
  run.sink.answer = [&](const Batch& batch, Receipt& receipt) {
    if (batch.index > 0) receipt.repeated = 7;
  };
  EXPECT_TRUE(run.Go().ok());
  EXPECT_EQ(run.account.count(Ending::kAcknowledged), 30u);
  EXPECT_EQ(run.account.duplicates_possible(), 14u);
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

// The receiver accepts the other records, and refuses these each time.
TEST(SenderTest, OfABatchOnlyTheRecordsFailThatAreNeverTaken) {
  Sending run(3, kMillisecond);
  run.sink.answer = [&](const Batch& batch, Receipt& receipt) {
    if (batch.index != 1) return;
    receipt.kind = Receipt::Kind::kRetry;
    receipt.error = "item: HTTP 429";
    receipt.refused = {2, 7};
  };
  EXPECT_TRUE(run.Go().ok());
  EXPECT_EQ(run.account.count(Ending::kAcknowledged), 28u);
  EXPECT_EQ(run.account.count(Ending::kFailed), 2u);
  const auto attempts = static_cast<std::uint64_t>(run.options.max_attempts);
  EXPECT_EQ(run.account.errors().at("item: HTTP 429").records, 2 * attempts);
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

TEST(SenderTest, AReceiverThatNeverAnswersIsNotWaitedForBeyondTheDrain) {
  Sending run(10, kMillisecond);
  std::atomic<int> interrupt{1};
  run.options.interrupt = &interrupt;
  run.sink.silent = true;
  run.options.drain = 3 * kNanosPerSecond;
  EXPECT_TRUE(run.Go().ok());
  EXPECT_LT(run.clock.now, 4 * kNanosPerSecond);
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

// Batches with a provisional acknowledgement are taken back and sent again:
// each is acknowledged once, in the second of the last acknowledgement.
TEST(SenderTest, WhatIsTakenBackIsSentAgain) {
  Sending run(30, 100 * kMillisecond);
  std::set<const Batch*> held;
  run.sink.answer = [&](const Batch& batch, Receipt& receipt) {
    if (batch.attempts > 0) return;
    receipt.kind = held.insert(&batch).second ? Receipt::Kind::kProvisional
                                              : Receipt::Kind::kRetry;
    receipt.certainty = Certainty::kBuffered;
    receipt.may_have_arrived = receipt.kind == Receipt::Kind::kRetry;
  };
  EXPECT_TRUE(run.Go().ok());
  EXPECT_EQ(run.account.count(Ending::kAcknowledged), 300u);
  EXPECT_EQ(run.account.taken_back(), 300u);
  EXPECT_EQ(run.account.duplicates_possible(), 300u);
  EXPECT_EQ(run.account.count(Certainty::kBuffered), 0u);
  EXPECT_EQ(run.account.count(Certainty::kConfirmed), 300u);
  EXPECT_EQ(run.account.service_time().count(), 300u);
  EXPECT_EQ(run.account.latency().count(), 300u);
  std::uint64_t acknowledged = 0;
  for (const LoadSecond& second : run.account.seconds()) {
    acknowledged += second.endings[0];
  }
  EXPECT_EQ(acknowledged, 300u);
  EXPECT_EQ(run.account.seconds().front().endings[0], 0u);
}

TEST(SenderTest, WhatNeverBecomesSureStaysAcknowledgedForWhatItIs) {
  Sending run(3, kMillisecond);
  run.options.settle = 100 * kMillisecond;
  run.sink.never_sure = true;
  run.sink.answer = [&](const Batch&, Receipt& receipt) {
    receipt.kind = Receipt::Kind::kProvisional;
    receipt.certainty = Certainty::kBuffered;
  };
  EXPECT_TRUE(run.Go().ok());
  EXPECT_EQ(run.account.count(Ending::kAcknowledged), 30u);
  EXPECT_EQ(run.account.count(Certainty::kBuffered), 30u);
  // The wait at the end is not part of the run.
  EXPECT_LT(run.account.end(), 50 * kMillisecond);
}

}  // namespace
}  // namespace busyhour

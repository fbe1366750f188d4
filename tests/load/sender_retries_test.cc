#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "load/sending.h"

namespace busyhour::internal {
namespace {

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

// A refusal is the receiver's answer, and no failure to answer in time; it ends
// a run whose rate is the question.
TEST(SenderTest, ARefusalEndsARunThatAsksForARate) {
  for (const bool is_answered : {true, false}) {
    for (const bool is_whole : {true, false}) {
      Sending run(1000, kMillisecond);
      run.options.ends_at_refusal = true;
      run.sink.answer = [&](const Batch& batch, Receipt& receipt) {
        if (batch.index != 7) return;
        receipt.error = "HTTP 400";
        receipt.answer = "too old\n\x1b[1m" + std::string(1000, 'x') + "\n";
        receipt.is_unanswered = !is_answered;
        if (is_whole) {
          receipt.kind = Receipt::Kind::kRefused;
        } else {
          receipt.refused = {0, 9};
        }
      };
      const Status status = run.Go();
      EXPECT_EQ(status.ok(), !is_answered);
      EXPECT_EQ(run.account.count(Ending::kFailed) > 0, true);
      const std::string& refusal = run.account.refusal();
      if (!is_answered) {
        EXPECT_EQ(refusal, "");
        continue;
      }
      EXPECT_THAT(refusal,
                  testing::StartsWith("HTTP 400: too old \\u001b[1mxxx"));
      EXPECT_LT(refusal.size(), 250u);
      EXPECT_EQ(status.message(), "the receiver refuses records: " + refusal);
      EXPECT_LT(run.sink.sent.size(), 20u);
    }
  }
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

TEST(SenderTest, WhatASinkSentAgainByItselfMayBeThereTwice) {
  Sending run(3, kMillisecond);
  run.sink.answer = [&](const Batch& batch, Receipt& receipt) {
    if (batch.index > 0) receipt.repeated = 7;
  };
  EXPECT_TRUE(run.Go().ok());
  EXPECT_EQ(run.account.count(Ending::kAcknowledged), 30u);
  EXPECT_EQ(run.account.duplicates_possible(), 14u);
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
}  // namespace busyhour::internal

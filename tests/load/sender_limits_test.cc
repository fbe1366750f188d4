#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "load/sending.h"

namespace busyhour::internal {
namespace {

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

}  // namespace
}  // namespace busyhour::internal

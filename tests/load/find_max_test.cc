#include "load/find_max.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace busyhour::internal {
namespace {

// A receiver that takes `capacity` records per second, of which its buffers
// hold `buffer` before that shows.
struct BufferingReceiver {
  double capacity;
  double buffer = 0;
  // The share of its capacity that it reaches while records wait for it.
  double when_full = 1.0;

  bool operator()(Trial& trial) const {
    const double seconds = static_cast<double>(trial.length) /
                           static_cast<double>(kNanosPerSecond);
    trial.held = (trial.rate - capacity) * seconds <= buffer;
    trial.achieved = std::min(trial.rate, capacity);
    if (!trial.held) {
      trial.taken_rate = capacity * when_full;
      trial.buffered = buffer;
    }
    return true;
  }
};

// For all receivers and first rates: the receiver sustained the resulting rate,
// which is within the precision, was confirmed, and took few trials.
TEST(FindMaxTest, FindsWhatTheReceiverHolds) {
  for (const double first : {1.0, 1000.0, 5e7}) {
    for (const double limit : {3.0, 950.0, 123'456.0, 9e7}) {
      FindMaxOptions options;
      options.first_rate = first;
      int told = 0;
      const FindMaxResult result = FindMax(
          options,
          [&](Trial& trial) {
            trial.held = trial.rate <= limit;
            trial.achieved = std::min(trial.rate, limit);
            return true;
          },
          [&](const Trial&) { ++told; });
      EXPECT_LE(result.rate, limit);
      EXPECT_GE(result.rate, limit * 0.94);
      EXPECT_LT(result.trials.size(), 40u);
      EXPECT_EQ(static_cast<std::size_t>(told), result.trials.size());
      ASSERT_NE(result.confirmation(), nullptr);
      EXPECT_GE(result.confirmation()->length, 2 * options.trial);
    }
  }
}

// For all capacities, first rates and buffers of up to 200 s: buffers are not
// taken for capacity, although a trial may be over before they are full.
TEST(FindMaxTest, BuffersAreNoCapacity) {
  for (const double first : {10.0, 1000.0, 5500.0, 100'000.0}) {
    for (const double capacity : {50.0, 5000.0, 200'000.0}) {
      for (const double seconds : {0.0, 0.1, 1.0, 3.0, 20.0, 200.0}) {
        FindMaxOptions options;
        options.first_rate = first;
        const FindMaxResult result =
            FindMax(options, BufferingReceiver{capacity, capacity * seconds},
                    [](const Trial&) {});
        EXPECT_LE(result.rate, capacity * 1.05) << first << ' ' << seconds;
        EXPECT_GE(result.rate, capacity * 0.94) << first << ' ' << seconds;
        EXPECT_LT(result.trials.size(), 40u);
        ASSERT_NE(result.confirmation(), nullptr);
        // A receiver that is slower by 5 % would have filled its buffers, if a
        // hundred seconds are enough for that.
        EXPECT_GE(static_cast<double>(result.confirmation()->length) * 1e-9,
                  std::min(100.0, 0.95 * seconds / 0.05));
      }
    }
  }
}

// A receiver that is slower while records wait for it is searched up to what it
// really sustains, if its buffers do not explain that.
TEST(FindMaxTest, TheRateOfAnOverloadedReceiverIsNoLimit) {
  for (const double capacity : {5000.0, 6500.0, 7900.0}) {
    for (const double when_full : {0.4, 0.6, 0.9}) {
      for (const double buffer : {0.0, 1000.0, 5000.0}) {
        FindMaxOptions options;
        options.first_rate = 4000;
        const FindMaxResult result =
            FindMax(options, BufferingReceiver{capacity, buffer, when_full},
                    [](const Trial&) {});
        EXPECT_LE(result.rate, capacity * 1.05) << when_full << ' ' << buffer;
        EXPECT_GE(result.rate, capacity * 0.94) << when_full << ' ' << buffer;
        EXPECT_LT(result.trials.size(), 40u);
      }
    }
  }
}

TEST(FindMaxTest, ARateThatIsNotConfirmedIsNotTheAnswer) {
  int trials = 0;
  const FindMaxResult result = FindMax(
      {},
      [&](Trial& trial) {
        ++trials;
        trial.held = trial.rate <= (trial.confirms ? 3000 : 5000);
        return true;
      },
      [](const Trial&) {});
  EXPECT_LE(result.rate, 3000);
  EXPECT_GE(result.rate, 2700);
  EXPECT_NE(result.confirmation(), nullptr);
  EXPECT_LT(trials, 60);
}

TEST(FindMaxTest, ARefusalEndsIt) {
  const FindMaxResult result = FindMax(
      {},
      [](Trial& trial) {
        trial.held = trial.rate < 3000;
        if (!trial.held) trial.refusal = "HTTP 400: too old";
        return true;
      },
      [](const Trial&) {});
  EXPECT_EQ(result.refusal, "HTTP 400: too old");
  EXPECT_EQ(result.trials.size(), 3u);
  EXPECT_EQ(result.rate, 2000);
  EXPECT_EQ(result.confirmation(), nullptr);
}

TEST(FindMaxTest, AReceiverThatHoldsNothingOrEverythingEndsIt) {
  const auto tell = [](const Trial&) {};
  const FindMaxResult nothing = FindMax(
      {}, [](Trial&) { return true; }, tell);
  EXPECT_EQ(nothing.rate, 0.0);
  EXPECT_LT(nothing.trials.size(), 20u);
  const FindMaxResult everything = FindMax(
      {},
      [](Trial& trial) {
        trial.held = true;
        return true;
      },
      tell);
  EXPECT_EQ(everything.rate, 1e8);
  const FindMaxResult stopped = FindMax(
      {}, [](Trial&) { return false; }, tell);
  EXPECT_TRUE(stopped.stopped);
  EXPECT_TRUE(stopped.trials.empty());
}

// Batches of 100 records, one each 20 ms: 5000 records per second. The receiver
// takes the first `buffered` batches at once, and then one each 25 ms.
LoadResult ResultOf(int batches, int buffered) {
  LoadResult result;
  Account& account = result.account;
  std::vector<std::unique_ptr<LoadBatch>> sent;
  for (int i = 0; i < batches; ++i) {
    auto batch = std::make_unique<LoadBatch>();
    batch->records = 100;
    batch->bytes = "x";
    batch->BeDueAt(i * 20 * kMillisecond);
    account.Plan(*batch);
    const Nanos free = i < buffered ? 0
                                    : buffered * 20 * kMillisecond +
                                          (i - buffered) * 25 * kMillisecond;
    const Nanos now = std::max(batch->due, free);
    account.Advance(now, {100, 100, batch->send_at});
    account.Send(*batch, now, true);
    batch->sent = now;
    account.Acknowledge(*batch, now, {}, Certainty::kConfirmed);
    sent.push_back(std::move(batch));
  }
  account.Finish(sent.back()->sent);
  return result;
}

TEST(FindMaxTest, TheCapacityIsWhatIsTakenWhileRecordsWait) {
  Trial trial;
  Judge(ResultOf(500, 100), 100 * kMillisecond, trial);
  EXPECT_FALSE(trial.held);
  EXPECT_NEAR(trial.taken_rate, 4000, 50);
  // 2 s at 1000 records per second more than the capacity.
  EXPECT_NEAR(trial.buffered, 2000, 150);

  Trial in_time;
  Judge(ResultOf(100, 100), 100 * kMillisecond, in_time);
  EXPECT_TRUE(in_time.held);
  EXPECT_EQ(in_time.taken_rate, 0);
}

// Batches of 1000 records, one each second, which are sent in time. The
// receiver takes one each `each`.
LoadResult SentInTime(int batches, Nanos each) {
  LoadResult result;
  Account& account = result.account;
  for (int i = 0; i < batches; ++i) {
    LoadBatch batch;
    batch.records = 1000;
    batch.bytes = "x";
    batch.BeDueAt(i * kNanosPerSecond);
    account.Plan(batch);
    account.Send(batch, batch.due, true);
    batch.sent = batch.due;
    const Nanos taken = std::max(batch.due, i * each) + 10 * kMillisecond;
    account.Advance(taken, {});
    account.Acknowledge(batch, taken, {}, Certainty::kConfirmed);
  }
  account.Finish(batches * std::max(each, kNanosPerSecond));
  return result;
}

TEST(FindMaxTest, AcknowledgementsThatTakeLongerAndLongerAreOverload) {
  Trial trial;
  Judge(SentInTime(10, 1100 * kMillisecond), 100 * kMillisecond, trial);
  EXPECT_EQ(trial.lateness_p99, 0);
  EXPECT_FALSE(trial.held);
  EXPECT_GT(trial.ack_growth, 400 * kMillisecond);
  EXPECT_NEAR(trial.taken_rate, 1000 / 1.1, 1);

  Trial steady;
  Judge(SentInTime(10, 900 * kMillisecond), 100 * kMillisecond, steady);
  EXPECT_TRUE(steady.held);
  EXPECT_EQ(steady.ack_growth, 0);
  EXPECT_EQ(steady.taken_rate, 0);
}

}  // namespace
}  // namespace busyhour::internal

#include "load/find_max.h"

#include <gtest/gtest.h>

#include <cstddef>

namespace busyhour {
namespace {

// For all receivers and first rates: the receiver sustained the resulting rate,
// which is within the precision and took few trials.
TEST(FindMaxTest, FindsWhatTheReceiverHolds) {
  for (const double first : {1.0, 1000.0, 5e7}) {
    for (const double limit : {3.0, 950.0, 123'456.0, 9e7}) {
      FindMaxOptions options;
      options.first_rate = first;
      int told = 0;
      const FindMaxResult result = FindMax(
          options,
          [&](double rate, Trial& trial) {
            trial.held = rate <= limit;
            trial.achieved = std::min(rate, limit);
            return true;
          },
          [&](const Trial&) { ++told; });
      EXPECT_LE(result.rate, limit);
      EXPECT_GE(result.rate, limit * 0.94);
      EXPECT_LT(result.trials.size(), 40u);
      EXPECT_EQ(static_cast<std::size_t>(told), result.trials.size());
    }
  }
}

TEST(FindMaxTest, AReceiverThatHoldsNothingOrEverythingEndsIt) {
  const auto tell = [](const Trial&) {};
  const FindMaxResult nothing = FindMax(
      {}, [](double, Trial&) { return true; }, tell);
  EXPECT_EQ(nothing.rate, 0.0);
  EXPECT_LT(nothing.trials.size(), 20u);
  const FindMaxResult everything = FindMax(
      {},
      [](double, Trial& trial) {
        trial.held = true;
        return true;
      },
      tell);
  EXPECT_EQ(everything.rate, 1e8);
  const FindMaxResult stopped = FindMax(
      {}, [](double, Trial&) { return false; }, tell);
  EXPECT_TRUE(stopped.stopped);
  EXPECT_TRUE(stopped.trials.empty());
}

}  // namespace
}  // namespace busyhour

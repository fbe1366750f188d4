#include "base/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/stream.h"

namespace busyhour::internal {
namespace {

TEST(HistogramTest, NothingHasNoQuantiles) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.Quantile(0.5), 0);
  EXPECT_EQ(histogram.max(), 0);
  EXPECT_EQ(histogram.mean(), 0.0);
}

// For values of all magnitudes and all quantiles: the result is within 0.4 % of
// the exact quantile of the sorted values.
TEST(HistogramTest, QuantilesAreThoseOfTheSortedValues) {
  Histogram histogram;
  std::vector<std::int64_t> values;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const std::uint64_t draw = Draw(7, Purpose::kWait, i);
    values.push_back(static_cast<std::int64_t>(draw >> (draw % 50 + 2)));
    histogram.Add(values.back());
  }
  std::sort(values.begin(), values.end());
  for (const double share : {0.0, 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = static_cast<std::size_t>(
        std::max(1.0, std::ceil(share * static_cast<double>(values.size()))));
    const auto exact = static_cast<double>(values[rank - 1]);
    EXPECT_NEAR(static_cast<double>(histogram.Quantile(share)), exact,
                exact * 0.004)
        << share;
  }
  EXPECT_EQ(histogram.min(), values.front());
  EXPECT_EQ(histogram.max(), values.back());
}

TEST(HistogramTest, MergedIsAsIfAllHadComeToOne) {
  Histogram one;
  Histogram other;
  Histogram all;
  for (int i = 0; i < 1000; ++i) {
    (i % 3 == 0 ? one : other).Add(i * i, 2);
    all.Add(i * i, 2);
  }
  one.Merge(other);
  EXPECT_EQ(one.count(), all.count());
  EXPECT_EQ(one.min(), all.min());
  EXPECT_EQ(one.max(), all.max());
  EXPECT_DOUBLE_EQ(one.mean(), all.mean());
  EXPECT_EQ(one.Quantile(0.5), all.Quantile(0.5));
  one.Clear();
  EXPECT_EQ(one.count(), 0u);
  EXPECT_EQ(one.Quantile(1.0), 0);
}

TEST(HistogramTest, NegativeCountsAsZeroAndTheGreatestFits) {
  Histogram histogram;
  histogram.Add(-5);
  histogram.Add(INT64_MAX);
  EXPECT_EQ(histogram.Quantile(0.5), 0);
  EXPECT_EQ(histogram.max(), INT64_MAX);
  EXPECT_EQ(histogram.Quantile(1.0), INT64_MAX);
}

TEST(HistogramTest, WhatIsRemovedWasNeverThere) {
  Histogram histogram;
  for (int value = 1; value <= 100; ++value) histogram.Add(value, 3);
  for (int value = 51; value <= 100; ++value) histogram.Remove(value, 3);
  EXPECT_EQ(histogram.count(), 150u);
  EXPECT_EQ(histogram.min(), 1);
  EXPECT_EQ(histogram.max(), 50);
  EXPECT_EQ(histogram.Quantile(0.5), 25);
  EXPECT_NEAR(histogram.mean(), 25.5, 1e-9);
  for (int value = 1; value <= 50; ++value) histogram.Remove(value, 3);
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.max(), 0);
}

}  // namespace
}  // namespace busyhour::internal

#include "base/percentiles.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace busyhour::internal {
namespace {

TEST(PercentilesTest, NothingHasNoRows) {
  EXPECT_TRUE(PercentileRows(Histogram()).empty());
}

// Five steps for each halving of the distance to 100 %.
TEST(PercentilesTest, LevelsAreThoseOfHdrHistogram) {
  Histogram histogram;
  for (std::int64_t value = 1; value <= 100; ++value) histogram.Add(value);
  const std::vector<PercentileRow> rows = PercentileRows(histogram);
  const std::vector<double> shares = {0.0,  0.1, 0.2,  0.3, 0.4,  0.5,
                                      0.55, 0.6, 0.65, 0.7, 0.75, 0.775};
  ASSERT_GT(rows.size(), shares.size());
  for (std::size_t i = 0; i < shares.size(); ++i) {
    EXPECT_NEAR(rows[i].share, shares[i], 1e-12);
  }
  EXPECT_EQ(rows[5].value, 50);
  EXPECT_EQ(rows[5].count, 50u);
  EXPECT_EQ(rows.back().share, 1.0);
  EXPECT_EQ(rows.back().value, 100);
  EXPECT_EQ(rows.back().count, 100u);
}

TEST(PercentilesTest, BucketsRestoreTheHistogram) {
  Histogram histogram;
  for (std::int64_t i = 1; i < 5000; ++i)
    histogram.Add(i * i * 977 % 90'001, 3);
  Histogram restored;
  for (const Histogram::Bucket& bucket : histogram.Buckets()) {
    restored.Add(bucket.value, bucket.count);
  }
  EXPECT_EQ(restored.count(), histogram.count());
  EXPECT_EQ(restored.max(), histogram.max());
  for (const double share : {0.0, 0.01, 0.5, 0.99, 0.9999, 1.0}) {
    EXPECT_EQ(restored.Quantile(share), histogram.Quantile(share)) << share;
  }
}

// The text of HdrHistogram's `outputPercentileDistribution` for one value.
TEST(PercentilesTest, TextHasTheFormOfHdrHistogram) {
  Histogram histogram;
  histogram.Add(1'500'000, 2);
  EXPECT_EQ(HgrmText(histogram, 1e6),
            "       Value     Percentile TotalCount 1/(1-Percentile)\n"
            "\n"
            "     1.50000 0.000000000000          2           1.00\n"
            "     1.50000 1.000000000000          2\n"
            "#[Mean    =      1.50000, StdDeviation   =      0.00000]\n"
            "#[Max     =      1.50000, Total count    =            2]\n"
            "#[Buckets =           57, SubBuckets     =          128]\n");
}

}  // namespace
}  // namespace busyhour::internal

#include "verify/series.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>

namespace busyhour::internal {
namespace {

constexpr SimTime kStart{1'772'438'400'000};
using Count = VerifySeries::Count;

std::uint64_t SentIn(const VerifySeries& series) {
  std::uint64_t sent = 0;
  for (const VerifySeries::Counts& counts : series.periods()) sent += counts[0];
  return sent;
}

TEST(VerifySeriesTest, CountsByTheMinuteInAnyOrder) {
  VerifySeries series;
  for (const std::int64_t minute : {5, 0, 5, -2}) {
    series.Add({kStart.ms + minute * kMsPerMinute + 59'999}, Count::kSent);
  }
  EXPECT_EQ(series.period_ms(), kMsPerMinute);
  EXPECT_EQ(series.begin(), SimTime{kStart.ms - 2 * kMsPerMinute});
  ASSERT_EQ(series.periods().size(), 8u);
  EXPECT_EQ(series.periods()[0][0], 1u);
  EXPECT_EQ(series.periods()[2][0], 1u);
  EXPECT_EQ(series.periods()[7][0], 2u);
}

// For all spans of time: the number of periods is limited, and each count is in
// the period that contains its time.
TEST(VerifySeriesTest, LongTimesHaveLongPeriods) {
  for (const std::int64_t step :
       {kMsPerMinute, kMsPerHour, kMsPerDay, 90 * kMsPerDay}) {
    VerifySeries series;
    constexpr std::int64_t kSteps = 1900;
    for (std::int64_t i = 0; i < kSteps; ++i) {
      // From the middle to both sides.
      const std::int64_t at = kSteps / 2 + (i % 2 == 0 ? i / 2 : -(i + 1) / 2);
      series.Add({at * step}, Count::kSent);
    }
    EXPECT_LE(series.periods().size(), VerifySeries::kMostPeriods);
    EXPECT_GT(series.period_ms(), step);
    EXPECT_EQ(SentIn(series), static_cast<std::uint64_t>(kSteps));
    EXPECT_EQ(series.begin().ms % series.period_ms(), 0);
    for (std::size_t i = 1; i + 1 < series.periods().size(); ++i) {
      const auto expected =
          static_cast<std::uint64_t>(series.period_ms() / step);
      EXPECT_NEAR(static_cast<double>(series.periods()[i][0]),
                  static_cast<double>(expected), 1.0);
    }
  }
}

}  // namespace
}  // namespace busyhour::internal

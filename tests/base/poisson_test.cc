#include "base/poisson.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/moments.h"

namespace busyhour::internal {
namespace {

std::uint32_t Count(double mean, std::uint64_t slot) {
  return DrawPoisson(
      mean, Stream(StreamKey(1, slot, kSlotItself), Purpose::kArrivalCount));
}

// For all means m: the counts of many slots have mean m and variance m.
// Tolerance: 4 standard errors of each.
TEST(PoissonTest, MeanAndVarianceAreTheMean) {
  constexpr std::uint64_t kSlots = 20'000;
  for (const double mean :
       {0.01, 0.5, 2.0, 9.99, 10.01, 50.0, 1000.0, 4.0e6, kMaxPoissonMean}) {
    Moments counts;
    for (std::uint64_t slot = 0; slot < kSlots; ++slot) {
      counts.Add(Count(mean, slot));
    }
    EXPECT_NEAR(counts.mean(), mean, 4 * std::sqrt(mean / kSlots)) << mean;
    EXPECT_NEAR(counts.variance(), mean,
                4 * std::sqrt((mean + 2 * mean * mean) / kSlots))
        << mean;
  }
}

// For counts k that are not rare: the share of slots with count k is exp(-m)
// m^k / k!. Tolerance: 5 standard errors.
TEST(PoissonTest, CountsHaveTheirProbabilities) {
  constexpr std::uint64_t kSlots = 50'000;
  for (const double mean : {0.3, 2.0, 12.0}) {
    std::vector<double> slots(64);
    for (std::uint64_t slot = 0; slot < kSlots; ++slot) {
      ++slots.at(Count(mean, slot));
    }
    for (std::size_t k = 0; k < slots.size(); ++k) {
      const auto count = static_cast<double>(k);
      const double share =
          std::exp(count * std::log(mean) - mean - std::lgamma(count + 1));
      EXPECT_NEAR(slots[k] / kSlots, share,
                  5 * ShareError(share, kSlots) + 5.0 / kSlots)
          << mean << ' ' << k;
    }
  }
}

TEST(PoissonTest, NothingComesOfAMeanOfZero) {
  for (std::uint64_t slot = 0; slot < 100; ++slot) {
    EXPECT_EQ(Count(0.0, slot), 0u);
  }
}

TEST(PoissonTest, FollowsFromTheStreamAlone) {
  const Stream stream(StreamKey(1, 2, 3), Purpose::kArrivalCount);
  const std::uint32_t count = DrawPoisson(37.5, stream);
  DrawPoisson(2.0, stream);
  EXPECT_EQ(DrawPoisson(37.5, stream), count);
}

}  // namespace
}  // namespace busyhour::internal

#include "base/choice.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "base/moments.h"
#include "base/stream.h"

namespace busyhour::internal {
namespace {

std::uint64_t DrawOf(std::uint64_t number) {
  return Draw(StreamKey(1, 2, number), Purpose::kFlow);
}

// For all lists of weights: each alternative is chosen with a probability
// proportional to its weight. Tolerance: 5 standard errors.
TEST(ChoiceTest, ChoosesInProportionToTheWeights) {
  constexpr std::uint64_t kDraws = 200'000;
  const std::vector<double> kLists[] = {
      {1.0},
      {1.0, 1.0},
      {5.0, 3.0, 2.0},
      {0.86, 0.08, 0.04, 0.02},
      {1e6, 1.0, 1e-6},
      {1e-9, 2e-9, 3e-9},
      {1e300, 3e300},
      std::vector<double>(200, 0.1),
      {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13},
  };
  for (const std::vector<double>& weights : kLists) {
    const Choice choice(weights);
    ASSERT_EQ(choice.size(), weights.size());
    std::vector<double> chosen(weights.size());
    for (std::uint64_t i = 0; i < kDraws; ++i) ++chosen.at(choice(DrawOf(i)));
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const double share = weights[i] / sum;
      EXPECT_NEAR(chosen[i] / kDraws, share,
                  5 * ShareError(share, kDraws) + 1.0 / kDraws)
          << i << " of " << weights.size();
    }
  }
}

// For all lists of weights with zeros, and all draws, including draws at cell
// boundaries: an alternative with weight zero is never chosen.
TEST(ChoiceTest, NeverChoosesAWeightOfZero) {
  const std::vector<double> kLists[] = {
      {0.0, 1.0},           {1.0, 0.0},           {0.0, 0.0, 1.0, 0.0},
      {0.3, 0.0, 0.3, 0.4}, {0.0, 1e-12, 0.0, 1}, {0, 1, 1, 1, 0, 1, 1, 0.1},
  };
  for (const std::vector<double>& weights : kLists) {
    const Choice choice(weights);
    for (std::uint64_t i = 0; i < 20'000; ++i) {
      ASSERT_GT(weights[choice(DrawOf(i))], 0.0);
    }
    for (std::uint64_t high = 0; high < 64; ++high) {
      for (const std::uint64_t low :
           {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{0xffffffff}}) {
        ASSERT_GT(weights[choice(high << 58 | low)], 0.0);
        ASSERT_GT(weights[choice((high << 58 | low) ^ 0xffffffffull << 32)],
                  0.0);
      }
    }
  }
}

TEST(ChoiceTest, ASingleAlternativeIsAlwaysChosen) {
  const Choice by_default;
  const Choice one(std::vector<double>{0.001});
  for (std::uint64_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(by_default(DrawOf(i)), 0u);
    EXPECT_EQ(one(DrawOf(i)), 0u);
  }
  EXPECT_EQ(one(0), 0u);
  EXPECT_EQ(one(~std::uint64_t{0}), 0u);
}

// For all lists of weights and powers of two f: multiplying all weights by f
// changes no choice.
TEST(ChoiceTest, OnlyRatiosOfWeightsMatter) {
  const Choice small(std::vector<double>{0.125, 0.5, 0.25});
  const Choice large(std::vector<double>{128, 512, 256});
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    ASSERT_EQ(small(DrawOf(i)), large(DrawOf(i)));
  }
}

}  // namespace
}  // namespace busyhour::internal

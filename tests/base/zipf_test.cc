#include "base/zipf.h"

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

// How often each number is drawn.
std::vector<double> CountsOf(const Zipf& zipf, std::uint32_t count,
                             std::uint64_t draws) {
  std::vector<double> counts(count);
  for (std::uint64_t i = 0; i < draws; ++i) {
    ++counts.at(zipf(Draw(StreamKey(1, 2, i), Purpose::kFlow)));
  }
  return counts;
}

// For all exponents and counts: the first tenth, third and half of all numbers
// have their shares of the law. Tolerance: 5 standard errors and the width of a
// band.
TEST(ZipfTest, ItFollowsTheLaw) {
  constexpr std::uint64_t kDraws = 400'000;
  for (const double exponent : {0.0, 0.5, 1.0, 1.7, 4.0}) {
    for (const std::uint32_t count : {1u, 7u, 300u, 16'000u, 71'200u}) {
      const std::uint32_t head = count == 300 ? 16 : 300;
      std::vector<double> weights(count);
      for (std::uint32_t i = 0; i < count; ++i) {
        weights[i] = std::pow(i + head, -exponent);
      }
      const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
      const std::vector<double> counts =
          CountsOf(Zipf(exponent, head, count), count, kDraws);
      for (const std::uint32_t part : {10u, 3u, 2u}) {
        const auto until = static_cast<std::ptrdiff_t>(count / part);
        const double share =
            std::accumulate(weights.begin(), weights.begin() + until, 0.0) /
            sum;
        const double found =
            std::accumulate(counts.begin(), counts.begin() + until, 0.0) /
            kDraws;
        EXPECT_NEAR(found, share,
                    5 * ShareError(share, kDraws) + 0.004 * exponent)
            << exponent << ' ' << count << ' ' << part;
      }
    }
  }
}

// For all exponents: a number is drawn as often as its neighbours, so that the
// edges of bands do not show. Each of 300 numbers is drawn about 1,300 times.
TEST(ZipfTest, NoNumberIsLeftOut) {
  constexpr std::uint64_t kDraws = 400'000;
  for (const double exponent : {0.0, 1.0}) {
    for (const double count : CountsOf(Zipf(exponent, 300, 300), 300, kDraws)) {
      EXPECT_GT(count, 700) << exponent;
      EXPECT_LT(count, 2100) << exponent;
    }
  }
}

}  // namespace
}  // namespace busyhour::internal

#include "base/distribution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/moments.h"
#include "base/stream.h"

namespace busyhour::internal {
namespace {

using Kind = DistributionSpec::Kind;

constexpr std::uint64_t kLastDraw = std::numeric_limits<std::uint64_t>::max();

DistributionSpec Spec(Kind kind, double a, double b = 0.0, double min = 0.0,
                      double max = 2.0e9) {
  DistributionSpec spec;
  spec.kind = kind;
  spec.a = a;
  spec.b = b;
  spec.min = min;
  spec.max = max;
  return spec;
}

DistributionSpec Points(std::vector<DistributionSpec::Point> points) {
  DistributionSpec spec = Spec(Kind::kQuantiles, 0.0);
  spec.points = std::move(points);
  return spec;
}

// The draw at `probability`, which must not be close to 0 or 1.
std::uint64_t At(double probability) {
  return static_cast<std::uint64_t>(std::ldexp(probability, 64));
}

double NormalBelow(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

// A distribution whose probabilities are known in closed form.
struct Known {
  std::string name;
  DistributionSpec spec;
  std::function<double(double)> below;  // P(draw < x)
  std::function<double(double)> above;  // P(draw > x), exact in the upper tail
  double mean;
};

std::vector<Known> KnownDistributions() {
  // Large enough that rounding to whole ticks is negligible, and small enough
  // that the tails fit.
  constexpr double kScale = 5e7;
  std::vector<Known> known;
  known.push_back({"uniform", Spec(Kind::kUniform, 1e8, 1.9e9),
                   [](double x) { return (x - 1e8) / 1.8e9; },
                   [](double x) { return (1.9e9 - x) / 1.8e9; }, 1e9});
  known.push_back({"normal", Spec(Kind::kNormal, 1e8, 1e6),
                   [](double x) { return NormalBelow((x - 1e8) / 1e6); },
                   [](double x) { return NormalBelow((1e8 - x) / 1e6); }, 1e8});
  for (const double sigma : {0.35, 0.91, 1.24}) {
    known.push_back(
        {"lognormal " + std::to_string(sigma),
         Spec(Kind::kLognormal, 1e6, sigma),
         [sigma](double x) { return NormalBelow(std::log(x / 1e6) / sigma); },
         [sigma](double x) { return NormalBelow(std::log(1e6 / x) / sigma); },
         1e6 * std::exp(sigma * sigma / 2)});
  }
  known.push_back({"exponential", Spec(Kind::kExponential, kScale),
                   [](double x) { return -std::expm1(-x / kScale); },
                   [](double x) { return std::exp(-x / kScale); }, kScale});
  // A coefficient of variation of 1 gives the exponential distribution, and 1/2
  // an Erlang distribution with 4 phases.
  known.push_back({"gamma 1", Spec(Kind::kGamma, kScale, 1.0),
                   [](double x) { return -std::expm1(-x / kScale); },
                   [](double x) { return std::exp(-x / kScale); }, kScale});
  const auto erlang_above = [](double x) {
    const double y = 4 * x / kScale;
    return std::exp(-y) * (1 + y + y * y / 2 + y * y * y / 6);
  };
  known.push_back({"gamma 0.5", Spec(Kind::kGamma, kScale, 0.5),
                   [erlang_above](double x) { return 1 - erlang_above(x); },
                   erlang_above, kScale});
  return known;
}

// For all distributions and probabilities p: the closed form has probability p
// below the draw at p, and p above the draw at 1 - p. Tolerance: 0.5 % of p,
// for the linear interpolation between the quantiles of the table and for
// rounding to whole ticks.
TEST(DistributionTest, QuantilesAreThoseOfTheClosedForm) {
  for (const Known& known : KnownDistributions()) {
    const Distribution draw(known.spec);
    for (const double p : {1e-4, 0.001, 0.013, 0.05, 0.1, 0.25, 0.4, 0.499}) {
      EXPECT_NEAR(known.below(draw(At(p))) / p, 1, 0.005) << known.name << p;
      const std::uint64_t upper = kLastDraw - At(p);
      EXPECT_NEAR(known.above(draw(upper)) / p, 1, 0.005) << known.name << p;
    }
    EXPECT_NEAR(known.below(draw(At(0.5))), 0.5, 0.001) << known.name;
  }
}

// For all distributions and even k from 12 to 26: the closed form has
// probability 2^-k above the draw at 1 - 2^-k. Tolerance: 2 %.
TEST(DistributionTest, FarTailsAreThoseOfTheClosedForm) {
  for (const Known& known : KnownDistributions()) {
    const Distribution draw(known.spec);
    for (int k = 12; k <= 26; k += 2) {
      const double p = std::ldexp(1.0, -k);
      EXPECT_NEAR(known.above(draw(kLastDraw - At(p))) / p, 1, 0.02)
          << known.name << k;
    }
  }
}

// For all probabilities p below its share, the value of a Pareto tail that is
// exceeded with probability p is (share / p)^(1 / exponent) times that at its
// beginning; below, the distribution is the same. Tolerance: 1 %.
TEST(DistributionTest, AParetoTailReplacesTheLargestValues) {
  DistributionSpec spec;
  spec.kind = DistributionSpec::Kind::kLognormal;
  spec.a = 10'000.0;
  spec.b = 0.5;
  const Distribution plain(spec);
  spec.tail_share = 0.01;
  spec.tail_exponent = 1.25;
  const Distribution heavy(spec);
  const double start = plain(kLastDraw - At(0.01));
  for (const double p : {0.01, 0.004, 0.001, 1e-4, 1e-5}) {
    EXPECT_NEAR(heavy(kLastDraw - At(p)) / (start * std::pow(0.01 / p, 0.8)), 1,
                0.01)
        << p;
  }
  for (const double p : {0.02, 0.1, 0.5}) {
    EXPECT_EQ(heavy(kLastDraw - At(p)), plain(kLastDraw - At(p))) << p;
    EXPECT_EQ(heavy(At(p)), plain(At(p))) << p;
  }
  spec.max = 50'000.0;
  EXPECT_EQ(Distribution(spec).max(), 50'000);
}

// For all distributions: mean() and the mean of many draws equal the mean of
// the closed form. Tolerance: 0.1 % for mean(), 4 standard errors for the
// draws.
TEST(DistributionTest, MeanIsThatOfTheClosedForm) {
  for (const Known& known : KnownDistributions()) {
    const Distribution draw(known.spec);
    EXPECT_NEAR(draw.mean() / known.mean, 1, 0.001) << known.name;
    Moments drawn;
    for (std::uint64_t i = 0; i < 100'000; ++i) {
      drawn.Add(draw(Draw(StreamKey(3, 4, i), Purpose::kWait)));
    }
    EXPECT_NEAR(drawn.mean(), known.mean, 4 * drawn.standard_error())
        << known.name;
  }
}

// For all distributions and draws d < e: the value at d is not greater than the
// value at e. The draws are at cell boundaries of the table and at random
// points between them.
TEST(DistributionTest, NeverFallsAsTheDrawRises) {
  std::vector<std::uint64_t> draws;
  for (int octave = 0; octave < 64; ++octave) {
    for (std::uint64_t cell = 0; cell <= 16; ++cell) {
      const std::uint64_t seam =
          (std::uint64_t{1} << octave) + ((std::uint64_t{cell} << octave) >> 4);
      for (const std::uint64_t draw : {seam - 1, seam, seam + 1}) {
        draws.push_back(draw);
        draws.push_back(kLastDraw - draw);
      }
    }
  }
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    draws.push_back(Draw(StreamKey(5, 6, i), Purpose::kWait));
  }
  draws.push_back(0);
  draws.push_back(kLastDraw);
  std::sort(draws.begin(), draws.end());
  std::vector<Known> all = KnownDistributions();
  all.push_back({"constant", Spec(Kind::kConstant, 1234), {}, {}, 0});
  all.push_back(
      {"cut", Spec(Kind::kNormal, 5000, 9000, 100, 20'000), {}, {}, 0});
  all.push_back(
      {"signed", Spec(Kind::kNormal, 0, 65536, -524288, 524288), {}, {}, 0});
  all.push_back({"points",
                 Points({{0.0, 5}, {0.5, 5}, {0.5, 90}, {1.0, 1e6}}),
                 {},
                 {},
                 0});
  for (const Known& known : all) {
    const Distribution distribution(known.spec);
    std::int32_t last = std::numeric_limits<std::int32_t>::min();
    for (const std::uint64_t draw : draws) {
      const std::int32_t value = distribution(draw);
      ASSERT_GE(value, last) << known.name << " at " << draw;
      last = value;
    }
  }
}

// For all distributions limited to [min, max] and all draws: the value is in
// this range, and it reaches a limit if the tail extends beyond that limit.
TEST(DistributionTest, DrawsStayWithinTheirBounds) {
  const DistributionSpec kSpecs[] = {
      Spec(Kind::kLognormal, 118'000, 0.91, 10'000, 2'400'000),
      Spec(Kind::kNormal, 7000, 1000, 4000, 9000),
      Spec(Kind::kNormal, 0, 65536, -65536, 65536),
      Spec(Kind::kExponential, 1e6, 0, 5000, 1'000'000),
      Spec(Kind::kGamma, 65536, 0.3, 40'000, 90'000),
      Spec(Kind::kUniform, 0, 1000, 200, 300),
  };
  for (const DistributionSpec& spec : kSpecs) {
    const Distribution draw(spec);
    EXPECT_EQ(draw.min(), spec.min);
    EXPECT_EQ(draw.max(), spec.max);
    EXPECT_EQ(draw(0), spec.min);
    EXPECT_EQ(draw(kLastDraw), spec.max);
    for (std::uint64_t i = 0; i < 20'000; ++i) {
      const std::int32_t value = draw(Draw(StreamKey(7, 8, i), Purpose::kRing));
      ASSERT_GE(value, spec.min);
      ASSERT_LE(value, spec.max);
    }
  }
}

TEST(DistributionTest, WithoutACutTheExtremesAreTheTablesEnds) {
  const Distribution draw(Spec(Kind::kExponential, 1e6));
  EXPECT_EQ(draw.min(), draw(0));
  EXPECT_EQ(draw.max(), draw(kLastDraw));
  // 27 halvings: one draw in 2^27 is in the last cell.
  EXPECT_NEAR(draw.max(), 27 * std::log(2.0) * 1e6, 1e4);
}

TEST(DistributionTest, AConstantIsConstant) {
  const Distribution draw(Spec(Kind::kConstant, 4321));
  const Distribution zero;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const std::uint64_t at = Draw(StreamKey(9, 9, i), Purpose::kWait);
    EXPECT_EQ(draw(at), 4321);
    EXPECT_EQ(zero(at), 0);
  }
  EXPECT_EQ(draw(0), 4321);
  EXPECT_EQ(draw(kLastDraw), 4321);
  EXPECT_DOUBLE_EQ(draw.mean(), 4321);
}

TEST(DistributionTest, GoesThroughItsPointsInStraightLines) {
  // The points are at cell boundaries of the table, so that interpolation
  // between quantiles is exact.
  const Distribution draw(Points(
      {{0.0, 0}, {0.25, 1000}, {0.5, 5000}, {0.75, 6000}, {1.0, 90'000}}));
  EXPECT_NEAR(draw(At(0.125)), 500, 1);
  EXPECT_NEAR(draw(At(0.25)), 1000, 1);
  EXPECT_NEAR(draw(At(0.375)), 3000, 1);
  EXPECT_NEAR(draw(At(0.5)), 5000, 1);
  EXPECT_NEAR(draw(At(0.75)), 6000, 1);
  EXPECT_NEAR(draw(At(0.875)), 48'000, 1);
  EXPECT_NEAR(draw.mean(), 0.25 * (500 + 3000 + 5500 + 48'000), 10);
  EXPECT_NEAR(draw(0), 0, 1);
  EXPECT_NEAR(draw(kLastDraw), 90'000, 1);
}

TEST(DistributionTest, OutsideItsPointsStaysAtTheOutermost) {
  const Distribution draw(Points({{0.2, 100}, {0.8, 200}}));
  EXPECT_EQ(draw(At(0.1)), 100);
  EXPECT_EQ(draw(At(0.9)), 200);
}

// For all limits: DrawsBelow finds the last draw whose value is below the
// limit.
TEST(DistributionTest, FindsTheLastDrawBelowALimit) {
  for (const Known& known : KnownDistributions()) {
    const Distribution draw(known.spec);
    for (const double p : {1e-5, 0.01, 0.3, 0.5, 0.7, 0.99, 0.99999}) {
      const std::int32_t limit = draw(At(p));
      const std::uint64_t last = draw.DrawsBelow(limit);
      ASSERT_LT(draw(last), limit) << known.name << p;
      ASSERT_GE(draw(last + 1), limit) << known.name << p;
    }
  }
}

TEST(DistributionTest, KnowsWhenAllOrNoDrawsAreBelowALimit) {
  const Distribution draw(Spec(Kind::kUniform, 1000, 2000));
  EXPECT_EQ(draw.DrawsBelow(3000), kLastDraw);
  EXPECT_EQ(draw.DrawsBelow(1000), 0u);
  EXPECT_EQ(draw.DrawsBelow(-5), 0u);
}

// For all limits: scaling the draws so that all values stay below the limit
// gives the same distribution as rejecting all values above it. Compares
// quantiles of 20,000 draws each. Tolerance: 5 standard errors of a share.
TEST(DistributionTest, AScaledDrawIsADrawOnCondition) {
  const Distribution draw(Spec(Kind::kLognormal, 1800, 0.6, 150, 300'000));
  constexpr std::size_t kDraws = 20'000;
  for (const std::int32_t limit : {1000, 2000, 5000}) {
    const std::uint64_t last = draw.DrawsBelow(limit);
    std::vector<std::int32_t> thrown;
    std::vector<std::int32_t> scaled;
    for (std::uint64_t i = 0; thrown.size() < kDraws; ++i) {
      const std::int32_t value =
          draw(Draw(StreamKey(1, 1, i), Purpose::kResponseTime));
      if (value < limit) thrown.push_back(value);
    }
    for (std::uint64_t i = 0; i < kDraws; ++i) {
      const std::uint64_t at =
          ScaleDraw(Draw(StreamKey(2, 2, i), Purpose::kResponseTime), last);
      scaled.push_back(draw(at));
      ASSERT_LT(scaled.back(), limit);
    }
    std::sort(thrown.begin(), thrown.end());
    std::sort(scaled.begin(), scaled.end());
    for (const double p : {0.1, 0.25, 0.5, 0.75, 0.9}) {
      const std::int32_t value =
          thrown[static_cast<std::size_t>(p * static_cast<double>(kDraws))];
      const auto below = static_cast<double>(
          std::lower_bound(scaled.begin(), scaled.end(), value) -
          scaled.begin());
      EXPECT_NEAR(below / kDraws, p, 5 * std::sqrt(2.0) * ShareError(p, kDraws))
          << limit;
    }
  }
}

TEST(DistributionTest, ScalesDrawsToTheirNewEnd) {
  EXPECT_EQ(ScaleDraw(0, 1000), 0u);
  EXPECT_EQ(ScaleDraw(kLastDraw, 1000), 999u);
  EXPECT_EQ(ScaleDraw(std::uint64_t{1} << 63, 1000), 500u);
  EXPECT_EQ(ScaleDraw(kLastDraw, 0), 0u);
}

}  // namespace
}  // namespace busyhour::internal

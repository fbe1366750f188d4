#include "base/distribution.h"

#include <algorithm>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

namespace busyhour::internal {
namespace {

double PointQuantile(const std::vector<DistributionSpec::Point>& points,
                     double probability) {
  const auto above = std::find_if(points.begin(), points.end(),
                                  [&](const DistributionSpec::Point& point) {
                                    return point.probability >= probability;
                                  });
  if (above == points.begin()) return points.front().value;
  if (above == points.end()) return points.back().value;
  const auto below = above - 1;
  const double span = above->probability - below->probability;
  const double part = span > 0 ? (probability - below->probability) / span : 0;
  return below->value + (above->value - below->value) * part;
}

double StandardNormalQuantile(double tail, bool upper) {
  const boost::math::normal standard;
  const double z = boost::math::quantile(standard, tail);
  return upper ? -z : z;
}

// The value with probability `tail` below it, or above it if `upper`, without
// the Pareto tail. Using the tail probability keeps full precision near both
// ends.
double BodyQuantile(const DistributionSpec& spec, double tail, bool upper) {
  using Kind = DistributionSpec::Kind;
  const double probability = upper ? 1.0 - tail : tail;
  switch (spec.kind) {
    case Kind::kConstant:
      return spec.a;
    case Kind::kUniform:
      return spec.a + (spec.b - spec.a) * probability;
    case Kind::kNormal:
      return spec.a + spec.b * StandardNormalQuantile(tail, upper);
    case Kind::kLognormal:
      return spec.a * std::exp(spec.b * StandardNormalQuantile(tail, upper));
    case Kind::kExponential:
      return upper ? -spec.a * std::log(tail) : -spec.a * std::log1p(-tail);
    case Kind::kGamma: {
      if (spec.a <= 0.0 || spec.b <= 0.0) return spec.a;
      const double shape = 1.0 / (spec.b * spec.b);
      const boost::math::gamma_distribution<> gamma(shape, spec.a / shape);
      return upper ? boost::math::quantile(complement(gamma, tail))
                   : boost::math::quantile(gamma, tail);
    }
    case Kind::kQuantiles:
      return PointQuantile(spec.points, probability);
  }
  return spec.a;
}

double Quantile(const DistributionSpec& spec, double tail, bool upper) {
  if (!upper || tail >= spec.tail_share) return BodyQuantile(spec, tail, upper);
  const double start = BodyQuantile(spec, spec.tail_share, true);
  if (start <= 0.0) return BodyQuantile(spec, tail, upper);
  return start * std::pow(spec.tail_share / tail, 1.0 / spec.tail_exponent);
}

std::int32_t Ticks(const DistributionSpec& spec, double tail, bool upper) {
  const double value = Quantile(spec, tail, upper);
  return static_cast<std::int32_t>(
      std::llround(std::clamp(value, spec.min, spec.max)));
}

}  // namespace

Distribution::Distribution(const DistributionSpec& spec) {
  cells_.resize(2 * kSideCells);
  for (const bool upper : {false, true}) {
    Cell* const middle = cells_.data() + kSideCells;
    const auto cell_at = [&](std::uint32_t i) -> Cell& {
      return upper ? *(middle - 1 - i) : middle[i];
    };
    for (std::uint32_t octave = 0; octave < kOctaves; ++octave) {
      // Half of all draws lie on each side, hence the extra halving.
      const double start = std::ldexp(0.5, -static_cast<int>(octave + 1));
      for (std::uint32_t cell = 0; cell < kCells; ++cell) {
        const double near = start * (1.0 + static_cast<double>(cell) / kCells);
        const double far =
            start * (1.0 + static_cast<double>(cell + 1) / kCells);
        const std::int32_t value = Ticks(spec, near, upper);
        const std::int32_t step = Ticks(spec, far, upper) - value;
        cell_at(1 + (kOctaves - 1 - octave) * kCells + cell) = {value, step};
        mean_ += (far - near) * (value + 0.5 * step);
      }
    }
    const double last = std::ldexp(0.5, -static_cast<int>(kOctaves));
    cell_at(0) = {Ticks(spec, last, upper), 0};
    mean_ += last * cell_at(0).value;
  }
}

std::uint64_t Distribution::DrawsBelow(std::int32_t limit) const noexcept {
  std::uint64_t last = 0;
  for (int bit = 63; bit >= 0; --bit) {
    const std::uint64_t next = last | std::uint64_t{1} << bit;
    if ((*this)(next) < limit) last = next;
  }
  return last;
}

}  // namespace busyhour::internal

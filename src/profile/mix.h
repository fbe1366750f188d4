#pragma once

#include <utility>
#include <vector>

#include "base/distribution.h"

// What many values of a profile are made of: weights, and distributions of
// durations.

namespace busyhour::internal {

/// Weights by name or value; only their ratios count.
template <class Key>
using Mix = std::vector<std::pair<Key, double>>;

inline DistributionSpec ConstantMs(double ms) {
  DistributionSpec spec;
  spec.a = spec.min = spec.max = ms;
  return spec;
}
inline DistributionSpec UniformMs(double from_ms, double to_ms) {
  DistributionSpec spec;
  spec.kind = DistributionSpec::Kind::kUniform;
  spec.a = spec.min = from_ms;
  spec.b = spec.max = to_ms;
  return spec;
}
inline DistributionSpec LognormalMs(double median_ms, double sigma,
                                    double min_ms, double max_ms) {
  DistributionSpec spec;
  spec.kind = DistributionSpec::Kind::kLognormal;
  spec.a = median_ms;
  spec.b = sigma;
  spec.min = min_ms;
  spec.max = max_ms;
  return spec;
}
/// The same, with a Pareto tail for `tail_share` of the values.
inline DistributionSpec HeavyMs(double median_ms, double sigma,
                                double tail_share, double tail_exponent,
                                double min_ms, double max_ms) {
  DistributionSpec spec = LognormalMs(median_ms, sigma, min_ms, max_ms);
  spec.tail_share = tail_share;
  spec.tail_exponent = tail_exponent;
  return spec;
}

}  // namespace busyhour::internal

#pragma once

#include <cstdint>

#include "base/stream.h"

namespace busyhour::internal {

/// The largest mean for `DrawPoisson`: a slot has 22 bits for its calls.
inline constexpr double kMaxPoissonMean = 4.0e6;

/// A Poisson count with the given mean in [0, kMaxPoissonMean]; 0 if the mean
/// is 0. Deterministic: Boost.Random fixes its algorithm, the C++ standard does
/// not.
std::uint32_t DrawPoisson(double mean, Stream stream);

}  // namespace busyhour::internal

#include "base/poisson.h"

#include <boost/random/poisson_distribution.hpp>

namespace busyhour::internal {

std::uint32_t DrawPoisson(double mean, Stream stream) {
  if (mean <= 0.0) return 0;
  boost::random::poisson_distribution<std::int64_t, double> counts(mean);
  const std::int64_t count = counts(stream);
  return count < 0 ? 0 : static_cast<std::uint32_t>(count);
}

}  // namespace busyhour::internal

#include "base/zipf.h"

#include <algorithm>
#include <cmath>

namespace busyhour::internal {
namespace {

// The weight of a band's last number is at least (1 + 1 / kBandSteps)^-exponent
// times that of its first.
constexpr std::uint32_t kBandSteps = 16;

}  // namespace

Zipf::Zipf(double exponent, std::uint32_t head, std::uint32_t count) {
  std::vector<double> weights;
  for (std::uint32_t first = 0; first < count;) {
    const std::uint32_t size =
        std::min((first + head) / kBandSteps, count - first);
    const double middle = first + head + (size - 1) / 2.0;
    weights.push_back(size * std::pow(middle / head, -exponent));
    bands_.push_back({first, size});
    first += size;
  }
  band_ = Choice(weights);
}

}  // namespace busyhour::internal

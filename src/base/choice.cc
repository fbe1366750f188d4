#include "base/choice.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kWhole = std::uint64_t{1} << 32;

}  // namespace

// Vose's construction, in units of 2^-32 of a cell.
Choice::Choice(std::span<const double> weights) : cells_(weights.size()) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  const double scale =
      static_cast<double>(weights.size()) / sum * static_cast<double>(kWhole);
  std::vector<std::int64_t> left(weights.size());
  std::vector<std::uint32_t> small;
  std::vector<std::uint32_t> large;
  for (std::uint32_t i = 0; i < weights.size(); ++i) {
    left[i] = std::llround(weights[i] * scale);
    (left[i] < static_cast<std::int64_t>(kWhole) ? small : large).push_back(i);
  }
  while (!small.empty() && !large.empty()) {
    const std::uint32_t poor = small.back();
    const std::uint32_t rich = large.back();
    small.pop_back();
    cells_[poor] = {static_cast<std::uint64_t>(left[poor]), rich};
    left[rich] -= static_cast<std::int64_t>(kWhole) - left[poor];
    if (left[rich] < static_cast<std::int64_t>(kWhole)) {
      large.pop_back();
      small.push_back(rich);
    }
  }
  for (const std::uint32_t i : large) cells_[i] = {kWhole, i};
  const auto heaviest = static_cast<std::uint32_t>(
      std::max_element(weights.begin(), weights.end()) - weights.begin());
  for (const std::uint32_t i : small) {
    // Left over by rounding: nearly a whole cell, unless its weight is 0.
    cells_[i] = {weights[i] > 0.0 ? kWhole : 0, heaviest};
  }
}

}  // namespace busyhour::internal

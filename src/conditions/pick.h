#pragma once

#include <cstdint>
#include <vector>

#include "base/choice.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// A probability as a fraction of 2^32, for `Happens`.
std::uint64_t ShareOf(double probability);

/// A weighted choice among values.
template <class Value>
struct Pick {
  Choice choice;
  std::vector<Value> values;

  Pick() = default;
  explicit Pick(const Mix<Value>& mix) {
    std::vector<double> weights;
    for (const auto& [value, weight] : mix) {
      values.push_back(value);
      weights.push_back(weight);
    }
    if (!weights.empty()) choice = Choice(weights);
  }

  bool empty() const noexcept { return values.empty(); }
  const Value& operator()(std::uint64_t draw) const noexcept {
    return values.size() == 1 ? values.front() : values[choice(draw)];
  }
};

/// Refused requests: their share, and the distribution of their status (as an
/// index into `Statuses()`).
struct Refusals {
  std::uint64_t share = 0;
  Pick<std::uint8_t> status;

  Refusals() = default;
  explicit Refusals(const RequestFailures& failures);
};

}  // namespace busyhour::internal

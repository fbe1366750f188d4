#include "conditions/pick.h"

#include <algorithm>
#include <cmath>

#include "catalog/statuses.h"

namespace busyhour::internal {
namespace {

Mix<std::uint8_t> StatusIndices(const Mix<int>& statuses) {
  Mix<std::uint8_t> indices;
  for (const auto& [status, weight] : statuses) {
    indices.emplace_back(StatusIndex(status), weight);
  }
  return indices;
}

}  // namespace

std::uint64_t ShareOf(double probability) {
  return static_cast<std::uint64_t>(
      std::llround(std::clamp(probability, 0.0, 1.0) * 4294967296.0));
}

Refusals::Refusals(const RequestFailures& failures)
    : share(ShareOf(failures.share)),
      status(StatusIndices(failures.statuses)) {}

}  // namespace busyhour::internal

#include "catalog/statuses.h"

#include <algorithm>

namespace busyhour::internal {
namespace {

// The failure statuses are those on the Call Automation codes page, without
// 426, 481, 487 and 603, which concern the signalling of a call and not a
// request (our assumption).
constexpr int kStatuses[] = {200, 201, 202, 204, 400, 401, 403, 404, 405, 406,
                             408, 409, 412, 413, 429, 500, 501, 502, 503, 504};

}  // namespace

std::span<const int> Statuses() { return kStatuses; }

std::uint8_t StatusIndex(int status) {
  return static_cast<std::uint8_t>(
      std::find(std::begin(kStatuses), std::end(kStatuses), status) -
      std::begin(kStatuses));
}

}  // namespace busyhour::internal

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace busyhour {

/// Every HTTP status that a request can be answered with: first those of
/// requests that are accepted, then those of requests that are refused.
std::span<const int> Statuses();
inline constexpr std::size_t kSuccessStatusCount = 4;

/// The refusals among them.
inline std::span<const int> FailureStatuses() {
  return Statuses().subspan(kSuccessStatusCount);
}

/// Where `status` stands in `Statuses()`; it must be one of them.
std::uint8_t StatusIndex(int status);

}  // namespace busyhour

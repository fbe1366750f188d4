#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace busyhour::internal {

/// All HTTP statuses of answers to requests: first those of accepted requests,
/// then those of refused ones.
std::span<const int> Statuses();
inline constexpr std::size_t kSuccessStatusCount = 4;

/// The statuses of refused requests.
inline std::span<const int> FailureStatuses() {
  return Statuses().subspan(kSuccessStatusCount);
}

/// The index of `status` in `Statuses()`, which must contain it.
std::uint8_t StatusIndex(int status);

}  // namespace busyhour::internal

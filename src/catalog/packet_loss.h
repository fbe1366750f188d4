#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace busyhour::internal {

/// The packet loss rates that streams have, in ascending order: none, then
/// steps of about 4 % from 0.00002 to 1. Unit: 10^-8. A record refers to them
/// by index. The steps are our assumption.
inline constexpr std::size_t kLossRateDecimals = 8;
inline constexpr std::array<std::uint32_t, 256> kLossRates = [] {
  std::array<std::uint32_t, 256> rates{};
  std::uint64_t rate = 2'017;
  for (std::size_t i = 1; i < rates.size(); ++i) {
    rates[i] = static_cast<std::uint32_t>(rate);
    // An odd remainder gives neighbours different digits.
    rate += rate * 43 / 1000 + i % 7;
  }
  return rates;
}();
static_assert(kLossRates[255] < 100'000'000);
static_assert(kLossRates[255] > 50'000'000);

}  // namespace busyhour::internal

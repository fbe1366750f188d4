#pragma once

#include <cstdint>

namespace busyhour::internal {

/// The eight digits of `value`, below 10^8, one per byte, the highest in the
/// lowest byte.
constexpr std::uint64_t EightDigits(std::uint32_t value) noexcept {
  // Splits the digits of every lane three times: 4 + 4, 2 + 2, 1 + 1.
  std::uint64_t lanes =
      value / 10000 | static_cast<std::uint64_t>(value % 10000) << 32;
  const std::uint64_t hundreds = (lanes * 10486 >> 20) & 0x0000'007f'0000'007f;
  lanes = hundreds | (lanes - hundreds * 100) << 16;
  const std::uint64_t tens = (lanes * 103 >> 10) & 0x000f'000f'000f'000f;
  return tens | (lanes - tens * 10) << 8;
}

inline constexpr std::uint64_t kEightZeros = 0x3030'3030'3030'3030;

}  // namespace busyhour::internal

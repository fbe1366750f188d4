#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "logs/log.h"
#include "logs/record.h"
#include "logs/vocabulary.h"

namespace busyhour::internal {

/// A decimal number of a record: `units` / 10^`decimals`.
struct FixedPoint {
  std::uint64_t units = 0;
  int decimals = 0;
};

/// The powers of ten below 2^64.
inline constexpr auto kPowersOfTen = [] {
  std::array<std::uint64_t, 20> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) {
    powers[i] = 10 * powers[i - 1];
  }
  return powers;
}();

/// The value of a field whose kind has a fraction.
FixedPoint FixedPointOf(const Field& field, const Record& record,
                        const Vocabulary& words) noexcept;

/// Size of the shortest text of a number, as tables have it.
std::size_t TextBytes(FixedPoint decimal) noexcept;
inline std::size_t TextBytes(std::uint64_t whole) noexcept {
  whole |= 1;  // 0 has a digit, too
  // A bit is 1233 / 4096 digits, almost exactly. Rounded down, the product is
  // the number of digits or one less.
  const auto least =
      static_cast<std::size_t>(std::bit_width(whole) * 1233 >> 12);
  return least + (whole >= kPowersOfTen[least] ? 1 : 0);
}

/// Size of a time in a table: `2023-05-25T17:43:25.7460000Z`.
inline constexpr std::size_t kTimeTextBytes = 28;

}  // namespace busyhour::internal

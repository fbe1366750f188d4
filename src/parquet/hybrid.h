#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

namespace busyhour::internal {

/// Bits of a value in [0, count); 0 for a single value.
constexpr unsigned BitWidthOf(std::size_t count) {
  return count <= 1 ? 0 : static_cast<unsigned>(std::bit_width(count - 1));
}

/// Whether all values are the same.
template <class Value>
bool AreSame(std::span<const Value> values) noexcept {
  return values.size() < 2 ||
         std::memcmp(values.data(), values.data() + 1,
                     (values.size() - 1) * sizeof(Value)) == 0;
}

// Append values of `width` bits, [0, 24], in Parquet's hybrid of runs and
// packed bits: one run if all are the same, otherwise all of them packed.
//
// Source: Apache Parquet, Encodings.md, "Run Length Encoding / Bit-Packing
// Hybrid".
void AppendHybrid(std::span<const std::uint8_t> values, unsigned width,
                  std::string& out);
void AppendHybrid(std::span<const std::uint32_t> values, unsigned width,
                  std::string& out);

}  // namespace busyhour::internal

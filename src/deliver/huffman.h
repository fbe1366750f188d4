#pragma once

#include <cstdint>
#include <span>

namespace busyhour::internal {

/// A code word, whose first bit is the lowest one.
struct HuffmanCode {
  std::uint32_t bits = 0;
  std::uint32_t length = 0;  ///< in bits; 0 for a symbol without a code
};

/// Maximum length of a code word. A little more than the optimum for any text,
/// so that several fit into a word.
inline constexpr std::uint32_t kMostHuffmanBits = 12;

/// Makes the canonical prefix code (RFC 1951, 3.2.2) for symbols with these
/// counts. At least two counts must not be 0, and at most 2^12 symbols are
/// allowed. `codes` has the size of `counts`.
void MakeHuffmanCodes(std::span<const std::uint32_t> counts,
                      std::span<HuffmanCode> codes);

}  // namespace busyhour::internal

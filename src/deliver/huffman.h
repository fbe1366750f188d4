#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace busyhour::internal {

/// A code word, whose first bit is the lowest one.
struct HuffmanCode {
  std::uint32_t bits = 0;
  std::uint32_t length = 0;  ///< in bits; 0 for a symbol without a code
};

/// Maximum length of a code word in any format. With that of RFC 1951 (15), a
/// text would be little shorter, and fewer code words would fit into a word.
inline constexpr std::size_t kMostHuffmanBits = 12;

/// Sets the lengths of a prefix code for symbols with these counts: the
/// shortest one whose words have at most `most` bits, or little longer. At
/// least two counts must not be 0, and at most 2^`most` symbols are allowed.
/// `codes` has the size of `counts`, `most` is at most `kMostHuffmanBits`.
void SetHuffmanLengths(std::span<const std::uint32_t> counts, std::size_t most,
                       std::span<HuffmanCode> codes);

/// Makes the canonical prefix code of RFC 1951, 3.2.2, with words of up to
/// `kMostHuffmanBits`.
void MakeHuffmanCodes(std::span<const std::uint32_t> counts,
                      std::span<HuffmanCode> codes);

}  // namespace busyhour::internal

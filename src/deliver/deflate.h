#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "deliver/huffman.h"
#include "deliver/matcher.h"

namespace busyhour::internal {

class BitWriter;

/// Writes texts in the DEFLATE format (RFC 1951) from their matches. Not
/// thread-safe.
class Deflater {
 public:
  /// Writes `text` as a single block and returns the end of what it wrote, at
  /// most `MaxBytes` bytes. `steps` are those of a `Matcher` for `kReach`.
  char* Write(std::string_view text, std::span<const Match> steps, char* out);

  static constexpr std::uint32_t kReach = 32768;
  static constexpr std::size_t MaxBytes(std::size_t text) {
    return 2 * text + 1024;
  }

 private:
  // Of the format: 256 is the end of the block, lengths follow.
  static constexpr std::size_t kSymbols = 286;
  static constexpr std::size_t kDistanceSymbols = 30;
  static constexpr std::size_t kMostLength = 258;

  void Count(std::string_view text, std::span<const Match> steps);
  void MakeCodes();
  void PutHeader(BitWriter& bits) const;

  std::array<std::uint32_t, kSymbols> symbol_counts_{};
  std::array<std::uint32_t, kDistanceSymbols> distance_counts_{};
  std::array<HuffmanCode, kSymbols> symbols_{};
  std::array<HuffmanCode, kDistanceSymbols> distances_{};
  // With the extra bits, by length.
  std::array<HuffmanCode, kMostLength + 1> lengths_{};
};

}  // namespace busyhour::internal

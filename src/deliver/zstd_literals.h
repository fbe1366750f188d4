#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "deliver/huffman.h"

namespace busyhour::internal {

/// Writes the sections of literals in the blocks of a Zstandard frame (RFC
/// 8878, 3.1.1.3.1): the bytes that are in no match.
///
/// All blocks of a frame have the same code, made for the first one, so that
/// only that one has a description of it. The code has words for ASCII;
/// literals with other bytes are written as they are.
class ZstdLiterals {
 public:
  ZstdLiterals();

  /// Begins a frame, which has no code yet.
  void Begin() noexcept { has_code_ = is_described_ = false; }

  /// Writes the literals of a block and returns the end, at most `MaxBytes`
  /// after `out`.
  char* Put(std::span<const unsigned char> literals, char* out);
  /// The last section is in the frame: readers know the code from it.
  void Keep() noexcept { is_described_ |= describes_; }

  static constexpr std::size_t MaxBytes(std::size_t literals) {
    return 2 * literals + 128;
  }

 private:
  static constexpr std::size_t kSymbols = 128;
  // Of the format.
  static constexpr std::size_t kMostBits = 11;

  void MakeCode(std::span<const unsigned char> sample);
  void MakePairs();
  char* PutDescription(char* out) const;
  char* PutStream(std::span<const unsigned char> literals, char* out) const;
  char* PutCoded(std::span<const unsigned char> literals, char* out);

  std::array<HuffmanCode, kSymbols> codes_{};
  // Of two symbols, by their bytes as a 16-bit word; see `MakePairs`.
  std::vector<std::uint32_t> pairs_;
  bool has_code_ = false;
  bool describes_ = false;     // whether the last section has the description
  bool is_described_ = false;  // whether the frame has it
};

}  // namespace busyhour::internal

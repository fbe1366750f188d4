#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "deliver/fse.h"

namespace busyhour::internal {

/// Some literals, and then bytes that repeat earlier ones (RFC 8878,
/// 3.1.1.3.2).
struct ZstdSequence {
  std::uint32_t literals = 0;  ///< up to 2^17 - 1
  std::uint32_t bytes = 0;     ///< 3 to 2^16
  std::uint32_t offset = 0;    ///< `kZstdSameOffset`, or more than 3
};

/// The offset for the distance of the previous match, if there are literals
/// between the two (RFC 8878, 3.1.1.5). Without literals, it means the distance
/// of the match before the previous one.
inline constexpr std::uint32_t kZstdSameOffset = 1;
/// The offset for any distance is that many more.
inline constexpr std::uint32_t kZstdOffsetOfZero = 3;

/// Codes of lengths (RFC 8878, 3.1.1.3.2.1.1): a symbol for the shortest length
/// of a group, and bits for the place in the group.
class ZstdLengthCodes {
 public:
  struct Code {
    std::uint8_t symbol;
    std::uint8_t extra_bits;
    std::uint16_t extra;
  };

  /// Groups whose places have these numbers of bits, from `least` on.
  ZstdLengthCodes(std::uint32_t least, std::span<const std::uint8_t> bits);

  Code Of(std::uint32_t length) const noexcept {
    return length < kShort ? codes_[length] : OfLong(length);
  }

 private:
  static constexpr std::uint32_t kShort = 1024;

  // Some of 2^9 or more, with a group for each power of 2, and the symbol of
  // the last one.
  Code OfLong(std::uint32_t length) const noexcept;

  std::array<Code, kShort> codes_{};
  std::uint32_t least_;
  std::span<const std::uint8_t> bits_;
};

/// Writes the sections of sequences in the blocks of a Zstandard frame, with
/// the predefined tables of the format. With tables of their own, files of logs
/// were less than 2 % smaller.
class ZstdSequences {
 public:
  ZstdSequences();

  /// Writes the sequences of a block, of 3 or more bytes each, and returns the
  /// end, at most `MaxBytes` after `out`.
  char* Put(std::span<const ZstdSequence> sequences, char* out) const;

  /// Fewer sequences than 0x7f00 have a short header.
  static constexpr std::size_t kMost = 0x7eff;
  static constexpr std::size_t MaxBytes(std::size_t sequences) {
    return 10 * sequences + 32;
  }

 private:
  ZstdLengthCodes literals_;
  ZstdLengthCodes matches_;
  FseTable literals_table_;
  FseTable matches_table_;
  FseTable offsets_table_;
};

}  // namespace busyhour::internal

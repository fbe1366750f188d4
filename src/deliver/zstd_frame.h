#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "deliver/matcher.h"
#include "deliver/zstd_literals.h"
#include "deliver/zstd_sequences.h"

namespace busyhour::internal {

/// Writes texts in the Zstandard format (RFC 8878) from their matches. Not
/// thread-safe.
class ZstdFrameWriter {
 public:
  ZstdFrameWriter();

  /// Writes `text`, of less than 4 GiB, as a frame with its size and checksum,
  /// and returns the end of what it wrote. The room must be `RoomFor` the text;
  /// the frame has at most `MaxBytes`. `steps` are those of a `Matcher` for
  /// `kReach`.
  char* Write(std::string_view text, std::span<const Match> steps, char* out);

  /// The largest window that every reader accepts (3.1.1.1.2).
  static constexpr std::uint32_t kReachBits = 23;
  static constexpr std::uint32_t kReach = 1u << kReachBits;

  static constexpr std::size_t MaxBytes(std::size_t text) {
    return text + text / 16'384 + 32;
  }
  /// More than the frame needs, because a block is tried before it is written
  /// as it is.
  static constexpr std::size_t RoomFor(std::size_t text) {
    return MaxBytes(text) + ZstdLiterals::MaxBytes(kMostBlock) +
           ZstdSequences::MaxBytes(kMostSequences);
  }

 private:
  // Of the format.
  static constexpr std::size_t kMostBlock = 1 << 17;
  static constexpr std::size_t kMostSequences =
      kMostBlock / Matcher::kLeastBytes;
  static_assert(kMostSequences <= ZstdSequences::kMost);

  // The content of a block. Its literals and sequences are valid until the
  // next one is taken.
  struct Block {
    std::string_view text;
    std::span<const unsigned char> literals;
    std::span<const ZstdSequence> sequences;
    std::uint32_t distance;  // of its last match, or else of the one before
    bool is_last;
  };

  // Takes as many steps as fit into a block, of the text that begins with them.
  Block Take(std::string_view text, std::span<const Match>& steps);
  char* Put(const Block& block, char* out);

  ZstdLiterals literals_;
  ZstdSequences sequences_;
  std::uint32_t distance_ = 0;  // of the last match that readers know
  std::vector<unsigned char> block_literals_;
  std::vector<ZstdSequence> block_sequences_;
};

}  // namespace busyhour::internal

#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/repeat_hint.h"

namespace busyhour::internal {

/// Compresses texts, each into a self-contained member or frame. Standard
/// programs can read several of them, concatenated. Not thread-safe.
class Compressor {
 public:
  virtual ~Compressor() = default;

  /// Replaces `packed` by the compressed `text`. `hints` tell where the text
  /// probably repeats itself, in order of their places. False if there is not
  /// enough memory.
  virtual bool Compress(std::string_view text,
                        std::span<const RepeatHint> hints,
                        std::vector<char>& packed) noexcept = 0;
  bool Compress(std::string_view text, std::vector<char>& packed) noexcept {
    return Compress(text, {}, packed);
  }

  /// Replaces `text` by the decompressed content of `packed`, which is one
  /// complete member or frame of `bytes` bytes. False if there is not enough
  /// memory, or the length differs.
  bool Expand(std::string_view packed, std::size_t bytes,
              std::string& text) noexcept {
    try {
      text.resize(bytes);
    } catch (const std::bad_alloc&) {
      return false;
    }
    return ExpandTo(packed, text);
  }

 private:
  // Decompresses `packed`, whose content has the size of `text`.
  virtual bool ExpandTo(std::string_view packed,
                        std::span<char> text) noexcept = 0;
};

/// For the level of `NewGzipCompressor` and `NewZstdCompressor`: matches are
/// found from hints, and the library searches for them only in a text without
/// hints.
inline constexpr int kFromHints = 0;

/// Members of a gzip file (RFC 1952), without name and time. `level`: 1 to 9,
/// as of the program gzip.
std::unique_ptr<Compressor> NewGzipCompressor(int level = kFromHints);
/// Frames of Zstandard (RFC 8878), each with a checksum. `level`: 1 to 19, as
/// of the program zstd.
std::unique_ptr<Compressor> NewZstdCompressor(int level = kFromHints);
/// Single blocks of LZ4, without a frame, which only readers that know the size
/// of the text can read.
std::unique_ptr<Compressor> NewLz4BlockCompressor();
/// Snappy without its frames.
std::unique_ptr<Compressor> NewSnappyCompressor();

}  // namespace busyhour::internal

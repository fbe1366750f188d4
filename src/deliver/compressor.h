#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour {

/// Compresses texts, each into a self-contained member or frame. Standard
/// programs can read several of them, concatenated. Not thread-safe.
class Compressor {
 public:
  virtual ~Compressor() = default;

  /// Replaces `packed` by the compressed `text`. False if there is not enough
  /// memory.
  virtual bool Compress(std::string_view text,
                        std::vector<char>& packed) noexcept = 0;

  /// Replaces `text` by the decompressed content of `packed`, which is one
  /// complete member or frame of `bytes` bytes. False if there is not enough
  /// memory, or the length differs.
  virtual bool Expand(std::string_view packed, std::size_t bytes,
                      std::string& text) noexcept = 0;
};

/// Members of a gzip file (RFC 1952), without name and time.
std::unique_ptr<Compressor> NewGzipCompressor();
/// Frames of Zstandard (RFC 8878), each with a checksum.
std::unique_ptr<Compressor> NewZstdCompressor();

}  // namespace busyhour

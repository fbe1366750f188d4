#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour {

/// Makes texts smaller, each into a whole of its own that says where it ends:
/// several of them, one after the other, are again something that the stock
/// programs read. Not for two threads at once.
class Compressor {
 public:
  virtual ~Compressor() = default;

  /// Replaces `packed` by what `text` comes to. False when there is no memory
  /// for it.
  virtual bool Compress(std::string_view text,
                        std::vector<char>& packed) noexcept = 0;

  /// Replaces `text` by the `bytes` bytes that `packed`, which is one whole,
  /// was made of. False when there is no memory for them, or they are not so
  /// many.
  virtual bool Expand(std::string_view packed, std::size_t bytes,
                      std::string& text) noexcept = 0;
};

/// Members of a gzip file (RFC 1952), with no name and no time in them.
std::unique_ptr<Compressor> NewGzipCompressor();
/// Frames of Zstandard (RFC 8878), each with a checksum.
std::unique_ptr<Compressor> NewZstdCompressor();

}  // namespace busyhour

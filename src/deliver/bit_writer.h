#pragma once

#include <cstdint>
#include <cstring>

#include "deliver/huffman.h"

namespace busyhour::internal {

/// Collects bits, the lowest one first, and writes whole bytes.
class BitWriter {
 public:
  /// Writes to `out`, where 8 bytes more than needed must be free.
  explicit BitWriter(char* out) noexcept : out_(out) {}

  /// Up to 56 bits fit between two calls of `Flush`.
  void Add(HuffmanCode code) noexcept { Add(code.bits, code.length); }
  void Add(std::uint64_t bits, std::uint32_t length) noexcept {
    bits_ |= bits << length_;
    length_ += length;
  }
  void Flush() noexcept {
    std::memcpy(out_, &bits_, sizeof bits_);
    out_ += length_ / 8;
    bits_ >>= length_ & ~7u;
    length_ &= 7;
  }
  /// Adds zeros up to a whole byte, and returns the end of what is written.
  char* End() noexcept {
    length_ += 7;
    Flush();
    return out_;
  }

 private:
  char* out_;
  std::uint64_t bits_ = 0;
  std::uint32_t length_ = 0;
};

}  // namespace busyhour::internal

#pragma once

#include <cstdint>
#include <cstring>

namespace busyhour::internal {

/// Writes numbers of any bits one after the other, with the lowest bits first.
class BitPacker {
 public:
  /// Writes from `p` on, where `kSlackBytes` more than the bits must have room.
  explicit BitPacker(char* p) noexcept : p_(p) {}

  static constexpr unsigned kSlackBytes = sizeof(std::uint64_t);

  /// A `value` of `width` bits, at most 32.
  void Put(std::uint64_t value, unsigned width) noexcept {
    bits_ |= value << used_;
    used_ += width;
    if (used_ < 32) return;
    std::memcpy(p_, &bits_, sizeof(std::uint32_t));
    p_ += sizeof(std::uint32_t);
    bits_ >>= 32;
    used_ -= 32;
  }

  /// Writes the bits that remain, and zeros up to a whole byte.
  void Flush() noexcept {
    std::memcpy(p_, &bits_, sizeof bits_);
    p_ += (used_ + 7) / 8;
    bits_ = 0;
    used_ = 0;
  }

 private:
  char* p_;
  std::uint64_t bits_ = 0;
  unsigned used_ = 0;  // less than 32
};

}  // namespace busyhour::internal

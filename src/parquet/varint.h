#pragma once

#include <cstdint>
#include <string>

namespace busyhour::internal {

/// Appends a number in 7 bits a byte, the lowest ones first (ULEB128).
inline void AppendVarint(std::uint64_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

/// The same for a number with a sign, which becomes the lowest bit.
inline void AppendSignedVarint(std::int64_t value, std::string& out) {
  AppendVarint(static_cast<std::uint64_t>(value) << 1 ^
                   static_cast<std::uint64_t>(value >> 63),
               out);
}

}  // namespace busyhour::internal

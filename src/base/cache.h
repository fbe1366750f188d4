#pragma once

#include <cstddef>

namespace busyhour {

inline constexpr std::size_t kCacheLine = 64;

/// Asks for memory that will be read soon.
inline void Prefetch(const void* begin, std::size_t bytes) noexcept {
  const auto* const at = static_cast<const char*>(begin);
  for (std::size_t i = 0; i < bytes; i += kCacheLine) {
    __builtin_prefetch(at + i);
  }
}

}  // namespace busyhour

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace busyhour::internal {

/// Copies `from` to `to`, past the caches of this core where the processor can
/// do that. For text that another thread reads next: what this core works with
/// stays in its caches, and no line of the old text has to be fetched from
/// another core to be overwritten. The two must not overlap.
inline void CopyPastCache(std::string_view from, char* to) noexcept {
#ifdef __SSE2__
  constexpr std::size_t kLine = 64;
  // Only whole lines are written past the caches.
  const std::size_t head = std::min(
      from.size(), -reinterpret_cast<std::uintptr_t>(to) & (kLine - 1));
  std::memcpy(to, from.data(), head);
  from.remove_prefix(head);
  to += head;
  for (; from.size() >= kLine; from.remove_prefix(kLine), to += kLine) {
    const auto* const words = reinterpret_cast<const __m128i*>(from.data());
    auto* const line = reinterpret_cast<__m128i*>(to);
    for (std::size_t i = 0; i < kLine / sizeof(__m128i); ++i) {
      _mm_stream_si128(line + i, _mm_loadu_si128(words + i));
    }
  }
  // These writes are otherwise not ordered with the later ones.
  _mm_sfence();
#endif
  std::memcpy(to, from.data(), from.size());
}

}  // namespace busyhour::internal

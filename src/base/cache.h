#pragma once

#include <cstddef>
#include <new>

namespace busyhour::internal {

inline constexpr std::size_t kCacheLine = 64;

/// For a container whose first element begins a cache line.
template <class T>
struct CacheAligned {
  using value_type = T;
  CacheAligned() = default;
  template <class Other>
  // Allows conversion from the same allocator for another type.
  // NOLINTNEXTLINE(google-explicit-constructor)
  CacheAligned(const CacheAligned<Other>&) noexcept {}
  T* allocate(std::size_t count) {
    return static_cast<T*>(
        ::operator new(count * sizeof(T), std::align_val_t(kCacheLine)));
  }
  void deallocate(T* at, std::size_t) noexcept {
    ::operator delete(at, std::align_val_t(kCacheLine));
  }
  bool operator==(const CacheAligned&) const = default;
};

/// Prefetches memory that will be read soon. Always inline, as are functions
/// that only prefetch: GCC 12 takes them for functions without effect, and may
/// remove their calls.
[[gnu::always_inline]] inline void Prefetch(const void* begin,
                                            std::size_t bytes) noexcept {
  const auto* const at = static_cast<const char*>(begin);
  for (std::size_t i = 0; i < bytes; i += kCacheLine) {
    __builtin_prefetch(at + i);
  }
}

}  // namespace busyhour::internal

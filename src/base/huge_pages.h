#pragma once

#include <cstddef>

namespace busyhour::internal {

inline constexpr std::size_t kHugePage = 2 << 20;

/// Allocates memory that begins a cache line. If it is large, asks the system
/// for huge pages; the system may ignore this. Throws `std::bad_alloc`.
void* AllocateInHugePages(std::size_t bytes);
void FreeInHugePages(void* at, std::size_t bytes) noexcept;

/// For containers of many megabytes that are read in random order: with huge
/// pages, few of the reads have to look up the address of a page first.
template <class T>
struct HugePages {
  using value_type = T;
  HugePages() = default;
  template <class Other>
  // Allows conversion from the same allocator for another type.
  // NOLINTNEXTLINE(google-explicit-constructor)
  HugePages(const HugePages<Other>&) noexcept {}
  T* allocate(std::size_t count) {
    return static_cast<T*>(AllocateInHugePages(count * sizeof(T)));
  }
  void deallocate(T* at, std::size_t count) noexcept {
    FreeInHugePages(at, count * sizeof(T));
  }
  bool operator==(const HugePages&) const = default;
};

}  // namespace busyhour::internal

#pragma once

#include <algorithm>
#include <cstddef>

// Smaller tests under a sanitizer, which slows a test down about ten times.

namespace busyhour::internal {

/// Whether a sanitizer is on. GCC defines macros, clang has features.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

/// Under a sanitizer, a test that repeats a check runs one in so many of its
/// repetitions. It is a prime, so that a test with nested loops over logs,
/// shapes and frames still meets each of them.
inline constexpr std::size_t kThinning = kSanitized ? 13 : 1;

/// The number of repetitions of a check: `count`, or under a sanitizer fewer.
template <class T>
constexpr T Fewer(T count) {
  return std::max(count / static_cast<T>(kThinning), T{1});
}

/// Selects the cases of a test: all, or under a sanitizer fewer, of which the
/// first case is one.
class CaseFilter {
 public:
  bool Selects() { return number_++ % kThinning == 0; }

 private:
  std::size_t number_ = 0;
};

}  // namespace busyhour::internal

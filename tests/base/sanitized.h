#pragma once

namespace busyhour {

/// Whether a sanitizer slows this program down, so that tests that repeat the
/// same check for many cases choose fewer of them. GCC defines macros, clang
/// has features.
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

}  // namespace busyhour

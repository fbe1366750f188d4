#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace busyhour::internal {

/// A passage of a text that its writer expects to have written before: the
/// last passage with the same key probably has the same content.
///
/// Only a hint: who uses it compares the passages. A wrong hint makes the
/// compressed text longer and never changes the text.
struct RepeatHint {
  /// Where the passage begins in the text, in bytes.
  std::uint32_t at = 0;
  std::uint16_t bytes = 0;  ///< size of the passage
  std::uint16_t key = 0;
};

/// Collects the hints of a text while it is being written.
class RepeatHints {
 public:
  RepeatHints() = default;
  /// For a text that begins at `text`. `out` must have room for all hints.
  RepeatHints(const char* text, RepeatHint* out) noexcept
      : text_(text), end_(out) {}

  /// A passage of which there is a single content for each key.
  void Add(std::size_t key, const char* begin, std::size_t bytes) noexcept {
    *end_ = {static_cast<std::uint32_t>(begin - text_),
             static_cast<std::uint16_t>(bytes),
             static_cast<std::uint16_t>(key)};
    end_ += bytes >= kLeastBytes ? 1 : 0;
  }
  /// A passage whose first bytes tell its content, such as an id.
  void AddId(const char* begin, std::size_t bytes) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, begin, sizeof word);
    // An odd number near 2^64 divided by the golden ratio spreads the words.
    constexpr std::uint64_t kSpread = 0x9e37'79b9'7f4a'7c15;
    Add(word * kSpread >> 48, begin, bytes);
  }

  RepeatHint* end() const noexcept { return end_; }

  /// Shorter passages are not worth a hint.
  static constexpr std::size_t kLeastBytes = 8;

 private:
  const char* text_ = nullptr;
  RepeatHint* end_ = nullptr;
};

}  // namespace busyhour::internal

#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

// Letters and digits of ASCII, in any locale. All other bytes are neither, and
// keep their value.

namespace busyhour::internal {

constexpr bool IsDigit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool IsLower(char c) noexcept { return c >= 'a' && c <= 'z'; }
constexpr bool IsUpper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
constexpr bool IsLetter(char c) noexcept { return IsLower(c) || IsUpper(c); }
constexpr bool IsLetterOrDigit(char c) noexcept {
  return IsLetter(c) || IsDigit(c);
}

constexpr char LowerOf(char c) noexcept {
  return IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr char UpperOf(char c) noexcept {
  return IsLower(c) ? static_cast<char>(c - 'a' + 'A') : c;
}
/// A copy in lower case.
inline std::string InLowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = LowerOf(c);
  return lower;
}
/// A copy in upper case.
inline std::string InUpperCase(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = UpperOf(c);
  return upper;
}

/// Whether `word` is one of `words`, which single spaces separate.
constexpr bool HasWord(std::string_view words, std::string_view word) noexcept {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

/// The value of a hexadecimal digit; -1 for any other character.
constexpr int HexDigit(char c) noexcept {
  if (IsDigit(c)) return c - '0';
  const char lower = LowerOf(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace busyhour::internal

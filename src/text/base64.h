#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace busyhour::internal {

/// The digits of Base64 and of base64url (RFC 4648).
inline constexpr std::string_view kBase64Digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
inline constexpr std::string_view kBase64UrlDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Writes `size` bytes in these digits, without padding; returns the new end.
inline char* PutBase64(const unsigned char* bytes, std::size_t size,
                       std::string_view digits, char* out) noexcept {
  // Converts six bytes at a time while eight bytes can be read.
  for (; size >= 8; size -= 6, bytes += 6) {
    std::uint64_t word;
    std::memcpy(&word, bytes, sizeof word);
    word = __builtin_bswap64(word);
    for (int shift = 58; shift > 10; shift -= 6) {
      *out++ = digits[word >> shift & 63];
    }
  }
  for (; size >= 3; size -= 3, bytes += 3) {
    const unsigned word = static_cast<unsigned>(bytes[0]) << 16 |
                          static_cast<unsigned>(bytes[1]) << 8 | bytes[2];
    *out++ = digits[word >> 18];
    *out++ = digits[word >> 12 & 63];
    *out++ = digits[word >> 6 & 63];
    *out++ = digits[word & 63];
  }
  if (size > 0) {
    const unsigned word = static_cast<unsigned>(bytes[0]) << 16 |
                          (size > 1 ? static_cast<unsigned>(bytes[1]) << 8 : 0);
    *out++ = digits[word >> 18];
    *out++ = digits[word >> 12 & 63];
    if (size > 1) *out++ = digits[word >> 6 & 63];
  }
  return out;
}

/// Base64 with padding.
std::string Base64(std::string_view bytes);

/// Decodes text in these digits, without padding; nothing if it contains any
/// other character.
std::optional<std::string> BytesOfBase64(std::string_view text,
                                         std::string_view digits);
/// Decodes Base64 with padding; nothing if `text` is not valid.
std::optional<std::string> BytesOfPaddedBase64(std::string_view text);

}  // namespace busyhour::internal

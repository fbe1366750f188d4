#include "text/base64.h"

#include <cstdint>

namespace busyhour::internal {

std::string Base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '=');
  PutBase64(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
            kBase64Digits, text.data());
  return text;
}

std::optional<std::string> BytesOfBase64(std::string_view text,
                                         std::string_view digits) {
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t digit = digits.find(c);
    if (digit == digits.npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>(bits >> count & 0xff);
    }
  }
  return bytes;
}

std::optional<std::string> BytesOfPaddedBase64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  return BytesOfBase64(text, kBase64Digits);
}

}  // namespace busyhour::internal

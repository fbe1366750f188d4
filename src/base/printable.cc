#include "base/printable.h"

#include <cstdint>
#include <cstdio>
#include <limits>

namespace busyhour::internal {
namespace {

// One character of UTF-8.
struct Character {
  std::uint32_t code = 0;
  std::size_t length = 1;
  bool valid = false;
};

Character FirstCharacter(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned char>(text[i]);
  };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return {lead};
  std::uint32_t code = lead & (0x7fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {lead};
    code = code << 6 | (byte(i) & 0x3fu);
  }
  // Overlong, half of a surrogate pair, or beyond the last code point.
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[length] || (code >= 0xd800 && code <= 0xdfff) ||
      code > 0x10ffff) {
    return {lead};
  }
  return {code, length, true};
}

// Control characters, unusual spaces, and characters that are invisible or
// change how their neighbours are displayed.
bool IsUnfit(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code <= 0xa0) || code == 0xad ||
         (code >= 0x2000 && code <= 0x200f) ||
         (code >= 0x2028 && code <= 0x202f) ||
         (code >= 0x205f && code <= 0x206f) || code == 0x3000 ||
         code == 0xfeff || (code >= 0xfff9 && code <= 0xfffb) ||
         code >= 0xe0000;
}

// `is_escaped` selects the characters to escape; bytes that are not UTF-8 are
// always escaped.
template <class IsEscaped>
std::string Escaped(std::string_view text, std::size_t most,
                    const IsEscaped& is_escaped) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t count = 0; !text.empty(); ++count) {
    if (count == most) return result + "...";
    const Character character = FirstCharacter(text);
    char escape[16];
    if (!character.valid) {
      std::snprintf(escape, sizeof escape, "\\x%02x",
                    static_cast<unsigned>(character.code));
      result += escape;
    } else if (is_escaped(character.code)) {
      std::snprintf(escape, sizeof escape, "\\u%04x",
                    static_cast<unsigned>(character.code));
      result += escape;
    } else {
      result += text.substr(0, character.length);
    }
    text.remove_prefix(character.length);
  }
  return result;
}

constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

}  // namespace

std::size_t CharacterLength(std::string_view text) {
  const Character first = FirstCharacter(text);
  return first.valid ? first.length : 0;
}

std::string Printable(std::string_view text, std::size_t most) {
  return Escaped(text, most, IsUnfit);
}

std::string ForPerson(std::string_view text) {
  return Escaped(text, kAll, [](std::uint32_t code) {
    return code != '\n' && IsUnfit(code);
  });
}

std::string AsUtf8(std::string_view text) {
  return Escaped(text, kAll, [](std::uint32_t) { return false; });
}

}  // namespace busyhour::internal

#include "text/escapes.h"

#include <array>
#include <charconv>
#include <utility>

namespace busyhour::internal {
namespace {

// Replaces characters that cannot be part of a secret.
constexpr char kOther = '?';
constexpr std::size_t kMostDigits = 8;

struct Escape {
  std::size_t length = 0;  // 0 if there is no escape
  char byte = kOther;
};

// Reads a number of `least` to `most` digits after `prefix`. If `suffix`
// follows, it is part of the escape.
Escape ReadNumber(std::string_view text, std::string_view prefix, int base,
                  std::size_t least, std::size_t most,
                  std::string_view suffix = "") {
  if (!text.starts_with(prefix)) return {};
  const std::string_view digits = text.substr(prefix.size(), most);
  unsigned long value = 0;
  const auto [end, error] = std::from_chars(
      digits.data(), digits.data() + digits.size(), value, base);
  const auto count = static_cast<std::size_t>(end - digits.data());
  if (error != std::errc() || count < least) return {};
  std::size_t length = prefix.size() + count;
  if (text.substr(length).starts_with(suffix)) length += suffix.size();
  return {length, value < 0x100 ? static_cast<char>(value) : kOther};
}

Escape ReadEscape(std::string_view text) {
  switch (text.front()) {
    case '%':
      return ReadNumber(text, "%", 16, 2, 2);
    case '0': {
      const Escape small = ReadNumber(text, "0x", 16, 2, 2);
      return small.length > 0 ? small : ReadNumber(text, "0X", 16, 2, 2);
    }
    case '\\':
      for (const Escape& found : {ReadNumber(text, "\\u{", 16, 1, 8, "}"),
                                  ReadNumber(text, "\\u", 16, 4, 4),
                                  ReadNumber(text, "\\x", 16, 2, 2),
                                  ReadNumber(text, "\\", 8, 3, 3)}) {
        if (found.length > 0) return found;
      }
      return text.size() > 1 ? Escape{2, text[1]} : Escape{};
    case '&': {
      constexpr std::array<std::pair<char, std::string_view>, 5> kNames = {
          {{'"', "&quot;"},
           {'&', "&amp;"},
           {'\'', "&apos;"},
           {'<', "&lt;"},
           {'>', "&gt;"}}};
      for (const auto& [byte, name] : kNames) {
        if (text.starts_with(name)) return {name.size(), byte};
      }
      for (const Escape& found :
           {ReadNumber(text, "&#x", 16, 1, kMostDigits, ";"),
            ReadNumber(text, "&#X", 16, 1, kMostDigits, ";"),
            ReadNumber(text, "&#", 10, 1, kMostDigits, ";")}) {
        if (found.length > 0) return found;
      }
      return {};
    }
    default:
      return {};
  }
}

}  // namespace

MappedText MapWhole(std::string_view text) {
  MappedText whole;
  whole.text = text;
  for (std::size_t i = 0; i < text.size(); ++i) {
    whole.begins.push_back(i);
    whole.ends.push_back(i + 1);
  }
  return whole;
}

MappedText MapWithoutSpaces(std::string_view text) {
  MappedText rest;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ') continue;
    rest.text += text[i];
    rest.begins.push_back(i);
    rest.ends.push_back(i + 1);
  }
  return rest;
}

MappedText WithoutEscapes(const MappedText& given) {
  MappedText plain;
  const std::string_view text = given.text;
  for (std::size_t i = 0; i < text.size();) {
    const Escape escape = ReadEscape(text.substr(i));
    const std::size_t length = escape.length > 0 ? escape.length : 1;
    plain.text += escape.length > 0 ? escape.byte : text[i];
    plain.begins.push_back(given.begins[i]);
    plain.ends.push_back(given.ends[i + length - 1]);
    i += length;
  }
  return plain;
}

void AppendUtf8(std::uint32_t code, std::string& text) {
  const auto append = [&text](std::uint32_t byte) {
    text += static_cast<char>(byte);
  };
  if (code < 0x80) {
    append(code);
  } else if (code < 0x800) {
    append(0xc0 | code >> 6);
    append(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    append(0xe0 | code >> 12);
    append(0x80 | (code >> 6 & 0x3f));
    append(0x80 | (code & 0x3f));
  } else {
    append(0xf0 | code >> 18);
    append(0x80 | (code >> 12 & 0x3f));
    append(0x80 | (code >> 6 & 0x3f));
    append(0x80 | (code & 0x3f));
  }
}

}  // namespace busyhour::internal

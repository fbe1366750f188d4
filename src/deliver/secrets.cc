#include "deliver/secrets.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace busyhour {
namespace {

constexpr std::string_view kHidden = "***";

int HexDigit(char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const char small = c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
  const std::size_t at = kDigits.find(small);
  return at == kDigits.npos ? -1 : static_cast<int>(at);
}

// Whether the text begins with the prefix, this byte in hexadecimal digits and
// the suffix.
bool IsHex(std::string_view text, std::string_view prefix, unsigned char byte,
           std::string_view suffix) {
  const std::size_t at = prefix.size();
  return text.starts_with(prefix) && text.size() >= at + 2 &&
         HexDigit(text[at]) == byte / 16 &&
         HexDigit(text[at + 1]) == byte % 16 &&
         text.substr(at + 2).starts_with(suffix);
}

// Lengths of the spellings of a character that the text begins with.
struct Spellings {
  std::array<std::size_t, 4> lengths{};
  std::size_t count = 0;
  void Add(std::size_t length) { lengths[count++] = length; }
};

Spellings SpellingsOf(char c, std::string_view text) {
  Spellings found;
  const auto byte = static_cast<unsigned char>(c);
  if (text.starts_with(c) || (c == ' ' && text.starts_with('+'))) found.Add(1);
  if (text.starts_with('%') && IsHex(text, "%", byte, "")) found.Add(3);
  if (text.starts_with('\\')) {
    if (text.substr(1).starts_with(c)) found.Add(2);
    if (IsHex(text, "\\u00", byte, "")) found.Add(6);
  }
  if (text.starts_with('&')) {
    constexpr std::array<std::pair<char, std::string_view>, 5> kNames = {
        {{'"', "&quot;"},
         {'&', "&amp;"},
         {'\'', "&apos;"},
         {'<', "&lt;"},
         {'>', "&gt;"}}};
    for (const auto& [named, name] : kNames) {
      if (named == c && text.starts_with(name)) found.Add(name.size());
    }
    const std::string number = "&#" + std::to_string(byte) + ';';
    if (text.starts_with(number)) found.Add(number.size());
    if (IsHex(text, "&#x", byte, ";")) found.Add(6);
  }
  return found;
}

// How much of the text's beginning spells the secret; 0 for none of it.
std::size_t LengthOf(std::string_view secret, std::string_view text) {
  if (SpellingsOf(secret.front(), text).count == 0) return 0;  // nearly always
  // Where the characters so far may end: a backslash may be one of its own, or
  // the beginning of what stands for another one.
  std::vector<std::size_t> ends = {0};
  std::vector<std::size_t> next;
  for (const char c : secret) {
    next.clear();
    for (const std::size_t end : ends) {
      const Spellings found = SpellingsOf(c, text.substr(end));
      for (std::size_t i = 0; i < found.count; ++i) {
        next.push_back(end + found.lengths[i]);
      }
    }
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    if (next.empty()) return 0;
    ends.swap(next);
  }
  return ends.back();
}

std::string WithoutPercents(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 &&
        HexDigit(text[i + 2]) >= 0) {
      plain +=
          static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

}  // namespace

void Secrets::AddOne(std::string secret) {
  if (secret.empty()) return;
  secrets_.push_back(std::move(secret));
  // The longest first: one may be a part of another.
  std::stable_sort(
      secrets_.begin(), secrets_.end(),
      [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

void Secrets::Add(std::string secret) {
  // Of a shared access signature and of a connection string.
  for (const std::string_view name : {"sig=", "SharedAccessKey="}) {
    const std::size_t at = secret.find(name);
    if (at == std::string::npos) continue;
    const std::size_t begin = at + name.size();
    const std::size_t end = secret.find_first_of("&;", begin);
    const std::string part = secret.substr(begin, end - begin);
    AddOne(part);
    AddOne(WithoutPercents(part));
  }
  AddOne(std::move(secret));
}

std::string Secrets::Hide(std::string_view text, std::size_t most) const {
  std::string shown;
  while (!text.empty() && shown.size() <= most) {
    std::size_t length = 0;
    for (const std::string& secret : secrets_) {
      length = LengthOf(secret, text);
      if (length > 0) break;
    }
    if (length > 0) {
      shown += kHidden;
      text.remove_prefix(length);
    } else {
      shown += text.front();
      text.remove_prefix(1);
    }
  }
  return shown;
}

std::string HideInAddress(std::string_view address) {
  const std::size_t slashes = address.find("//");
  const std::size_t host = slashes == address.npos ? 0 : slashes + 2;
  const std::size_t at = address.rfind('@');
  std::string shown(address.substr(0, host));
  address.remove_prefix(host);
  if (at != address.npos && at >= host) {
    shown += kHidden;
    address.remove_prefix(at - host);
  }
  const std::size_t mark = address.find('?');
  shown += address.substr(0, mark);
  if (mark != address.npos) shown.append("?").append(kHidden);
  return shown;
}

}  // namespace busyhour

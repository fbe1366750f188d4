#include "deliver/uri.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "base/ascii.h"
#include "base/units.h"

namespace busyhour::internal {
namespace {

bool IsSchemeChar(char c) { return IsLower(c) || IsDigit(c) || c == '+'; }

bool IsPlain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c > ' ' && c < 0x7f; });
}

// `host`, `host:port`, `[::1]:port`.
bool ReadAuthority(std::string_view text, Uri& uri) {
  std::string_view port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    uri.host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    has_port = text.starts_with(':');
    if (!has_port && !text.empty()) return false;
    if (has_port) port = text.substr(1);
  } else {
    const std::size_t colon = text.find(':');
    uri.host = text.substr(0, colon);
    has_port = colon != std::string_view::npos;
    if (has_port) port = text.substr(colon + 1);
  }
  if (!has_port) return true;
  const auto number = ParseUnsigned(port);
  if (!number || *number < 1 || *number > 65535) return false;
  uri.port = static_cast<int>(*number);
  return true;
}

}  // namespace

std::optional<Uri> ParseUri(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  Uri uri;
  uri.text = text;
  for (std::size_t i = 0; i < colon; ++i) {
    const char small = LowerOf(text[i]);
    if (!IsSchemeChar(small)) return std::nullopt;
    uri.scheme += small;
  }
  std::string_view rest = std::string_view(text).substr(colon + 1);
  if (!rest.starts_with("//")) {
    uri.path = rest;
    return uri;
  }
  if (!IsPlain(rest)) return std::nullopt;
  rest.remove_prefix(2);
  const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  const std::string_view authority = rest.substr(0, end);
  if (authority.find('@') != std::string_view::npos ||
      !ReadAuthority(authority, uri)) {
    return std::nullopt;
  }
  rest.remove_prefix(end);
  if (rest.find('#') != std::string_view::npos) return std::nullopt;
  const std::size_t mark = std::min(rest.find('?'), rest.size());
  uri.path = rest.substr(0, mark);
  if (mark < rest.size()) uri.query = rest.substr(mark + 1);
  return uri;
}

std::string WithCategory(std::string_view address, std::string_view category) {
  constexpr std::string_view kMark = "{category}";
  std::string text;
  for (;;) {
    const std::size_t at = address.find(kMark);
    text += address.substr(0, at);
    if (at == std::string_view::npos) return text;
    text += category;
    address.remove_prefix(at + kMark.size());
  }
}

}  // namespace busyhour::internal

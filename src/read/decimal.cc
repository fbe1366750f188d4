#include "read/decimal.h"

#include <charconv>
#include <cstddef>
#include <system_error>

namespace busyhour::internal {
std::optional<Decimal> DecimalOf(std::string_view text) {
  constexpr std::size_t kMostExponentDigits = 9;
  Decimal decimal;
  if (text.starts_with('-')) {
    decimal.is_negative = true;
    text.remove_prefix(1);
  }
  bool in_fraction = false;
  bool any = false;
  std::size_t at = 0;
  for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
    if (text[at] == '.' && !in_fraction) {
      in_fraction = true;
      continue;
    }
    if (text[at] < '0' || text[at] > '9') return std::nullopt;
    any = true;
    if (text[at] == '0' && decimal.digits.empty()) {
      decimal.exponent -= in_fraction ? 1 : 0;
      continue;
    }
    decimal.digits += text[at];
    decimal.exponent += in_fraction ? 0 : 1;
  }
  if (!any) return std::nullopt;
  if (at < text.size()) {
    text.remove_prefix(at + 1);
    if (text.starts_with('+')) text.remove_prefix(1);
    if (text.size() > kMostExponentDigits) return std::nullopt;
    std::int64_t exponent = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (error != std::errc() || end != text.data() + text.size()) {
      return std::nullopt;
    }
    decimal.exponent += exponent;
  }
  while (decimal.digits.ends_with('0')) decimal.digits.pop_back();
  return decimal.digits.empty() ? Decimal{} : decimal;
}

}  // namespace busyhour::internal

#include "cli/kept_value.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/ascii.h"
#include "base/time.h"
#include "base/units.h"
#include "deliver/secrets.h"
#include "framing/frame.h"

namespace busyhour::internal {

std::string ForShell(std::string_view text) {
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) {
    return IsLetterOrDigit(c) || HasWord("_ - . / : = , + @ % ~", {&c, 1});
  });
  if (is_plain) return std::string(text);
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + '\'';
}

bool IsAddress(std::string_view value) {
  constexpr std::string_view kOfScheme =
      "abcdefghijklmnopqrstuvwxyz0123456789+.-";
  const std::size_t end = value.find("://");
  return end != value.npos && end > 0 &&
         value.find_first_not_of(kOfScheme) == end;
}

std::string KeptValue(Keeps keeps, std::string_view typed,
                      std::string_view value, const Option& option) {
  const auto if_is = [&](bool is) { return is ? std::string(value) : ""; };
  switch (keeps) {
    case Keeps::kNone:
      return {};
    case Keeps::kAny:
      return value.empty() ? "" : ForShell(HideInAddress(value));
    case Keeps::kCount:
      return if_is(ParseCount(value).value_or(0) > 0);
    case Keeps::kSize:
      return if_is(ParseSize(value).value_or(0) > 0);
    case Keeps::kRate:
      return ParseUnsigned(value) ? std::string(value) + "/s"
                                  : if_is(ParseRate(value).has_value());
    case Keeps::kTime:
      return if_is(ParseTime(value).has_value());
    case Keeps::kDuration:
      if (!ParseUnsigned(value)) return if_is(ParseDuration(value).has_value());
      return std::string(value) + (typed == "--hours"  ? 'h'
                                   : typed == "--days" ? 'd'
                                                       : 's');
    case Keeps::kChoice: {
      if (option.choices == nullptr) return {};
      const std::vector<std::string_view> choices = option.choices();
      return if_is(std::find(choices.begin(), choices.end(), value) !=
                   choices.end());
    }
    case Keeps::kFrame:
      return if_is(FindFrame(value).has_value());
    case Keeps::kAddress:
      return IsAddress(value) ? ForShell(HideInAddress(value)) : "";
  }
  return {};
}

}  // namespace busyhour::internal

// When a received value says what was sent.

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

#include "base/time.h"
#include "logs/field_names.h"
#include "verify/fields.h"

namespace busyhour {
namespace {

using Value = ReceivedRecord::Value;

// A number in full: 0.digits * 10^exponent, without zeros at either end. As
// JSON has it, or as other programs write it: `.5`, `042`.
struct Decimal {
  bool is_negative = false;
  std::string digits;
  std::int64_t exponent = 0;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};
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

bool IsTime(const Field& field) { return field.kind == FieldKind::kTime; }

bool IsFlag(const Field& field) { return field.kind == FieldKind::kBoolean; }

bool IsNumeric(const Field& field) {
  return field.kind == FieldKind::kNumber ||
         field.kind == FieldKind::kMilliseconds ||
         field.kind == FieldKind::kMinutes ||
         field.kind == FieldKind::kFineMilliseconds ||
         field.kind == FieldKind::kBilledSize;
}

// All digits that are taken away from the front; nothing when there are none.
std::optional<int> TakeNumber(std::string_view& text) {
  int value = 0;
  std::size_t at = 0;
  while (at < text.size() && at < 6 && text[at] >= '0' && text[at] <= '9') {
    value = value * 10 + (text[at++] - '0');
  }
  if (at == 0) return std::nullopt;
  text.remove_prefix(at);
  return value;
}

bool Take(std::string_view& text, std::string_view what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}

// `5/25/2023, 5:43:25.746 PM`, as portals write it, also without fraction.
std::optional<ReadTime> PortalTime(std::string_view text) {
  const auto month = TakeNumber(text);
  if (!month || !Take(text, "/")) return std::nullopt;
  const auto day = TakeNumber(text);
  if (!day || !Take(text, "/")) return std::nullopt;
  const auto year = TakeNumber(text);
  if (!year || !Take(text, ", ")) return std::nullopt;
  const auto hour = TakeNumber(text);
  if (!hour || !Take(text, ":")) return std::nullopt;
  const auto minute = TakeNumber(text);
  if (!minute || !Take(text, ":")) return std::nullopt;
  const auto second = TakeNumber(text);
  if (!second || *month < 1 || *month > 12 || *day < 1 || *day > 31 ||
      *year < 1970 || *year > 9999 ||
      CivilFromDays(DaysFromCivil({*year, *month, *day})).day != *day ||
      *hour < 1 || *hour > 12 || *minute > 59 || *second > 59) {
    return std::nullopt;
  }
  ReadTime time;
  time.unit_ms = kMsPerSecond;
  std::int64_t ms = 0;
  if (Take(text, ".")) {
    std::int64_t scale = 100;
    while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
      // Beyond milliseconds there is nothing that was sent.
      if (scale == 0 && text[0] != '0') return ReadTime{-1, 1};
      ms += (text[0] - '0') * scale;
      time.unit_ms = std::max<std::int64_t>(scale, 1);
      scale /= 10;
      text.remove_prefix(1);
    }
  }
  const bool is_pm = text == " PM";
  if (!is_pm && text != " AM") return std::nullopt;
  time.ms = DaysFromCivil({*year, *month, *day}) * kMsPerDay +
            (*hour % 12 + (is_pm ? 12 : 0)) * kMsPerHour +
            *minute * kMsPerMinute + *second * kMsPerSecond + ms;
  return time;
}

}  // namespace

std::optional<ReadTime> TimeOf(std::string_view text) {
  if (text.size() > 40) return std::nullopt;
  const std::optional<SimTime> iso = ParseTime(text);
  if (!iso) return PortalTime(text);
  ReadTime time{iso->ms, kMsPerSecond};
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) {
    // A time without seconds says too little to be taken for one with.
    if (std::count(text.begin(), text.end(), ':') < 2) time.unit_ms = 1;
    return time;
  }
  for (std::size_t i = dot + 1;
       i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
    if (time.unit_ms > 1) time.unit_ms /= 10;
    // Beyond milliseconds there is nothing that was sent.
    else if (i > dot + 3 && text[i] != '0')
      return ReadTime{-1, 1};
  }
  return time;
}

bool SameValue(const Field& field, const Value& sent, const Value& received,
               bool types_matter, bool strict) {
  if (sent.text == received.text) {
    return sent.kind == received.kind || !types_matter || !strict ||
           received.kind == ValueKind::kOther;
  }
  if (strict || received.kind == ValueKind::kNull ||
      received.kind == ValueKind::kOther) {
    return false;
  }
  if (IsTime(field)) {
    const auto a = TimeOf(sent.text);
    const auto b = TimeOf(received.text);
    if (!a || !b) return false;
    // Cut off or rounded.
    return a->ms / b->unit_ms * b->unit_ms == b->ms ||
           (a->ms + b->unit_ms / 2) / b->unit_ms * b->unit_ms == b->ms;
  }
  if (IsFlag(field)) return SameLetters(sent.text, received.text);
  if (!IsNumeric(field)) return false;
  const auto a = DecimalOf(sent.text);
  const auto b = DecimalOf(received.text);
  return a && b && *a == *b;
}

}  // namespace busyhour

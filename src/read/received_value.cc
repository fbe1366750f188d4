#include "read/received_value.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <system_error>

#include "base/ascii.h"

namespace busyhour {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::uint64_t kSecondsEnd = 100'000'000'000;  // the year 5138
constexpr int kNsDigits = 9;

// Parses ISO 8601 times up to the end of the year 2500. Jobs end before 2500,
// but their last records are somewhat later, and `ParseTime` stops there. The
// calendar repeats every 400 years.
std::optional<SimTime> IsoTime(std::string_view text) {
  constexpr std::int64_t k400YearsMs = 146'097 * kMsPerDay;
  if (!text.starts_with("2500")) return ParseTime(text);
  std::optional<SimTime> time = ParseTime("2100" + std::string(text.substr(4)));
  if (time) time->ms += k400YearsMs;
  return time;
}

// Removes a number of up to 6 digits from the front; nothing if there is no
// digit.
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

// `5/25/2023, 5:43:25.746 PM`, the format of portals; the fraction is optional.
std::optional<ReceivedTime> PortalTime(std::string_view text) {
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
  if (!second) return std::nullopt;
  const std::chrono::year_month_day date(
      std::chrono::year(*year),
      std::chrono::month(static_cast<unsigned>(*month)),
      std::chrono::day(static_cast<unsigned>(*day)));
  if (*month > 12 || *day > 31 || *year < 1970 || *year > 9999 || !date.ok() ||
      *hour < 1 || *hour > 12 || *minute > 59 || *second > 59) {
    return std::nullopt;
  }
  ReceivedTime time;
  time.unit_ms = kMsPerSecond;
  std::int64_t ms = 0;
  if (Take(text, ".")) {
    std::int64_t scale = 100;
    while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
      // No sent time has more digits: return a time that matches none.
      if (scale == 0 && text[0] != '0') return ReceivedTime{-1, 1};
      ms += (text[0] - '0') * scale;
      time.unit_ms = std::max<std::int64_t>(scale, 1);
      scale /= 10;
      text.remove_prefix(1);
    }
  }
  const bool is_pm = text == " PM";
  if (!is_pm && text != " AM") return std::nullopt;
  time.ms = MidnightOf(date).ms + (*hour % 12 + (is_pm ? 12 : 0)) * kMsPerHour +
            *minute * kMsPerMinute + *second * kMsPerSecond + ms;
  return time;
}

// Parses a decimal number without sign and exponent as a time since 1970.
std::optional<ArrivalTime> EpochTime(std::string_view text) {
  constexpr std::size_t kMostDigits = 19;
  std::uint64_t whole = 0;
  std::size_t at = 0;
  while (at < text.size() && IsDigit(text[at])) {
    if (at == kMostDigits) return std::nullopt;
    whole = whole * 10 + static_cast<std::uint64_t>(text[at++] - '0');
  }
  if (at == 0) return std::nullopt;
  // Number of digits of `whole` that are a fraction of a second.
  int below = 0;
  std::uint64_t end = kSecondsEnd;
  while (below < kNsDigits && whole >= end) {
    below += 3;
    end *= 1000;
  }
  // Convert only the fraction to nanoseconds: up to kSecondsEnd seconds in
  // nanoseconds may not fit 64 bits.
  std::uint64_t unit = 1;
  for (int i = 0; i < below; ++i) unit *= 10;
  std::uint64_t ns = whole % unit;
  for (int i = below; i < kNsDigits; ++i) ns *= 10;
  if (at < text.size()) {
    if (text[at++] != '.' || at == text.size()) return std::nullopt;
    std::uint64_t scale = 1;
    for (int i = below; i < kNsDigits; ++i) scale *= 10;
    for (; at < text.size(); ++at) {
      if (!IsDigit(text[at])) return std::nullopt;
      scale /= 10;
      ns += scale * static_cast<std::uint64_t>(text[at] - '0');
    }
  }
  return ArrivalTime{{static_cast<std::int64_t>(whole / unit) * kMsPerSecond +
                      static_cast<std::int64_t>(ns) / kNsPerMs},
                     static_cast<std::int64_t>(ns) % kNsPerMs};
}

}  // namespace

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

std::optional<ReceivedTime> TimeOf(std::string_view text) {
  if (text.size() > 40) return std::nullopt;
  const std::optional<SimTime> iso = IsoTime(text);
  if (!iso) return PortalTime(text);
  ReceivedTime time{iso->ms, kMsPerSecond};
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) {
    // A time without seconds must match exactly: it is too imprecise to match a
    // time with seconds.
    if (std::count(text.begin(), text.end(), ':') < 2) time.unit_ms = 1;
    return time;
  }
  for (std::size_t i = dot + 1;
       i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
    if (time.unit_ms > 1) time.unit_ms /= 10;
    // No sent time has more digits: return a time that matches none.
    else if (i > dot + 3 && text[i] != '0')
      return ReceivedTime{-1, 1};
  }
  return time;
}

std::optional<ArrivalTime> ArrivalOf(const ReceivedRecord::Value& value) {
  if (value.kind != ValueKind::kText && value.kind != ValueKind::kNumber) {
    return std::nullopt;
  }
  if (const auto time = EpochTime(value.text)) return time;
  if (value.kind != ValueKind::kText || value.text.size() > 40) {
    return std::nullopt;
  }
  const std::optional<SimTime> iso = IsoTime(value.text);
  if (!iso) {
    const std::optional<ReceivedTime> portal = TimeOf(value.text);
    if (!portal) return std::nullopt;
    return ArrivalTime{{portal->ms}, 0};
  }
  ArrivalTime arrival{*iso, 0};
  std::int64_t scale = kNsPerMs * 1000;
  for (std::size_t i = std::min(value.text.find('.'), value.text.size()) + 1;
       i < value.text.size() && IsDigit(value.text[i]); ++i) {
    scale /= 10;
    if (scale < kNsPerMs) arrival.ns += scale * (value.text[i] - '0');
  }
  return arrival;
}

}  // namespace busyhour

#include "read/number_time.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/ascii.h"
#include "base/time.h"
#include "read/decimal.h"

namespace busyhour::internal {
namespace {

constexpr std::int64_t kNumberNsPerMs = 1'000'000;
constexpr std::int64_t kNumberNsPerSecond = 1'000'000'000;
constexpr int kNsDigits = 9;

// The digits of a number without sign: those before the point, and those after
// it.
struct PlainNumber {
  std::string whole;
  std::string fraction;
};

std::optional<PlainNumber> PlainNumberOf(std::string_view text) {
  constexpr std::int64_t kMostDigits = 19;
  if (text.empty() || !IsDigit(text.front()) || !IsLetterOrDigit(text.back())) {
    return std::nullopt;
  }
  const std::size_t point = std::min(text.find('.'), text.size());
  const bool is_plain =
      text.find_first_not_of("0123456789.") == std::string_view::npos &&
      text.find('.', point + 1) == std::string_view::npos;
  if (is_plain && point <= kMostDigits) {
    return PlainNumber{
        std::string(text.substr(0, point)),
        std::string(text.substr(std::min(point + 1, text.size())))};
  }
  // 1.772438400123E12
  const std::optional<Decimal> decimal = DecimalOf(text);
  if (!decimal || is_plain || decimal->exponent < 1 ||
      decimal->exponent > kMostDigits) {
    return std::nullopt;
  }
  PlainNumber number{decimal->digits, {}};
  const auto before = static_cast<std::size_t>(decimal->exponent);
  if (number.whole.size() > before) {
    number.fraction = number.whole.substr(before);
  }
  number.whole.resize(before, '0');
  return number;
}

// Days since 1899-12-30, as spreadsheets count them.
ReceivedTime SpreadsheetTime(const PlainNumber& number, std::int64_t days) {
  constexpr std::int64_t kDaysTo1970 = 25'569;
  double ms = 0;
  double unit = kMsPerDay;
  for (const char digit : number.fraction) {
    unit /= 10;
    ms += unit * (digit - '0');
  }
  ReceivedTime time;
  time.time.ms =
      (days - kDaysTo1970) * kMsPerDay + static_cast<std::int64_t>(ms + 0.5);
  time.unit_ms = std::max<std::int64_t>(static_cast<std::int64_t>(unit), 1);
  return time;
}

}  // namespace

std::optional<ReceivedTime> TimeInNumber(std::string_view text) {
  constexpr std::uint64_t kSecondsEnd = 100'000'000'000;  // the year 5138
  const std::optional<PlainNumber> number = PlainNumberOf(text);
  if (!number) return std::nullopt;
  std::uint64_t whole = 0;
  for (const char digit : number->whole) {
    whole = whole * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  if (whole >= 20'000 && whole < 110'000) {
    return SpreadsheetTime(*number, static_cast<std::int64_t>(whole));
  }
  // The number of digits of `whole` that are a fraction of a second.
  int below = 0;
  std::uint64_t unit = 1;
  for (std::uint64_t end = kSecondsEnd; below < kNsDigits && whole >= end;
       end *= 1000) {
    below += 3;
    unit *= 1000;
  }
  std::uint64_t ns = whole % unit;
  for (int i = below; i < kNsDigits; ++i) ns *= 10;
  ReceivedTime time;
  time.unit_ms = below == 0 ? kMsPerSecond : 1;
  std::uint64_t scale = static_cast<std::uint64_t>(kNumberNsPerSecond) / unit;
  for (const char digit : number->fraction) {
    scale /= 10;
    ns += scale * static_cast<std::uint64_t>(digit - '0');
    time.unit_ms = std::max<std::int64_t>(time.unit_ms / 10, 1);
  }
  time.time.ms = static_cast<std::int64_t>(whole / unit) * kMsPerSecond +
                 static_cast<std::int64_t>(ns) / kNumberNsPerMs;
  time.ns = static_cast<std::int64_t>(ns) % kNumberNsPerMs;
  return time;
}

}  // namespace busyhour::internal

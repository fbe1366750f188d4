#include "base/time.h"

#include <cstdio>

namespace busyhour {
namespace {

// Reads exactly `count` digits; -1 when they are not there.
int TakeDigits(std::string_view& text, int count) {
  if (text.size() < static_cast<std::size_t>(count)) return -1;
  int value = 0;
  for (int i = 0; i < count; ++i) {
    const char c = text[static_cast<std::size_t>(i)];
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(static_cast<std::size_t>(count));
  return value;
}

bool TakeChar(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

bool IsLeap(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int DaysInMonth(int year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30,
                                  31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeap(year) ? 29 : kDays[month - 1];
}

// The offset from UTC at the end of a time, in ms; nothing when malformed.
std::optional<std::int64_t> TakeZone(std::string_view& text) {
  if (text.empty() || TakeChar(text, 'Z') || TakeChar(text, 'z')) return 0;
  const bool west = text.front() == '-';
  if (!TakeChar(text, '+') && !TakeChar(text, '-')) return std::nullopt;
  const int hours = TakeDigits(text, 2);
  TakeChar(text, ':');
  const int minutes = TakeDigits(text, 2);
  if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) {
    return std::nullopt;
  }
  const std::int64_t offset = hours * kMsPerHour + minutes * kMsPerMinute;
  return west ? -offset : offset;
}

}  // namespace

// Howard Hinnant's public-domain day-count algorithms
// (https://howardhinnant.github.io/date_algorithms.html).
CivilDate CivilFromDays(std::int64_t days) noexcept {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146097);
  const unsigned year_of_era = (day_of_era - day_of_era / 1460 +
                                day_of_era / 36524 - day_of_era / 146096) /
                               365;
  const unsigned day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted_month = (5 * day_of_year + 2) / 153;
  CivilDate date;
  date.day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  date.month = static_cast<int>(shifted_month < 10 ? shifted_month + 3
                                                   : shifted_month - 9);
  date.year = static_cast<int>(year_of_era + era * 400) + (date.month <= 2);
  return date;
}

std::int64_t DaysFromCivil(const CivilDate& date) noexcept {
  const int year = date.year - (date.month <= 2);
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const auto month = static_cast<unsigned>(date.month);
  const unsigned day_of_year =
      (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 +
      static_cast<unsigned>(date.day) - 1;
  const unsigned day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + static_cast<std::int64_t>(day_of_era) - 719468;
}

std::optional<SimTime> ParseTime(std::string_view text) {
  CivilDate date;
  date.year = TakeDigits(text, 4);
  if (date.year < 0 || !TakeChar(text, '-')) return std::nullopt;
  date.month = TakeDigits(text, 2);
  if (date.month < 1 || date.month > 12 || !TakeChar(text, '-')) {
    return std::nullopt;
  }
  date.day = TakeDigits(text, 2);
  if (date.day < 1 || date.day > DaysInMonth(date.year, date.month)) {
    return std::nullopt;
  }
  std::int64_t ms = DaysFromCivil(date) * kMsPerDay;
  if (!text.empty()) {
    if (!TakeChar(text, 'T') && !TakeChar(text, 't') && !TakeChar(text, ' ')) {
      return std::nullopt;
    }
    const int hour = TakeDigits(text, 2);
    if (hour < 0 || hour > 23 || !TakeChar(text, ':')) return std::nullopt;
    const int minute = TakeDigits(text, 2);
    if (minute < 0 || minute > 59) return std::nullopt;
    ms += hour * kMsPerHour + minute * kMsPerMinute;
    if (TakeChar(text, ':')) {
      const int second = TakeDigits(text, 2);
      if (second < 0 || second > 59) return std::nullopt;
      ms += second * kMsPerSecond;
      if (TakeChar(text, '.')) {
        std::int64_t scale = 100;
        int digits = 0;
        for (int digit; (digit = TakeDigits(text, 1)) >= 0; ++digits) {
          ms += digit * scale;
          scale /= 10;
        }
        if (digits == 0) return std::nullopt;
      }
    }
    const std::optional<std::int64_t> offset = TakeZone(text);
    if (!offset || !text.empty()) return std::nullopt;
    ms -= *offset;
  }
  const SimTime time{ms};
  if (time < kEarliestTime || time >= kLatestTime) return std::nullopt;
  return time;
}

std::string FormatTime(SimTime time) {
  std::int64_t days = time.ms / kMsPerDay;
  std::int64_t rest = time.ms % kMsPerDay;
  if (rest < 0) {
    rest += kMsPerDay;
    --days;
  }
  const CivilDate date = CivilFromDays(days);
  char text[48];
  const int length = std::snprintf(
      text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d", date.year, date.month,
      date.day, static_cast<int>(rest / kMsPerHour),
      static_cast<int>(rest / kMsPerMinute % 60),
      static_cast<int>(rest / kMsPerSecond % 60));
  std::string result(text, static_cast<std::size_t>(length));
  if (rest % kMsPerSecond != 0) {
    std::snprintf(text, sizeof text, ".%03d",
                  static_cast<int>(rest % kMsPerSecond));
    result += text;
  }
  return result + 'Z';
}

}  // namespace busyhour

#include "base/time.h"

#include <cstddef>
#include <cstdio>

namespace busyhour::internal {
namespace {

// Reads exactly `count` digits; -1 if there are fewer.
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

// The UTC offset at the end of a time, in ms; nothing if it is malformed.
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

std::optional<SimTime> ParseTime(std::string_view text) {
  const int year = TakeDigits(text, 4);
  if (year < 0 || !TakeChar(text, '-')) return std::nullopt;
  const int month = TakeDigits(text, 2);
  if (month < 0 || !TakeChar(text, '-')) return std::nullopt;
  const int day = TakeDigits(text, 2);
  const std::chrono::year_month_day date(
      std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
      std::chrono::day(static_cast<unsigned>(day)));
  if (day < 0 || !date.ok()) return std::nullopt;
  std::int64_t ms = MidnightOf(date).ms;
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
  const std::chrono::year_month_day date = DateOf(time);
  const std::int64_t rest = time.ms - MidnightOf(date).ms;
  char text[48];
  const int length = std::snprintf(
      text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(rest / kMsPerHour),
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

}  // namespace busyhour::internal

#include "read/received_time.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <string>

#include "base/ascii.h"
#include "logs/field_names.h"
#include "read/number_time.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kMostTimeBytes = 80;
constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kNsPerSecond = 1'000'000'000;
// The last records of a job that ends with 2499 are somewhat later.
constexpr int kLastYear = 2500;

constexpr std::array<std::string_view, 12> kMonths = {
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN",
    "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> kWeekdays = {
    "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"};
// Blanks that are not in ASCII: no-break, narrow no-break and thin space.
constexpr std::array<std::string_view, 3> kWideBlanks = {
    "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89"};
// Browsers write it between the parts of a local time.
constexpr std::string_view kLeftToRightMark = "\xe2\x80\x8e";

// The text in upper case, with plain blanks.
std::string Plain(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const auto wide = std::find_if(
        kWideBlanks.begin(), kWideBlanks.end(),
        [&](std::string_view each) { return text.starts_with(each); });
    if (wide != kWideBlanks.end()) {
      plain += ' ';
      text.remove_prefix(wide->size());
    } else if (text.starts_with(kLeftToRightMark)) {
      text.remove_prefix(kLeftToRightMark.size());
    } else {
      plain += UpperOf(text.front());
      text.remove_prefix(1);
    }
  }
  return plain;
}

// Parses a time as text; see `TimeOf`.
class TimeText {
 public:
  TimeText(std::string_view text, const TimeReading& reading)
      : rest_(text), reading_(reading) {}

  std::optional<ReceivedTime> Parse() {
    if (!ParseDate()) return std::nullopt;
    if (!rest_.empty() && !(TakeSeparator() && ParseClock())) {
      return std::nullopt;
    }
    SkipBlanks();
    if (is_pm_ || is_am_) {
      if (hour_ < 1 || hour_ > 12) return std::nullopt;
      hour_ = hour_ % 12 + (is_pm_ ? 12 : 0);
    }
    std::int64_t seconds = MidnightOf(date_).ms / kMsPerSecond + hour_ * 3600 +
                           minute_ * 60 + second_;
    if (!ParseZone(seconds)) return std::nullopt;
    if (!rest_.empty()) return std::nullopt;
    time_.time.ms = seconds * kMsPerSecond + ns_ / kNsPerMs;
    time_.ns = ns_ % kNsPerMs;
    return time_;
  }

 private:
  struct Digits {
    int value = 0;
    int count = 0;
  };

  bool Take(std::string_view what) {
    if (!rest_.starts_with(what)) return false;
    rest_.remove_prefix(what.size());
    return true;
  }
  bool SkipBlanks() {
    const std::size_t before = rest_.size();
    while (Take(" ")) {
    }
    return rest_.size() < before;
  }
  Digits TakeDigits(int most) {
    Digits digits;
    while (digits.count < most && !rest_.empty() && IsDigit(rest_.front())) {
      digits.value = digits.value * 10 + (rest_.front() - '0');
      ++digits.count;
      rest_.remove_prefix(1);
    }
    return digits;
  }
  std::string_view TakeLetters() {
    const std::size_t end = static_cast<std::size_t>(
        std::find_if_not(rest_.begin(), rest_.end(), IsLetter) - rest_.begin());
    const std::string_view letters = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return letters;
  }
  // Takes the name of a month, or its first letters; 0 if there is none.
  int TakeMonth() {
    const std::string_view name = TakeLetters().substr(0, 3);
    Take(".");
    const auto month = std::find(kMonths.begin(), kMonths.end(), name);
    return month == kMonths.end()
               ? 0
               : static_cast<int>(month - kMonths.begin()) + 1;
  }
  void SkipWeekday() {
    const std::string_view name = rest_.substr(0, 3);
    if (std::find(kWeekdays.begin(), kWeekdays.end(), name) ==
        kWeekdays.end()) {
      return;
    }
    TakeLetters();
    Take(",");
    SkipBlanks();
  }

  bool ParseDate() {
    SkipWeekday();
    if (!rest_.empty() && IsLetter(rest_.front())) return ParseMonthDate();
    const Digits first = TakeDigits(8);
    if (first.count == 8) {
      return SetDate(first.value / 10'000, first.value / 100 % 100,
                     first.value % 100);
    }
    if (first.count == 0 || rest_.empty()) return false;
    const char separator = rest_.front();
    if (std::string_view("-/. ").find(separator) == std::string_view::npos) {
      return false;
    }
    rest_.remove_prefix(1);
    if (!rest_.empty() && IsLetter(rest_.front())) {
      const int month = TakeMonth();
      if (!Take({&separator, 1})) return false;
      return SetDate(YearOf(TakeDigits(4)), month, first.value);
    }
    const Digits second = TakeDigits(2);
    if (!Take({&separator, 1})) return false;
    if (first.count == 4) {
      return SetDate(first.value, second.value, TakeDigits(2).value);
    }
    const int year = YearOf(TakeDigits(4));
    const bool is_day_first =
        separator == '.' || reading_.order == DateOrder::kDayFirst;
    return first.count <= 2 && separator != ' ' &&
           (is_day_first ? SetDate(year, second.value, first.value)
                         : SetDate(year, first.value, second.value));
  }
  // `Mar 2, 2026`, `March 02 2026`
  bool ParseMonthDate() {
    const int month = TakeMonth();
    SkipBlanks();
    const int day = TakeDigits(2).value;
    Take(",");
    return SkipBlanks() && SetDate(YearOf(TakeDigits(4)), month, day);
  }
  static int YearOf(Digits digits) {
    return digits.count == 2   ? 2000 + digits.value
           : digits.count == 4 ? digits.value
                               : 0;
  }
  bool SetDate(int year, int month, int day) {
    if (year < 1970 || year > kLastYear || month < 1 || day < 1) return false;
    date_ = std::chrono::year_month_day(
        std::chrono::year(year),
        std::chrono::month(static_cast<unsigned>(month)),
        std::chrono::day(static_cast<unsigned>(day)));
    return date_.ok();
  }

  // What stands between date and clock: `T`, `, `, ` @ `, `:` or a blank.
  bool TakeSeparator() {
    const bool had_blank = SkipBlanks();
    if (Take("T") || Take(":")) return !had_blank;
    const bool had_mark = Take(",") || Take("@");
    return SkipBlanks() || had_blank || had_mark;
  }

  bool ParseClock() {
    time_.unit_ms = kMsPerMinute;
    const Digits hour = TakeDigits(6);
    if (hour.count == 6) {
      SetClock(hour.value / 10'000, hour.value / 100 % 100, hour.value % 100);
    } else {
      if (hour.count < 1 || hour.count > 2 || !Take(":")) return false;
      const Digits minute = TakeDigits(2);
      if (minute.count != 2) return false;
      hour_ = hour.value;
      minute_ = minute.value;
      if (Take(":")) {
        const Digits second = TakeDigits(2);
        if (second.count != 2) return false;
        SetClock(hour_, minute_, second.value);
      }
    }
    if (hour_ > 23 || minute_ > 59 || second_ > 59) return false;
    if (time_.unit_ms == kMsPerSecond && (Take(".") || Take(",")) &&
        !ParseFraction()) {
      return false;
    }
    SkipBlanks();
    is_am_ = Take("AM") || Take("A.M.");
    is_pm_ = !is_am_ && (Take("PM") || Take("P.M."));
    return true;
  }
  void SetClock(int hour, int minute, int second) {
    hour_ = hour;
    minute_ = minute;
    second_ = second;
    time_.unit_ms = kMsPerSecond;
  }
  bool ParseFraction() {
    std::int64_t scale = kNsPerSecond;
    int count = 0;
    for (Digits digit; (digit = TakeDigits(1)).count == 1; ++count) {
      scale /= 10;
      // A digit below a nanosecond is not zero: as little as can be said.
      ns_ += scale > 0 ? scale * digit.value : (digit.value != 0 ? 1 : 0);
      time_.unit_ms = std::max<std::int64_t>(time_.unit_ms / 10, 1);
    }
    return count > 0;
  }

  // Converts a local time to UTC, with the offset in the text or the given
  // zone.
  bool ParseZone(std::int64_t& seconds) {
    SkipBlanks();
    const bool is_utc = Take("Z") || Take("UTC") || Take("GMT");
    const bool is_west = rest_.starts_with('-');
    if (Take("+") || Take("-")) {
      const Digits hours = TakeDigits(2);
      Take(":");
      const Digits minutes = TakeDigits(2);
      if (hours.count == 0 || hours.value > 14 || minutes.value > 59 ||
          minutes.count == 1) {
        return false;
      }
      const int offset = hours.value * 3600 + minutes.value * 60;
      seconds -= is_west ? -offset : offset;
    } else if (!is_utc) {
      SetLocal(seconds);
    }
    // The name of the zone after its offset.
    SkipBlanks();
    if ((rest_.starts_with('(') && rest_.ends_with(')')) ||
        (rest_.starts_with('[') && rest_.ends_with(']'))) {
      rest_ = {};
    }
    return true;
  }

  // Converts a time in the given zone to UTC. A time that occurs twice is the
  // first one.
  void SetLocal(std::int64_t& seconds) {
    constexpr std::int64_t kLongestShift = 3 * 3600;
    const TimeZone& zone = reading_.zone;
    const std::int64_t first = zone.FirstInstantOf(seconds);
    const std::int64_t again = seconds - zone.OffsetAt(first + kLongestShift);
    if (again > first && again + zone.OffsetAt(again) == seconds) {
      time_.again_ms = (again - first) * kMsPerSecond;
    }
    seconds = first;
  }

  std::string_view rest_;
  const TimeReading& reading_;
  std::chrono::year_month_day date_;
  int hour_ = 0;
  int minute_ = 0;
  int second_ = 0;
  std::int64_t ns_ = 0;
  bool is_am_ = false;
  bool is_pm_ = false;
  ReceivedTime time_{{}, 0, kMsPerDay};
};

// `/Date(1772438400123)/`, possibly with an offset that changes nothing.
std::optional<ReceivedTime> DotNetTime(std::string_view text) {
  constexpr std::string_view kBegin = "/Date(";
  constexpr std::string_view kEnd = ")/";
  if (!text.starts_with(kBegin) || !text.ends_with(kEnd)) return std::nullopt;
  text.remove_prefix(kBegin.size());
  text.remove_suffix(kEnd.size());
  return TimeInNumber(text.substr(0, text.find_first_of("+-")));
}

}  // namespace

bool ReceivedTime::Is(SimTime sent) const noexcept {
  const auto is_at = [&](std::int64_t ms) {
    const std::int64_t later = sent.ms - ms;
    return (later >= 0 && later < unit_ms) || std::abs(later) <= unit_ms / 2;
  };
  return ns == 0 &&
         (is_at(time.ms) || (again_ms != 0 && is_at(time.ms + again_ms)));
}

std::optional<ReceivedTime> TimeOf(std::string_view text,
                                   const TimeReading& reading) {
  if (text.size() > kMostTimeBytes) return std::nullopt;
  if (const auto number = TimeInNumber(text)) return number;
  if (const auto net = DotNetTime(text)) return net;
  const std::string plain = Plain(text);
  if (plain.starts_with(' ') || plain.ends_with(' ')) return std::nullopt;
  return TimeText(plain, reading).Parse();
}

std::optional<ReceivedTime> TimeOf(const ReceivedRecord::Value& value,
                                   const TimeReading& reading) {
  if (value.kind != ValueKind::kText && value.kind != ValueKind::kNumber) {
    return std::nullopt;
  }
  return TimeOf(value.text,
                IsUtc(value.name) ? TimeReading{reading.order, {}} : reading);
}

}  // namespace busyhour::internal

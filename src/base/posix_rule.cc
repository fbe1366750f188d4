#include "base/posix_rule.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/ascii.h"

namespace busyhour::internal {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

// Reads the text of a rule from left to right. After a mistake, `ok` is false
// and the values have no meaning.
class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : text_(text) {}

  bool ok() const { return ok_; }
  bool AtEnd() const { return text_.empty(); }
  bool Take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  void Expect(char c) { ok_ = Take(c) && ok_; }

  // A name of three or more letters, or `<+1030>`.
  void SkipName() {
    const bool quoted = Take('<');
    std::size_t length = 0;
    const auto fits = [quoted](char c) {
      return IsLetter(c) || (quoted && (IsDigit(c) || c == '+' || c == '-'));
    };
    while (length < text_.size() && fits(text_[length])) ++length;
    ok_ = ok_ && length >= 3;
    text_.remove_prefix(length);
    if (quoted) Expect('>');
  }

  int Number(int least, int most) {
    std::size_t length = 0;
    int value = 0;
    while (length < text_.size() && length < 4 && IsDigit(text_[length])) {
      value = value * 10 + (text_[length++] - '0');
    }
    ok_ = ok_ && length > 0 && value >= least && value <= most;
    text_.remove_prefix(length);
    return value;
  }

  // `[+-]hh[:mm[:ss]]` in seconds.
  std::int32_t Clock(int most_hours) {
    const bool negative = Take('-');
    if (!negative) Take('+');
    std::int32_t seconds = Number(0, most_hours) * 3600;
    if (Take(':')) seconds += Number(0, 59) * 60;
    if (Take(':')) seconds += Number(0, 59);
    return negative ? -seconds : seconds;
  }

  PosixRule::Turn Turn() {
    using Kind = PosixRule::Turn::Kind;
    PosixRule::Turn turn;
    if (Take('M')) {
      turn.kind = Kind::kWeekday;
      turn.month = Number(1, 12);
      Expect('.');
      turn.week = Number(1, 5);
      Expect('.');
      turn.day = Number(0, 6);
    } else if (Take('J')) {
      turn.kind = Kind::kWithoutLeap;
      turn.day = Number(1, 365);
    } else {
      turn.day = Number(0, 365);
    }
    // A week either way, as version 3 of the format allows.
    if (Take('/')) turn.time_s = Clock(167);
    return turn;
  }

 private:
  std::string_view text_;
  bool ok_ = true;
};

// The local midnight that begins the day, in seconds since 1970.
std::int64_t MidnightOf(const PosixRule::Turn& turn, int year) {
  using Kind = PosixRule::Turn::Kind;
  namespace ch = std::chrono;
  const ch::year in{year};
  ch::sys_days day = in / ch::January / 1;
  if (turn.kind == Kind::kWeekday) {
    const ch::month month{static_cast<unsigned>(turn.month)};
    const ch::weekday weekday{static_cast<unsigned>(turn.day)};
    day = turn.week == 5
              ? ch::sys_days(in / month / weekday[ch::last])
              : ch::sys_days(in / month /
                             weekday[static_cast<unsigned>(turn.week)]);
  } else if (turn.kind == Kind::kWithLeap) {
    day += ch::days(turn.day);
  } else {
    day += ch::days(turn.day - 1 + (in.is_leap() && turn.day > 59 ? 1 : 0));
  }
  return day.time_since_epoch().count() * kDaySeconds;
}

}  // namespace

std::vector<TimeZone::Change> PosixRule::ChangesIn(int year) const {
  if (!has_daylight) return {};
  const TimeZone::Change begins = {
      MidnightOf(daylight_begins, year) + daylight_begins.time_s - standard_s,
      daylight_s};
  const TimeZone::Change ends = {
      MidnightOf(daylight_ends, year) + daylight_ends.time_s - daylight_s,
      standard_s};
  return begins.at_s < ends.at_s ? std::vector{begins, ends}
                                 : std::vector{ends, begins};
}

std::optional<PosixRule> ParsePosixRule(std::string_view text) {
  RuleReader reader(text);
  PosixRule rule;
  reader.SkipName();
  // A rule counts offsets to the west.
  rule.standard_s = -reader.Clock(24);
  if (!reader.AtEnd()) {
    rule.has_daylight = true;
    reader.SkipName();
    rule.daylight_s = rule.standard_s + 3600;
    if (!reader.Take(',')) {
      rule.daylight_s = -reader.Clock(24);
      reader.Expect(',');
    }
    rule.daylight_begins = reader.Turn();
    reader.Expect(',');
    rule.daylight_ends = reader.Turn();
  }
  if (!reader.ok() || !reader.AtEnd()) return std::nullopt;
  return rule;
}

}  // namespace busyhour::internal

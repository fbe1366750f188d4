#include "encode/time_text.h"

#include <chrono>
#include <cstring>

namespace busyhour::internal {
namespace {

// `5` or `12`.
char* PutShort(int value, char* p) {
  return PutUnsigned(static_cast<std::uint64_t>(value), p);
}

char* PutTwo(int value, char* p) {
  return PutTwoDigits(static_cast<std::uint32_t>(value), p);
}

// The days of one month: the text before and after the day's number. Both are
// copied completely, so the output needs space for that.
class MonthText {
 public:
  MonthText(std::chrono::year_month month, bool is_iso) : is_iso_(is_iso) {
    const auto year = static_cast<int>(month.year());
    const auto number = static_cast<unsigned>(month.month());
    if (is_iso) {
      char* p = PutTwo(year % 100, PutTwo(year / 100, before_));
      *p++ = '-';
      p = PutTwo(static_cast<int>(number), p);
      *p++ = '-';
      before_bytes_ = p - before_;
      after_[0] = 'T';
      after_bytes_ = 1;
    } else {
      char* p = PutUnsigned(number, before_);
      *p++ = '/';
      before_bytes_ = p - before_;
      after_[0] = '/';
      p = PutShort(year, after_ + 1);
      *p++ = ',';
      *p++ = ' ';
      after_bytes_ = p - after_;
    }
  }

  char* PutDay(unsigned day, char* p) const {
    std::memcpy(p, before_, kCopied);
    p += before_bytes_;
    p = is_iso_ ? PutTwoDigits(day, p) : PutUnsigned(day, p);
    std::memcpy(p, after_, kCopied);
    return p + after_bytes_;
  }

 private:
  static constexpr std::size_t kCopied = 8;

  bool is_iso_;
  char before_[kCopied + kSlackBytes] = {};
  char after_[kCopied + kSlackBytes] = {};
  std::ptrdiff_t before_bytes_ = 0;
  std::ptrdiff_t after_bytes_ = 0;
};

}  // namespace

const TimeText& TimeText::Of(TimeFormat format) {
  if (format == TimeFormat::kIso) {
    static const TimeText iso(TimeFormat::kIso);
    return iso;
  }
  static const TimeText portal(TimeFormat::kPortal);
  return portal;
}

TimeText::TimeText(TimeFormat format) {
  const bool is_iso = format == TimeFormat::kIso;
  char text[64] = {};
  const auto set = [&text]<std::size_t kBytes>(Word<kBytes>& word,
                                               const char* end) {
    word.size = static_cast<std::uint8_t>(end - text);
    std::memcpy(word.text, text, sizeof word.text);
  };
  constexpr std::size_t kDays = kLatestTime.ms / kMsPerDay + 50;
  days_.resize(kDays);
  std::chrono::year_month month(std::chrono::year(1970), std::chrono::January);
  for (std::size_t i = 0; i < kDays; month += std::chrono::months(1)) {
    const MonthText days(month, is_iso);
    const auto last = static_cast<unsigned>((month / std::chrono::last).day());
    for (unsigned day = 1; day <= last && i < kDays; ++day) {
      set(days_[i++], days.PutDay(day, text));
    }
  }
  for (int minute = 0; minute < 24 * 60; ++minute) {
    const int hour = minute / 60;
    char* p = is_iso ? PutTwo(hour, text)
                     : PutShort(hour % 12 == 0 ? 12 : hour % 12, text);
    *p++ = ':';
    p = PutTwo(minute % 60, p);
    *p++ = ':';
    set(minutes_[static_cast<std::size_t>(minute)], p);
  }
  for (std::size_t half = 0; half < 2; ++half) {
    set(half_days_[half], PutText(is_iso      ? "0000Z"
                                  : half == 0 ? " AM"
                                              : " PM",
                                  text));
  }
}

}  // namespace busyhour::internal

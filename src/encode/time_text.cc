#include "encode/time_text.h"

namespace busyhour {
namespace {

// `5` or `12`.
char* PutShort(int value, char* p) {
  return PutUnsigned(static_cast<std::uint64_t>(value), p);
}

char* PutTwo(int value, char* p) {
  return PutTwoDigits(static_cast<std::uint32_t>(value), p);
}

char* PutIsoDay(const CivilDate& date, char* p) {
  p = PutTwo(date.year / 100, p);
  p = PutTwo(date.year % 100, p);
  *p++ = '-';
  p = PutTwo(date.month, p);
  *p++ = '-';
  p = PutTwo(date.day, p);
  *p++ = 'T';
  return p;
}

char* PutPortalDay(const CivilDate& date, char* p) {
  p = PutShort(date.month, p);
  *p++ = '/';
  p = PutShort(date.day, p);
  *p++ = '/';
  p = PutShort(date.year, p);
  *p++ = ',';
  *p++ = ' ';
  return p;
}

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
  constexpr std::int64_t kDays = kLatestTime.ms / kMsPerDay + 50;
  days_.resize(kDays);
  for (std::int64_t day = 0; day < kDays; ++day) {
    const CivilDate date = CivilFromDays(day);
    set(days_[static_cast<std::size_t>(day)],
        is_iso ? PutIsoDay(date, text) : PutPortalDay(date, text));
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

}  // namespace busyhour

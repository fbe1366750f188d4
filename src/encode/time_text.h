#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "base/huge_pages.h"
#include "base/time.h"
#include "encode/put.h"
#include "encode/shape.h"

namespace busyhour::internal {

/// Writes times in one format, using tables of all days and of all minutes of a
/// day.
///
/// Records in order of delivery are not in order of their times, so caching the
/// last time would not help, and computing the date of each time would cost as
/// much as the rest of the record.
class TimeText {
 public:
  /// The table of a format, made on first use; 3 MB.
  static const TimeText& Of(TimeFormat format);

  /// `time` must be in [1970, 2500), or up to 50 days later.
  static constexpr std::size_t kMaxBytes = 28;
  char* Put(SimTime time, char* p) const noexcept {
    const auto since_1970 = static_cast<std::uint64_t>(time.ms);
    const std::uint64_t day = since_1970 / kMsPerDay;
    assert(day < days_.size());
    const auto rest = static_cast<std::uint32_t>(since_1970 % kMsPerDay);
    const std::uint32_t minute = rest / kMsPerMinute;
    const std::uint32_t ms = rest % kMsPerMinute;
    p = days_[day].Put(p);
    p = minutes_[minute].Put(p);
    p = PutTwoDigits(ms / 1000, p);
    *p++ = '.';
    p = PutThreeDigits(ms % 1000, p);
    return half_days_[minute / (12 * 60)].Put(p);
  }

 private:
  template <std::size_t kBytes>
  struct Word {
    char text[kBytes - 1];
    std::uint8_t size;

    char* Put(char* p) const noexcept {
      std::memcpy(p, this, kBytes);
      return p + size;
    }
  };

  explicit TimeText(TimeFormat format);

  // Of 750 small pages, each would be a fault at the start of a small job.
  std::vector<Word<16>, HugePages<Word<16>>> days_;
  std::array<Word<8>, 24 * 60> minutes_;
  std::array<Word<8>, 2> half_days_;
};

}  // namespace busyhour::internal

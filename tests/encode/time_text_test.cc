#include "encode/time_text.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>

#include "gtest/gtest.h"

namespace busyhour::internal {
namespace {

std::string Text(TimeFormat format, SimTime time) {
  char buffer[TimeText::kMaxBytes + kSlackBytes];
  char* const end = TimeText::Of(format).Put(time, buffer);
  EXPECT_LE(static_cast<std::size_t>(end - buffer), TimeText::kMaxBytes);
  return {buffer, end};
}

std::string ByHand(TimeFormat format, SimTime time) {
  const auto date = DateOf(time);
  const auto year = static_cast<int>(date.year());
  const auto month = static_cast<unsigned>(date.month());
  const auto day = static_cast<unsigned>(date.day());
  const auto rest = static_cast<int>(time.ms % kMsPerDay);
  const int hour = rest / 3'600'000;
  const int minute = rest / 60'000 % 60;
  const int second = rest / 1000 % 60;
  char text[96];
  if (format == TimeFormat::kIso) {
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03d0000Z",
                  year, month, day, hour, minute, second, rest % 1000);
  } else {
    std::snprintf(text, sizeof text, "%u/%u/%d, %d:%02d:%02d.%03d %s", month,
                  day, year, hour % 12 == 0 ? 12 : hour % 12, minute, second,
                  rest % 1000, hour < 12 ? "AM" : "PM");
  }
  return text;
}

TEST(TimeTextTest, WritesBothFormats) {
  const SimTime time = *ParseTime("2023-05-25T17:43:25.746Z");
  EXPECT_EQ(Text(TimeFormat::kIso, time), "2023-05-25T17:43:25.7460000Z");
  EXPECT_EQ(Text(TimeFormat::kPortal, time), "5/25/2023, 5:43:25.746 PM");
}

TEST(TimeTextTest, NoonIsPmAndMidnightIsAm) {
  EXPECT_EQ(Text(TimeFormat::kPortal, *ParseTime("2024-02-29T00:00Z")),
            "2/29/2024, 12:00:00.000 AM");
  EXPECT_EQ(Text(TimeFormat::kPortal, *ParseTime("2024-12-31T12:00Z")),
            "12/31/2024, 12:00:00.000 PM");
  EXPECT_EQ(Text(TimeFormat::kPortal, *ParseTime("2024-12-31T11:59:59.999Z")),
            "12/31/2024, 11:59:59.999 AM");
}

// For times on all days: the result equals the output of snprintf.
TEST(TimeTextTest, AgreesWithThePlainWay) {
  std::mt19937_64 random(1);
  for (const TimeFormat format : {TimeFormat::kIso, TimeFormat::kPortal}) {
    for (std::int64_t day = 0; day < kLatestTime.ms / kMsPerDay + 50; ++day) {
      const SimTime time{day * kMsPerDay +
                         static_cast<std::int64_t>(random() % kMsPerDay)};
      ASSERT_EQ(Text(format, time), ByHand(format, time));
    }
    for (std::int64_t ms = 0; ms < 120'000; ++ms) {
      const SimTime time{1'772'438'400'000 + ms};
      ASSERT_EQ(Text(format, time), ByHand(format, time));
    }
    for (std::int64_t minute = 0; minute < 24 * 60; ++minute) {
      const SimTime time{1'772'409'600'000 + minute * kMsPerMinute + 59'999};
      ASSERT_EQ(Text(format, time), ByHand(format, time));
    }
  }
}

}  // namespace
}  // namespace busyhour::internal

#include "base/time.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

namespace busyhour::internal {
namespace {

using namespace std::chrono_literals;

static_assert(DateOf(SimTime{-1}) == 1969y / 12 / 31);
static_assert(DateOf(kEarliestTime) == 1970y / 1 / 1);
static_assert(MidnightOf(2024y / 2 / 29).ms == 19'782 * kMsPerDay);
static_assert(MidnightOf(2500y / 1 / 1) == kLatestTime);

// For a time on each day in [1970, 2500): FormatTime agrees with the C library,
// and ParseTime reads the same time back.
TEST(TimeTest, WrittenTimesReadBack) {
  const std::int64_t last_day = kLatestTime.ms / kMsPerDay;
  for (std::int64_t day = 0; day < last_day; ++day) {
    const SimTime time{day * kMsPerDay + day * 40'503'003 % kMsPerDay};
    const std::time_t seconds = time.ms / kMsPerSecond;
    std::tm parts;
    ASSERT_NE(gmtime_r(&seconds, &parts), nullptr);
    char text[64];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    std::string expected = text;
    if (const auto ms = static_cast<int>(time.ms % kMsPerSecond); ms != 0) {
      std::snprintf(text, sizeof text, ".%03d", ms);
      expected += text;
    }
    expected += 'Z';
    ASSERT_EQ(FormatTime(time), expected);
    ASSERT_EQ(ParseTime(expected), time) << expected;
  }
}

TEST(TimeTest, WritesTimesBefore1970) {
  EXPECT_EQ(FormatTime({-1}), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatTime({-kMsPerDay}), "1969-12-31T00:00:00Z");
}

TEST(TimeTest, ReadsEachForm) {
  const SimTime eight{1'772'438'400'000};
  for (const std::string_view text :
       {"2026-03-02T08:00:00Z", "2026-03-02T08:00Z", "2026-03-02T08:00",
        "2026-03-02 08:00:00", "2026-03-02t08:00:00z", "2026-03-02T08:00:00.0Z",
        "2026-03-02T10:00:00+02:00", "2026-03-02T10:00:00+0200",
        "2026-03-02T02:30:00-05:30", "2026-03-01T18:00-14:00",
        "2026-03-02T08:00:00.000999Z"}) {
    EXPECT_EQ(ParseTime(text), eight) << text;
  }
  EXPECT_EQ(ParseTime("2026-03-02")->ms, eight.ms - 8 * kMsPerHour);
  EXPECT_EQ(ParseTime("2026-03-02T08:00:00.5Z")->ms, eight.ms + 500);
  EXPECT_EQ(ParseTime("2026-03-02T08:00:00.1239999Z")->ms, eight.ms + 123);
  EXPECT_EQ(ParseTime("2024-02-29T00:00Z")->ms % kMsPerDay, 0);
  EXPECT_EQ(ParseTime("1970-01-01"), kEarliestTime);
  EXPECT_EQ(ParseTime("2499-12-31T23:59:59.999Z")->ms, kLatestTime.ms - 1);
}

TEST(TimeTest, RefusesWhatIsNoTime) {
  for (const std::string_view text : {"",
                                      "now",
                                      "2026",
                                      "2026-3-2",
                                      "2026-03",
                                      "2026-13-01",
                                      "2026-00-01",
                                      "2026-02-29",
                                      "2100-02-29",
                                      "2026-04-31",
                                      "2026-03-00",
                                      "2026-03-02T",
                                      "2026-03-02T8:00",
                                      "2026-03-02T24:00",
                                      "2026-03-02T08",
                                      "2026-03-02T08:",
                                      "2026-03-02T08:60",
                                      "2026-03-02T08:00:60",
                                      "2026-03-02T08:00:00.",
                                      "2026-03-02T08:00:00.Z",
                                      "2026-03-02T08:00:00ZZ",
                                      "2026-03-02T08:00:00 ",
                                      " 2026-03-02",
                                      "2026-03-02Z",
                                      "2026-03-02T08:00:00+15:00",
                                      "2026-03-02T08:00:00+02:60",
                                      "2026-03-02T08:00:00+2",
                                      "2026-03-02T08:00:00*02:00",
                                      "2026/03/02",
                                      "1969-12-31",
                                      "2500-01-01",
                                      "1970-01-01T00:00+00:01",
                                      "2499-12-31T23:59:59-00:01",
                                      "-026-03-02",
                                      "20260302",
                                      "2026-03-02T08:00:00.5s"}) {
    EXPECT_EQ(ParseTime(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace busyhour::internal

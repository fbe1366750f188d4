#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/time.h"
#include "base/zone_directory.h"
#include "problem_lines.h"
#include "profile/load.h"

namespace busyhour::internal {
namespace {

using testing::HasSubstr;

Traffic TrafficOf(const std::string& members) {
  return Parse(ProfileWith("\"traffic\": {" + members + "},")).traffic;
}

TEST(CalendarTest, ReadsHolidaysGrowthAndMonths) {
  const Traffic traffic = TrafficOf(R"(
    "holidays": [
      {"date": "2026-12-26", "name": "Boxing Day", "like": "sunday"},
      {"date": "02-29", "factor": 0.25, "like": "monday"}
    ],
    "growth": {"per_year": 0.2, "since": "2020-06-01"},
    "months": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0])");
  ASSERT_EQ(traffic.holidays.size(), 2u);
  EXPECT_EQ(traffic.holidays[0],
            (Holiday{"Boxing Day", 2026, 12, 26, 6u, 1.0}));
  EXPECT_EQ(traffic.holidays[1], (Holiday{"", 0, 2, 29, 0u, 0.25}));
  EXPECT_EQ(traffic.growth.per_year, 0.2);
  EXPECT_EQ(FormatTime(traffic.growth.since), "2020-06-01T00:00:00Z");
  EXPECT_EQ(traffic.months[1], 2.0);
}

TEST(CalendarTest, ReadsBursts) {
  const Traffic traffic = TrafficOf(R"(
    "bursts": [
      {"at": "2026-03-02T20:15:00+01:00", "name": "spot", "calls": 5000,
       "rise": "10s", "decay": "2m"},
      {"every": "7d", "offset": "3d20h", "factor": 2.5}
    ],
    "busyness": {"cv": 0.1, "period": "5m", "memory": "1h"})");
  ASSERT_EQ(traffic.bursts.size(), 2u);
  const Burst& once = traffic.bursts[0];
  EXPECT_EQ(FormatTime(once.at.value()), "2026-03-02T19:15:00Z");
  EXPECT_EQ(once.calls, 5000);
  EXPECT_EQ(once.length_ms(), 10'000 + 10 * 120'000);
  const Burst& weekly = traffic.bursts[1];
  EXPECT_FALSE(weekly.at);
  EXPECT_EQ(weekly.every_ms, 7 * kMsPerDay);
  EXPECT_EQ(weekly.offset_ms, 3 * kMsPerDay + 20 * kMsPerHour);
  EXPECT_EQ(weekly.factor, 2.5);
  EXPECT_EQ(traffic.busyness_periods(), 12);
}

TEST(CalendarTest, AWrittenCalendarComesBackEqual) {
  const ZoneDirectory zones;
  const Profile profile = Parse(ProfileWith(R"("traffic": {
    "time_zone": "Europe/Oslo",
    "holidays": [{"date": "2026-12-26", "name": "Boxing \"Day\"",
                  "like": "sunday", "factor": 0.5},
                 {"date": "12-25", "factor": 0}],
    "growth": {"per_year": -0.125, "since": "2020-06-01"},
    "months": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0],
    "bursts": [{"at": "2026-03-02T20:15Z", "calls": 5000, "rise": "0s"},
               {"every": "7d", "factor": 2.5, "name": "x"}],
    "busyness": {"cv": 0.1, "period": "5m", "memory": "1h"}
  },)"));
  const std::string text = WriteProfile(profile);
  Profile read = Parse(text);
  read.text = profile.text;
  read.source_text = profile.source_text;
  EXPECT_TRUE(read == profile) << text;
  EXPECT_EQ(text.find("utc_offset"), std::string::npos);
}

// The problems of a profile with this traffic, one per line.
std::string ProblemsWith(const std::string& members) {
  std::string text;
  for (const std::string& line :
       ProblemLines(ProfileWith("\"traffic\": {" + members + "},"))) {
    text += line + '\n';
  }
  return text;
}

TEST(CalendarTest, ATimeZoneIsFoundByName) {
  const ZoneDirectory zones;
  const Traffic traffic = TrafficOf(R"("time_zone": "Europe/Oslo")");
  EXPECT_EQ(traffic.zone.name, "Europe/Oslo");
  EXPECT_EQ(traffic.zone.OffsetAt(1'783'000'000), 7200);
  EXPECT_THAT(ProblemsWith(R"("time_zone": "Europe/Olso")"),
              HasSubstr("did you mean \"Europe/Oslo\"?"));
}

TEST(CalendarTest, LocalTimeIsGivenOnce) {
  const ZoneDirectory zones;
  EXPECT_THAT(
      ProblemsWith(R"("utc_offset": "+01:00", "time_zone": "Europe/Oslo")"),
      HasSubstr("/traffic/time_zone  \"utc_offset\" and "
                "\"time_zone\" both say what local time is; use "
                "one"));
}

TEST(CalendarTest, AMemoryHasWholePeriods) {
  EXPECT_THAT(ProblemsWith(R"("busyness": {"period": "5m", "memory": "4m"})"),
              HasSubstr("is shorter than a period, 5m"));
  EXPECT_THAT(ProblemsWith(R"("busyness": {"period": "10s", "memory": "1h"})"),
              HasSubstr("has 360 periods of 10s; at most 300"));
}

// The planned peak includes months, holidays and bursts.
TEST(CalendarTest, ThePeakIncludesEverythingPlanned) {
  EXPECT_EQ(ProblemsWith(R"("rate": "40k/s")"), "");
  EXPECT_THAT(ProblemsWith(R"("rate": "40k/s", "bursts": [
                               {"at": "2026-03-02", "factor": 101}])"),
              HasSubstr("would have 4.04 M calls a second"));
  EXPECT_THAT(ProblemsWith(R"("rate": "40k/s", "bursts": [
                               {"at": "2026-03-02", "calls": 1e9}])"),
              HasSubstr("would have 4.04 M calls a second"));
  EXPECT_THAT(ProblemsWith(R"("rate": "400k/s",
                              "months": [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])"),
              HasSubstr("would have 4.80 M calls a second"));
  EXPECT_THAT(ProblemsWith(R"("rate": "40k/s", "holidays": [
                               {"date": "12-25", "factor": 101}])"),
              HasSubstr("would have 4.04 M calls a second"));
}

}  // namespace
}  // namespace busyhour::internal

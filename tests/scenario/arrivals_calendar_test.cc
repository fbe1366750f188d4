#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "base/tzif.h"
#include "scenario/arrivals.h"
#include "scenario/calm.h"

// Rates that depend on dates: local time with daylight saving, holidays,
// growth, months, and bursts.

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kDaySeconds = 86'400;

Profile PlainCalls(double rate_cps) {
  Profile profile = calm::ProfileOf(
      R"({"start": "a", "steps": {"a": {"operation": "RejectCall"}}})");
  profile.traffic.rate_cps = rate_cps;
  return profile;
}

std::uint64_t SlotOf(std::string_view time) {
  return static_cast<std::uint64_t>(ParseTime(time).value().ms / kMsPerSecond);
}

double PlannedAt(const Plan& plan, std::string_view time) {
  return plan.conditions.PlannedRate(SlotOf(time));
}

// A change of the clocks: at `change` (UTC), from an offset to another.
struct ClockChange {
  std::string_view rule;
  std::string_view change;
  int before_min;
  int after_min;
};
constexpr ClockChange kChanges[] = {
    {kOslo, "2026-03-29T01:00Z", 60, 120},
    {kOslo, "2026-10-25T01:00Z", 120, 60},
    {kNewYork, "2026-03-08T07:00Z", -300, -240},
    {kNewYork, "2026-11-01T06:00Z", -240, -300},
    {kLordHowe, "2026-04-04T15:00Z", 660, 630},
    {kLordHowe, "2026-10-03T15:30Z", 630, 660},
};

// A rate of one call a minute in the mean; the rate of each hour of the week is
// its number. The counts of a day before and after a change by local hour are
// those of the hour's rate and of the time in which the clocks showed it.
// Tolerance: 5 standard errors of a Poisson count.
TEST(ArrivalsCalendarTest, CountsFollowTheLocalHourThroughClockChanges) {
  constexpr std::uint64_t kHours = 24;
  for (const ClockChange& each : kChanges) {
    Profile profile = PlainCalls(1.0);
    auto& hours = profile.traffic.hours_of_week;
    std::iota(hours.begin(), hours.end(), 1.0);
    profile.traffic.zone = ZoneOf(each.rule);
    const Plan plan(profile);
    Arrivals arrivals(plan, 1);
    const std::uint64_t change = SlotOf(each.change);
    std::array<double, 168> counts{};
    std::array<double, 168> expected{};
    std::array<int, 168> seconds{};
    for (std::uint64_t slot = change - kHours * 3600;
         slot < change + kHours * 3600; ++slot) {
      const int offset_min = slot < change ? each.before_min : each.after_min;
      // 1970 began on a Thursday.
      const std::size_t hour =
          (slot + 72 * 3600 + static_cast<std::uint64_t>(offset_min * 60)) /
          3600 % 168;
      counts[hour] += arrivals.CountAt(slot);
      expected[hour] += static_cast<double>(hour + 1) / 84.5;
      ++seconds[hour];
      ASSERT_DOUBLE_EQ(plan.conditions.PlannedRate(slot),
                       static_cast<double>(hour + 1) / 84.5)
          << each.rule << ' ' << slot;
    }
    int unusual = 0;
    for (std::size_t hour = 0; hour < 168; ++hour) {
      EXPECT_NEAR(counts[hour], expected[hour],
                  5 * std::sqrt(expected[hour]) + 1e-9)
          << each.rule << ' ' << each.change << ' ' << hour;
      unusual += seconds[hour] > 3600;
    }
    const bool goes_back = each.after_min < each.before_min;
    EXPECT_EQ(unusual, goes_back ? 1 : 0) << each.rule;
  }
}

// The skipped hour has no slot; the repeated hour has 7200.
TEST(ArrivalsCalendarTest, AnHourIsSkippedAndAnHourHappensTwice) {
  Profile profile = PlainCalls(1.0);
  auto& hours = profile.traffic.hours_of_week;
  hours.fill(1.0);
  hours[6 * 24 + 2] = 7.0;  // Sunday, 02:00 to 03:00
  profile.traffic.zone = ZoneOf(kOslo);
  const Plan plan(profile);
  const auto busy_slots = [&](std::string_view from) {
    int slots = 0;
    const double usual = plan.conditions.PlannedRate(SlotOf(from));
    for (std::uint64_t slot = SlotOf(from); slot < SlotOf(from) + kDaySeconds;
         ++slot) {
      slots += plan.conditions.PlannedRate(slot) > 2 * usual;
    }
    return slots;
  };
  EXPECT_EQ(busy_slots("2026-03-21T12:00Z"), 3600);
  EXPECT_EQ(busy_slots("2026-03-28T12:00Z"), 0);
  EXPECT_EQ(busy_slots("2026-10-24T12:00Z"), 7200);
}

// A day of 23 or 25 hours has one factor, and its neighbours have others.
TEST(ArrivalsCalendarTest, ADayFactorIsThatOfALocalDate) {
  Profile profile = PlainCalls(1.0);
  profile.traffic.day_cv = 0.5;
  profile.traffic.zone = ZoneOf(kOslo);
  const Plan plan(profile);
  Arrivals arrivals(plan, 1);
  for (const auto& [first, hours] : {std::pair("2026-03-28T23:00Z", 23),
                                     {"2026-10-24T22:00Z", 25},
                                     {"2026-06-30T22:00Z", 24}}) {
    const std::uint64_t begin = SlotOf(first);
    const std::uint64_t end = begin + static_cast<std::uint64_t>(hours) * 3600;
    const double rate = arrivals.RateAt(begin);
    EXPECT_NE(arrivals.RateAt(begin - 1), rate) << first;
    EXPECT_NE(arrivals.RateAt(end), rate) << first;
    for (std::uint64_t slot = begin; slot < end; slot += 600) {
      ASSERT_EQ(arrivals.RateAt(slot), rate) << first << ' ' << slot;
    }
    EXPECT_EQ(arrivals.RateAt(end - 1), rate) << first;
  }
}

TEST(ArrivalsCalendarTest, AHolidayHasTheHoursOfItsDay) {
  Profile profile = PlainCalls(1.0);
  auto& hours = profile.traffic.hours_of_week;
  std::iota(hours.begin(), hours.end(), 1.0);
  profile.traffic.utc_offset_ms = 2 * kMsPerHour;
  Holiday christmas{.name = "Christmas", .month = 12, .day = 25, .like = 6};
  Holiday eve{.month = 12, .day = 24, .factor = 0.5};
  // Only in 2027, when the 25th is a Saturday: it precedes the yearly one.
  Holiday exception{.year = 2027, .month = 12, .day = 25, .factor = 3.0};
  Holiday leap{.month = 2, .day = 29, .factor = 0.0};
  profile.traffic.holidays = {christmas, exception, eve, leap};
  const Plan plan(profile);
  const auto level = [&](std::string_view time) {
    return PlannedAt(plan, time) * 84.5;
  };
  // 2026-12-25 is a Friday; local time is two hours ahead.
  EXPECT_DOUBLE_EQ(level("2026-12-24T21:59:59Z"), 0.5 * (3 * 24 + 24));
  EXPECT_DOUBLE_EQ(level("2026-12-24T22:00Z"), 6 * 24 + 1);
  EXPECT_DOUBLE_EQ(level("2026-12-25T08:30Z"), 6 * 24 + 11);
  EXPECT_DOUBLE_EQ(level("2026-12-25T22:00Z"), 5 * 24 + 1);
  EXPECT_DOUBLE_EQ(level("2027-12-25T08:00Z"), 3.0 * (5 * 24 + 11));
  EXPECT_DOUBLE_EQ(level("2499-12-25T08:00Z"), 6 * 24 + 11);
  EXPECT_DOUBLE_EQ(level("1970-12-25T08:00Z"), 6 * 24 + 11);
  EXPECT_EQ(level("2028-02-29T08:00Z"), 0.0);
  EXPECT_GT(level("2027-03-01T08:00Z"), 0.0);
}

TEST(ArrivalsCalendarTest, GrowthIsByTheYear) {
  Profile profile = PlainCalls(1.0);
  profile.traffic.growth = {0.2, ParseTime("2026-01-01").value()};
  const Plan plan(profile);
  const double tolerance = 1e-5;
  EXPECT_DOUBLE_EQ(PlannedAt(plan, "2026-01-01T00:00Z"), 1.0);
  EXPECT_DOUBLE_EQ(PlannedAt(plan, "2026-01-01T23:59Z"), 1.0);
  // Four years have 1461 days.
  EXPECT_NEAR(PlannedAt(plan, "2030-01-01T00:00Z"), std::pow(1.2, 4),
              tolerance);
  EXPECT_NEAR(PlannedAt(plan, "2022-01-01T00:00Z"), std::pow(1.2, -4),
              tolerance);
  EXPECT_NEAR(PlannedAt(plan, "2026-07-02T12:00Z"), std::pow(1.2, 182 / 365.25),
              tolerance);
  EXPECT_DOUBLE_EQ(PlannedAt(plan, "2400-01-01T00:00Z"), 1000.0);

  profile.traffic.growth.per_year = -0.5;
  const Plan shrinking(profile);
  EXPECT_NEAR(PlannedAt(shrinking, "2030-01-01T00:00Z"), 1.0 / 16, tolerance);
  EXPECT_DOUBLE_EQ(PlannedAt(shrinking, "2400-01-01T00:00Z"), 0.001);
}

TEST(ArrivalsCalendarTest, MonthsHaveTheirLevels) {
  Profile profile = PlainCalls(3.0);
  profile.traffic.months = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  profile.traffic.utc_offset_ms = -kMsPerHour;
  const Plan plan(profile);
  EXPECT_DOUBLE_EQ(PlannedAt(plan, "2026-02-01T00:59:59Z"), 3.0 * 1 / 6.5);
  EXPECT_DOUBLE_EQ(PlannedAt(plan, "2026-02-01T01:00Z"), 3.0 * 2 / 6.5);
  EXPECT_DOUBLE_EQ(PlannedAt(plan, "2026-12-31T12:00Z"), 3.0 * 12 / 6.5);
}

double SumOf(const Plan& plan, std::uint64_t from, std::uint64_t seconds) {
  double sum = 0.0;
  for (std::uint64_t slot = from; slot < from + seconds; ++slot) {
    sum += plan.conditions.PlannedRate(slot);
  }
  return sum;
}

Burst Spot() {
  Burst spot;
  spot.name = "spot";
  spot.at = ParseTime("2026-03-02T19:00Z");
  spot.calls = 5000;
  return spot;
}

// A burst adds its calls, rises within its time and decays with its constant.
TEST(ArrivalsCalendarTest, ABurstRisesAndDecays) {
  Profile profile = PlainCalls(2.0);
  profile.traffic.bursts = {Spot()};
  const Plan plan(profile);
  const std::uint64_t at = SlotOf("2026-03-02T19:00Z");
  EXPECT_DOUBLE_EQ(plan.conditions.PlannedRate(at - 1), 2.0);
  EXPECT_NEAR(SumOf(plan, at, 3600), 2.0 * 3600 + 5000, 5.0);
  const double peak = plan.conditions.PlannedRate(at + 20) - 2.0;
  EXPECT_NEAR(peak, 5000 / 250.0, 0.1);
  EXPECT_NEAR(plan.conditions.PlannedRate(at + 10) - 2.0, peak / 2, 0.6);
  EXPECT_NEAR(plan.conditions.PlannedRate(at + 20 + 240) - 2.0,
              peak * std::exp(-1.0), 0.01);
  EXPECT_DOUBLE_EQ(plan.conditions.PlannedRate(at + 20 + 2400), 2.0);

  profile.traffic.bursts[0].calls = 0;
  profile.traffic.bursts[0].factor = 4.0;
  const Plan factor(profile);
  EXPECT_NEAR(factor.conditions.PlannedRate(at + 20), 8.0, 0.02);
}

// The calls of a burst do not depend on the hour's rate; a factor does.
TEST(ArrivalsCalendarTest, ABurstAddsTheSameCallsAtAnyHour) {
  Profile profile = PlainCalls(2.0);
  profile.traffic.hours_of_week.fill(0.0);
  profile.traffic.hours_of_week[0] = 1.0;
  profile.traffic.bursts = {Spot()};
  const Plan plan(profile);
  EXPECT_NEAR(SumOf(plan, SlotOf("2026-03-02T19:00Z"), 3600), 5000, 5.0);
}

// A burst at 20:15 local time is at 20:15 in summer and in winter. On the day
// of a change, a skipped start is the change and a repeated one the first.
TEST(ArrivalsCalendarTest, ABurstRecursInLocalTime) {
  Profile profile = PlainCalls(2.0);
  profile.traffic.zone = ZoneOf(kOslo);
  Burst spot = Spot();
  spot.at.reset();
  spot.every_ms = kMsPerDay;
  const auto starts = [&](std::int64_t minute, std::string_view at) {
    spot.offset_ms = minute * kMsPerMinute;
    profile.traffic.bursts = {spot};
    const Plan plan(profile);
    const std::uint64_t slot = SlotOf(at);
    const double before = plan.conditions.PlannedRate(slot - 1);
    EXPECT_DOUBLE_EQ(before, 2.0) << at;
    EXPECT_GT(plan.conditions.PlannedRate(slot), 2.0) << at;
    // Nothing cuts it off, and nothing repeats it.
    EXPECT_NEAR(SumOf(plan, slot, 3 * 3600), 2.0 * 3 * 3600 + 5000, 5.0) << at;
  };
  starts(20 * 60 + 15, "2026-01-10T19:15Z");
  starts(20 * 60 + 15, "2026-07-10T18:15Z");
  starts(20 * 60 + 15, "2026-03-29T18:15Z");
  starts(2 * 60 + 30, "2026-03-29T01:00Z");
  starts(2 * 60 + 30, "2026-10-25T00:30Z");
  starts(2 * 60 + 50, "2026-10-25T00:50Z");
  starts(1 * 60 + 50, "2026-03-29T00:50Z");
  starts(3 * 60, "2026-10-25T02:00Z");
}

TEST(ArrivalsCalendarTest, HolidaysAndBurstsAreListed) {
  Profile profile = PlainCalls(2.0);
  profile.traffic.zone = ZoneOf(kOslo);
  profile.traffic.holidays = {{.name = "May Day", .month = 5, .day = 1},
                              {.month = 5, .day = 17}};
  Burst weekly = Spot();
  weekly.name = "";
  weekly.at.reset();
  weekly.every_ms = 7 * kMsPerDay;
  weekly.offset_ms = 20 * kMsPerHour;  // Thursdays
  Burst once = Spot();
  once.at = ParseTime("2026-05-01T12:00Z");
  profile.traffic.bursts = {once, weekly};
  const Plan plan(profile);
  const OfferedRate& offered = plan.conditions.offered();
  const SimTime begin = ParseTime("2026-04-30T22:00Z").value();
  const SimTime end = ParseTime("2026-05-16T22:00:00.001Z").value();
  EXPECT_EQ(offered.EventsIn(begin, end, 9),
            (std::vector<std::string>{
                "2026-05-01 May Day", "2026-05-01T12:00:00Z spot",
                "2026-05-07T18:00:00Z", "2026-05-14T18:00:00Z", "2026-05-17"}));
  EXPECT_EQ(offered.EventsIn(begin, end, 2).size(), 2u);
  EXPECT_EQ(offered.EventsIn(begin, {end.ms - 1}, 9).size(), 4u);
}

}  // namespace
}  // namespace busyhour::internal

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/moments.h"
#include "base/time.h"
#include "profile/load.h"
#include "scenario/arrivals.h"
#include "scenario/plan.h"

// The traffic of the shipped profiles has the figures of the data that it is
// modelled on (docs/model.md). All seeds are fixed.

namespace busyhour::internal {
namespace {

// 2026-01-05T00:00 local time, a Monday, where local time is UTC+2.
constexpr std::uint64_t kLocalMonday = 1'767'571'200 - 7200;
constexpr std::uint64_t kDateSeconds = 86'400;
constexpr std::uint64_t kWeekSeconds = 7 * kDateSeconds;
constexpr std::uint64_t kYearSeconds = 52 * kWeekSeconds;

// The offered rate divided by the planned one.
double FactorAt(const Plan& plan, Arrivals& arrivals, std::uint64_t slot) {
  return arrivals.RateAt(slot) / plan.conditions.PlannedRate(slot);
}

struct Days {
  double cv = 0.0;
  double autocorrelation = 0.0;
};

// The factors of whole days on `weekdays` of each week, as the means of the
// offered rates divided by the planned ones.
Days DaysOf(const Plan& plan, const std::vector<std::uint64_t>& weekdays,
            std::uint64_t years, std::uint64_t step) {
  Arrivals arrivals(plan, 1);
  Moments all;
  std::vector<double> factors(years * 364, 0.0);
  for (std::uint64_t day = 0; day < factors.size(); ++day) {
    if (std::find(weekdays.begin(), weekdays.end(), day % 7) ==
        weekdays.end()) {
      continue;
    }
    double offered = 0.0;
    double planned = 0.0;
    for (std::uint64_t s = 0; s < kDateSeconds; s += step) {
      const std::uint64_t slot = kLocalMonday + day * kDateSeconds + s;
      offered += arrivals.RateAt(slot);
      planned += plan.conditions.PlannedRate(slot);
    }
    factors[day] = offered / planned;
    all.Add(factors[day]);
  }
  double products = 0.0;
  double pairs = 0.0;
  for (std::size_t day = 1; day < factors.size(); ++day) {
    if (factors[day] == 0.0 || factors[day - 1] == 0.0) continue;
    products += (factors[day] - all.mean()) * (factors[day - 1] - all.mean());
    pairs += 1.0;
  }
  return {all.deviation() / all.mean(), products / pairs / all.variance()};
}

// Mean offered rates by hour of the week over `years`.
std::array<double, 168> HoursOf(const Plan& plan, std::uint64_t years,
                                std::uint64_t step) {
  Arrivals arrivals(plan, 1);
  std::array<double, 168> hours{};
  for (std::uint64_t s = 0; s < years * kYearSeconds; s += step) {
    hours[s / 3600 % 168] += arrivals.RateAt(kLocalMonday + s) *
                             static_cast<double>(step) /
                             static_cast<double>(years * 52);
  }
  return hours;
}

// Data set `calls` of the R package fpp2: for widths of 5 to 60 minutes from
// 09:00 to 17:00 on weekdays, the random factor without the day's has a cv of
// 0.03.
TEST(ProfileTrafficTest, ALargeCentreVariesLittleAndSlowly) {
  const Plan plan(LoadProfile("contact-center"));
  constexpr std::uint64_t kPeriod = 300;
  Arrivals arrivals(plan, 1);
  for (const std::uint64_t width : {1, 2, 6, 12}) {
    Moments factors;
    double products = 0.0;
    double last = 0.0;
    for (std::uint64_t day = 0; day < 364; ++day) {
      if (day % 7 >= 5) continue;
      const std::uint64_t nine = kLocalMonday + day * kDateSeconds + 9 * 3600;
      const std::int64_t number =
          static_cast<std::int64_t>((nine + 7200) / kDateSeconds);
      const double of_day = plan.conditions.offered().DayFactor(1, number);
      const std::uint64_t count = 8 * 3600 / kPeriod / width;
      for (std::uint64_t i = 0; i < count; ++i) {
        double factor = 0.0;
        for (std::uint64_t j = 0; j < width; ++j) {
          factor += FactorAt(plan, arrivals, nine + (i * width + j) * kPeriod) /
                    of_day / static_cast<double>(width);
        }
        if (i > 0) products += (factor - 1) * (last - 1);
        last = factor;
        factors.Add(factor);
      }
    }
    EXPECT_NEAR(factors.mean(), 1.0, 0.003) << width;
    EXPECT_NEAR(factors.deviation(), 0.03, 0.006) << width;
    // Counts have the Poisson process's own variance, too: with the mean counts
    // of the data, consecutive counts have correlations of 0.21 to 0.37.
    const double mean = 251.0 * static_cast<double>(width);
    const double random = mean * factors.variance();
    const double pairs = static_cast<double>(factors.count() - 260);
    const double correlation =
        products / pairs / factors.variance() * random / (1 + random);
    EXPECT_NEAR(correlation, 0.3, 0.15) << width;
  }
}

TEST(ProfileTrafficTest, ALargeCentresDaysAreAlike) {
  const Plan plan(LoadProfile("contact-center"));
  const Days days = DaysOf(plan, {0, 1, 2, 3, 4}, 1, 300);
  EXPECT_NEAR(days.cv, 0.063, 0.012);
  EXPECT_NEAR(days.autocorrelation, 0.63, 0.1);
}

// The day's calls in % by hour from 07:00, and the days of the week.
TEST(ProfileTrafficTest, ALargeCentresHoursAreThoseMeasured) {
  constexpr double kShares[] = {3.12, 5.92, 9.91, 10.46, 10.11, 9.58, 9.19,
                                8.94, 8.57, 7.55, 5.68,  4.40,  3.50, 2.86};
  constexpr double kDays[] = {1.122, 1.006, 0.949, 0.948, 0.985};
  const std::array<double, 168> hours =
      HoursOf(Plan(LoadProfile("contact-center")), 1, 300);
  double all = 0.0;
  std::array<double, 14> of_hour{};
  std::array<double, 5> of_day{};
  for (std::size_t day = 0; day < 5; ++day) {
    for (std::size_t i = 0; i < 14; ++i) {
      of_hour[i] += hours[day * 24 + 7 + i];
      of_day[day] += hours[day * 24 + 7 + i];
      all += hours[day * 24 + 7 + i];
    }
  }
  for (std::size_t i = 0; i < 14; ++i) {
    EXPECT_NEAR(of_hour[i] / all / (kShares[i] / 99.79), 1.0, 0.02) << i;
  }
  for (std::size_t day = 0; day < 5; ++day) {
    EXPECT_NEAR(of_day[day] / all * 5.01 / kDays[day], 1.0, 0.02) << day;
  }
}

// Brown et al. 2005: mean calls by hour of the week. 40 years, because the
// factors of the days of one year leave an error of 2.5 %.
TEST(ProfileTrafficTest, ASmallOfficesHoursAreThoseMeasured) {
  const Profile profile = LoadProfile("small-office");
  const std::array<double, 168> hours = HoursOf(Plan(profile), 40, 360);
  for (std::size_t hour = 0; hour < 168; ++hour) {
    const double mean = profile.traffic.hours_of_week[hour];
    if (mean == 0) {
      EXPECT_EQ(hours[hour], 0.0) << hour;
    } else {
      EXPECT_NEAR(hours[hour] / mean, 1.0, 0.02) << hour;
    }
  }
  EXPECT_EQ(profile.traffic.hours_of_week[6 * 24 + 10], 147.1);
}

TEST(ProfileTrafficTest, ASmallOfficesDaysDiffer) {
  const Plan plan(LoadProfile("small-office"));
  // Sunday to Thursday.
  const Days days = DaysOf(plan, {6, 0, 1, 2, 3}, 4, 360);
  EXPECT_NEAR(days.cv, 0.18, 0.02);
  EXPECT_NEAR(days.autocorrelation, 0.52, 0.08);
}

// Counts in 6 minutes from 08:00 to 16:00 on working days have a variance of
// 1.86 times their mean, within each hour of the week.
TEST(ProfileTrafficTest, ASmallOfficesCountsAreDispersed) {
  const Plan plan(LoadProfile("small-office"));
  Arrivals arrivals(plan, 1);
  std::array<Moments, 168> by_hour;
  for (std::uint64_t day = 0; day < 364; ++day) {
    if (day % 7 == 4 || day % 7 == 5) continue;
    for (std::uint64_t s = 8 * 3600; s < 16 * 3600; s += 360) {
      std::uint32_t count = 0;
      for (std::uint64_t i = 0; i < 360; ++i) {
        count += arrivals.CountAt(kLocalMonday + day * kDateSeconds + s + i);
      }
      by_hour[day % 7 * 24 + s / 3600].Add(count);
    }
  }
  double variance = 0.0;
  double mean = 0.0;
  for (const Moments& hour : by_hour) {
    if (hour.count() == 0) continue;
    variance += hour.variance();
    mean += hour.mean();
  }
  EXPECT_NEAR(variance / mean, 1.86, 0.15);
}

}  // namespace
}  // namespace busyhour::internal

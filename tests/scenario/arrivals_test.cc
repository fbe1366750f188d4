#include "scenario/arrivals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "base/moments.h"
#include "base/poisson.h"
#include "base/time.h"
#include "scenario/calm.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kMonday = 1'772'409'600;  // 2026-03-02T00:00:00Z
constexpr std::uint64_t kDay = 86'400;
constexpr std::uint64_t kWeek = 7 * kDay;

Profile Calls(double rate_cps) {
  Profile profile = calm::ProfileOf(
      R"({"start": "a", "steps": {"a": {"operation": "RejectCall"}}})");
  profile.traffic.rate_cps = rate_cps;
  return profile;
}

// A week in which all hours differ.
std::array<double, 168> Hours() {
  std::array<double, 168> hours{};
  for (std::size_t i = 0; i < hours.size(); ++i) {
    hours[i] = 1.0 + 0.6 * std::sin(static_cast<double>(i % 24) / 4) +
               0.002 * static_cast<double>(i);
  }
  return hours;
}

double Mean(const std::array<double, 168>& hours) {
  return std::accumulate(hours.begin(), hours.end(), 0.0) / 168;
}

// Numbers of calls in consecutive intervals of `seconds`.
Moments CountsBy(const Plan& plan, std::uint64_t seconds,
                 std::uint64_t stretches) {
  Arrivals arrivals(plan, 1);
  Moments counts;
  std::uint64_t slot = kMonday;
  for (std::uint64_t i = 0; i < stretches; ++i) {
    std::uint64_t count = 0;
    for (std::uint64_t j = 0; j < seconds; ++j) {
      count += arrivals.CountAt(slot++);
    }
    counts.Add(static_cast<double>(count));
  }
  return counts;
}

// For all rates: a day has rate * 86400 calls on average. Tolerance: 4 standard
// errors of a Poisson count.
TEST(ArrivalsTest, ComeAtTheirMeanRate) {
  for (const double rate : {0.02, 2.0, 40.0, 300.0}) {
    const Plan plan(Calls(rate));
    const Moments day = CountsBy(plan, kDay, 2);
    EXPECT_NEAR(day.mean(), rate * kDay, 4 * std::sqrt(rate * kDay / 2))
        << rate;
  }
}

// Without busyness, the counts per six minutes are those of a Poisson process:
// their variance equals their mean. Tolerance: 4 standard errors.
TEST(ArrivalsTest, VaryLikeAPoissonProcess) {
  constexpr std::uint64_t kStretches = 2400;
  for (const double rate : {12.0 / 360, 2.0}) {
    const Plan plan(Calls(rate));
    const Moments counts = CountsBy(plan, 360, kStretches);
    EXPECT_NEAR(counts.variance() / counts.mean(), 1.0,
                4 * std::sqrt(2.0 / kStretches))
        << rate;
  }
}

// With busyness, the variance of the count per period is mean + (mean * cv)^2.
// The figures are those of the bank data behind the model (docs/model.md): 12
// calls in six minutes, a ratio of 1.54. Tolerance: 4 standard errors.
TEST(ArrivalsTest, VaryMoreWithBusyness) {
  constexpr std::uint64_t kPeriods = 4800;
  for (const double mean : {12.0, 200.0}) {
    Profile profile = Calls(mean / 360);
    profile.traffic.busyness_cv = 0.21;
    const Plan plan(profile);
    const Moments counts = CountsBy(plan, 360, kPeriods);
    EXPECT_NEAR(counts.mean(), mean, 4 * counts.standard_error());
    const double ratio = 1 + mean * 0.21 * 0.21;
    EXPECT_NEAR(counts.variance() / mean, ratio,
                4 * ratio * std::sqrt(2.6 / kPeriods))
        << mean;
  }
}

// The random factor of a period is the same in all its slots, differs in the
// next period, and has a gamma distribution with mean 1. Tolerance: 4 standard
// errors.
TEST(ArrivalsTest, ShareTheirBusynessForAPeriod) {
  Profile profile = Calls(1.0);
  profile.traffic.busyness_cv = 0.5;
  profile.traffic.busyness_period_ms = 10 * kMsPerMinute;
  const Plan plan(profile);
  Arrivals arrivals(plan, 1);
  Moments factors;
  double last = 0.0;
  for (std::uint64_t period = 0; period < 10'000; ++period) {
    const std::uint64_t first = kMonday + period * 600;
    const double factor = arrivals.RateAt(first);
    EXPECT_EQ(arrivals.RateAt(first + 599), factor);
    EXPECT_NE(factor, last);
    last = factor;
    factors.Add(factor);
  }
  EXPECT_NEAR(factors.mean(), 1.0, 4 * factors.standard_error());
  EXPECT_NEAR(factors.deviation(), 0.5, 0.02);
}

// For all hours of the week and time zones: the planned rate follows the
// profile's hour at that local time, scaled so that the mean of the week is the
// configured rate.
TEST(ArrivalsTest, FollowTheHoursOfTheWeekInLocalTime) {
  for (const std::int64_t offset_h : {0, 2, -5, 14, -12}) {
    Profile profile = Calls(3.0);
    profile.traffic.hours_of_week = Hours();
    profile.traffic.utc_offset_ms = offset_h * kMsPerHour;
    const Plan plan(profile);
    for (std::int64_t hour = 0; hour < 168; ++hour) {
      // A slot in this hour of local time: whole weeks after a Monday.
      const std::uint64_t slot =
          kMonday + kWeek +
          static_cast<std::uint64_t>((hour - offset_h) * 3600 + 1799);
      EXPECT_DOUBLE_EQ(
          plan.conditions.PlannedRate(slot),
          3.0 * Hours()[static_cast<std::size_t>(hour)] / Mean(Hours()))
          << hour << " at " << offset_h;
    }
  }
}

TEST(ArrivalsTest, ChangeTheirRateOnTheFullHour) {
  Profile profile = Calls(3.0);
  profile.traffic.hours_of_week = Hours();
  profile.traffic.utc_offset_ms = 5 * kMsPerHour + 30 * kMsPerMinute;
  const Plan plan(profile);
  EXPECT_EQ(plan.conditions.PlannedRate(kMonday),
            plan.conditions.PlannedRate(kMonday + 1799));
  EXPECT_NE(plan.conditions.PlannedRate(kMonday + 1799),
            plan.conditions.PlannedRate(kMonday + 1800));
}

// For all hours of the week: the counts of several weeks follow the profile's
// hours. Tolerance: 5 standard errors of a Poisson count.
TEST(ArrivalsTest, CountsHaveTheShapeOfTheWeek) {
  constexpr std::uint64_t kWeeks = 3;
  Profile profile = Calls(0.5);
  profile.traffic.hours_of_week = Hours();
  profile.traffic.utc_offset_ms = 2 * kMsPerHour;
  const Plan plan(profile);
  Arrivals arrivals(plan, 1);
  std::array<double, 168> counts{};
  for (std::uint64_t i = 0; i < kWeeks * kWeek; ++i) {
    counts[(i + 7200) / 3600 % 168] += arrivals.CountAt(kMonday + i);
  }
  for (std::size_t hour = 0; hour < 168; ++hour) {
    const double expected = 0.5 * Hours()[hour] / Mean(Hours()) * 3600 * kWeeks;
    EXPECT_NEAR(counts[hour], expected, 5 * std::sqrt(expected)) << hour;
  }
}

TEST(ArrivalsTest, TheRateCanBeThatOfTheBusyHour) {
  Profile profile = Calls(3.0);
  profile.traffic.hours_of_week = Hours();
  profile.traffic.rate_is_busy_hour = true;
  const Plan plan(profile);
  double busiest = 0.0;
  for (std::uint64_t hour = 0; hour < 168; ++hour) {
    busiest =
        std::max(busiest, plan.conditions.PlannedRate(kMonday + hour * 3600));
  }
  EXPECT_DOUBLE_EQ(busiest, 3.0);
}

// The day factors have mean 1, the configured coefficient of variation, and the
// configured autocorrelation of consecutive days; for days further apart, it is
// a power of that. Tolerance: 4 standard errors of correlated days.
TEST(ArrivalsTest, DaysHaveACommonFactor) {
  constexpr std::size_t kDays = 20'000;
  Profile profile = Calls(1.0);
  profile.traffic.day_cv = 0.18;
  profile.traffic.day_autocorrelation = 0.52;
  const Plan plan(profile);
  Arrivals arrivals(plan, 1);
  std::vector<double> factors;
  Moments moments;
  for (std::size_t day = 0; day < kDays; ++day) {
    factors.push_back(arrivals.RateAt(day * kDay + 43'200));
    moments.Add(factors.back());
  }
  const double stretch = std::sqrt((1 + 0.52) / (1 - 0.52));
  EXPECT_NEAR(moments.mean(), 1.0, 4 * moments.standard_error() * stretch);
  EXPECT_NEAR(moments.deviation(), 0.18,
              4 * stretch * 0.18 / std::sqrt(2.0 * kDays));
  for (const std::size_t lag : {1, 2, 5}) {
    double sum = 0.0;
    for (std::size_t day = lag; day < kDays; ++day) {
      sum += (factors[day] - moments.mean()) *
             (factors[day - lag] - moments.mean());
    }
    EXPECT_NEAR(sum / moments.variance() / static_cast<double>(kDays - lag),
                std::pow(0.52, static_cast<double>(lag)),
                4 * stretch / std::sqrt(kDays))
        << lag;
  }
}

TEST(ArrivalsTest, TheDayFactorChangesAtLocalMidnight) {
  Profile profile = Calls(1.0);
  profile.traffic.day_cv = 0.5;
  profile.traffic.utc_offset_ms = -5 * kMsPerHour;
  const Plan plan(profile);
  Arrivals arrivals(plan, 1);
  const std::uint64_t midnight = kMonday + 5 * 3600;
  EXPECT_EQ(arrivals.RateAt(midnight), arrivals.RateAt(midnight + kDay - 1));
  EXPECT_NE(arrivals.RateAt(midnight), arrivals.RateAt(midnight - 1));
  EXPECT_NE(arrivals.RateAt(midnight), arrivals.RateAt(midnight + kDay));
}

// For all rates r and capacities c: the share of throttled call attempts is 1 -
// c/r if r exceeds c, and otherwise 0.
TEST(ArrivalsTest, BeyondCapacityAreThrottled) {
  Profile profile = Calls(3.0);
  profile.traffic.hours_of_week = Hours();
  profile.traffic.busyness_cv = 0.3;
  profile.traffic.capacity_cps = 3.0;
  const Plan plan(profile);
  Arrivals arrivals(plan, 1);
  int throttled = 0;
  for (std::uint64_t slot = kMonday; slot < kMonday + kWeek; slot += 97) {
    const double rate = arrivals.RateAt(slot);
    const double share =
        static_cast<double>(arrivals.ThrottledAt(slot)) / 4294967296.0;
    EXPECT_NEAR(share, rate > 3.0 ? 1 - 3.0 / rate : 0.0, 1e-9);
    throttled += share > 0;
  }
  EXPECT_GT(throttled, 1000);

  profile.traffic.capacity_cps = 0.0;  // no limit
  const Plan open(profile);
  EXPECT_EQ(Arrivals(open, 1).ThrottledAt(kMonday + 40'000), 0u);
}

TEST(ArrivalsTest, AreMoreOrLessInAnIncident) {
  Profile profile = Calls(2.0);
  Incident storm;
  storm.when.every_ms = 6 * kMsPerHour;
  storm.when.offset_ms = kMsPerHour;
  storm.when.length_ms = 10 * kMsPerMinute;
  storm.rate_factor = 2.5;
  profile.incidents.push_back(storm);
  storm.when.offset_ms = kMsPerHour + 5 * kMsPerMinute;
  storm.rate_factor = 0.5;
  profile.incidents.push_back(storm);
  const Plan plan(profile);
  Arrivals arrivals(plan, 1);
  const std::uint64_t begin = kMonday + 6 * 3600 + 3600;
  EXPECT_DOUBLE_EQ(arrivals.RateAt(begin - 1), 2.0);
  EXPECT_DOUBLE_EQ(arrivals.RateAt(begin), 5.0);
  EXPECT_DOUBLE_EQ(arrivals.RateAt(begin + 299), 5.0);
  EXPECT_DOUBLE_EQ(arrivals.RateAt(begin + 300), 2.5);
  EXPECT_DOUBLE_EQ(arrivals.RateAt(begin + 599), 2.5);
  EXPECT_DOUBLE_EQ(arrivals.RateAt(begin + 600), 1.0);
  EXPECT_DOUBLE_EQ(arrivals.RateAt(begin + 899), 1.0);
  EXPECT_DOUBLE_EQ(arrivals.RateAt(begin + 900), 2.0);
}

TEST(ArrivalsTest, StopWhereAnIncidentStopsThem) {
  Profile profile = Calls(2.0);
  Incident silence;
  silence.when.every_ms = kMsPerHour;
  silence.when.length_ms = kMsPerMinute;
  silence.rate_factor = 0.0;
  profile.incidents.push_back(silence);
  const Plan plan(profile);
  Arrivals arrivals(plan, 1);
  for (std::uint64_t slot = kMonday; slot < kMonday + 60; ++slot) {
    EXPECT_EQ(arrivals.CountAt(slot), 0u);
  }
}

// For all orders of queries: the counts, rates and throttled shares are the
// same.
TEST(ArrivalsTest, DoNotDependOnTheOrderOfQuestions) {
  Profile profile = Calls(5.0);
  profile.traffic.hours_of_week = Hours();
  profile.traffic.day_cv = 0.3;
  profile.traffic.day_autocorrelation = 0.5;
  profile.traffic.busyness_cv = 0.4;
  profile.traffic.capacity_cps = 5.0;
  const Plan plan(profile);
  std::vector<std::uint64_t> slots;
  for (std::uint64_t i = 0; i < 3000; ++i) {
    slots.push_back(kMonday + i * 16'807 % (3 * kDay));
  }
  struct Answer {
    double rate;
    std::uint32_t count;
    std::uint64_t throttled;
    bool operator==(const Answer&) const = default;
  };
  const auto ask = [](Arrivals& arrivals, std::uint64_t slot) {
    return Answer{arrivals.RateAt(slot), arrivals.CountAt(slot),
                  arrivals.ThrottledAt(slot)};
  };
  Arrivals jumping(plan, 7);
  std::vector<Answer> answers;
  for (const std::uint64_t slot : slots) answers.push_back(ask(jumping, slot));
  Arrivals backwards(plan, 7);
  for (std::size_t i = slots.size(); i-- > 0;) {
    ASSERT_EQ(ask(backwards, slots[i]), answers[i]);
  }
  for (std::size_t i = 0; i < slots.size(); i += 100) {
    Arrivals fresh(plan, 7);
    ASSERT_EQ(ask(fresh, slots[i]), answers[i]);
  }
}

TEST(ArrivalsTest, DifferFromSeedToSeed) {
  const Plan plan(Calls(5.0));
  Arrivals one(plan, 1);
  Arrivals two(plan, 2);
  int same = 0;
  for (std::uint64_t slot = kMonday; slot < kMonday + 1000; ++slot) {
    same += one.CountAt(slot) == two.CountAt(slot);
  }
  // Two Poisson counts with mean 5 are equal in 13 % of the slots.
  EXPECT_LT(same, 200);
}

TEST(ArrivalsTest, NeverNeedMoreOrdinalsThanThereAre) {
  Profile profile = Calls(4.0e6);
  profile.traffic.busyness_cv = 3.0;
  profile.traffic.busyness_period_ms = 10 * kMsPerSecond;
  const Plan plan(profile);
  Arrivals arrivals(plan, 1);
  bool at_limit = false;
  for (std::uint64_t slot = kMonday; slot < kMonday + 4000; slot += 10) {
    const std::uint32_t count = arrivals.CountAt(slot);
    ASSERT_LT(count, kMaxCallsPerSlot);
    at_limit |= arrivals.RateAt(slot) > kMaxPoissonMean;
  }
  EXPECT_TRUE(at_limit);
}

}  // namespace
}  // namespace busyhour::internal

#include "conditions/schedule.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

#include "base/run_key.h"
#include "base/time.h"

namespace busyhour::internal {
namespace {

constexpr SimTime kRunStart{1'772'438'400'000};
constexpr RunKey kRun{7, kRunStart};

TEST(ScheduleTest, OnceAtATimeOrAfterTheStart) {
  When when;
  when.length_ms = kMsPerMinute;
  when.after_ms = kMsPerHour;
  const Schedule after(when, kRun, 0);
  when.after_ms = -1;
  when.at = {kRunStart.ms + kMsPerHour};
  const Schedule at(when, kRun, 0);
  for (const Schedule* schedule : {&after, &at}) {
    EXPECT_FALSE(schedule->IsActive({kRunStart.ms + kMsPerHour - 1}));
    EXPECT_TRUE(schedule->IsActive({kRunStart.ms + kMsPerHour}));
    EXPECT_FALSE(
        schedule->IsActive({kRunStart.ms + kMsPerHour + kMsPerMinute}));
    const auto next = schedule->Next(kRunStart, Schedule::kNever);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->from.ms, kRunStart.ms + kMsPerHour);
    EXPECT_FALSE(schedule->Next(next->to, Schedule::kNever));
    EXPECT_FALSE(schedule->Next(kRunStart, next->from));
  }
}

TEST(ScheduleTest, AnEndlessOccurrenceDoesNotEnd) {
  When when;
  when.after_ms = 0;
  when.endless = true;
  const Schedule schedule(when, kRun, 0);
  EXPECT_FALSE(schedule.IsActive({kRunStart.ms - 1}));
  EXPECT_EQ(schedule.StrengthAt({kRunStart.ms + 400 * kMsPerDay}),
            Schedule::kFull);
}

TEST(ScheduleTest, RecurringOccurrencesFollowOneAnother) {
  When when;
  when.every_ms = kMsPerHour;
  when.offset_ms = kMsPerMinute;
  when.length_ms = 2 * kMsPerMinute;
  const Schedule schedule(when, kRun, 0);
  SimTime next{0};
  for (int i = 0; i < 5; ++i) {
    const auto occurrence = schedule.Next(next, Schedule::kNever);
    ASSERT_TRUE(occurrence);
    EXPECT_EQ(occurrence->from.ms, i * kMsPerHour + kMsPerMinute);
    EXPECT_EQ(occurrence->to.ms - occurrence->from.ms, 2 * kMsPerMinute);
    next = occurrence->to;
  }
}

When AtRandom() {
  When when;
  when.random_every_ms = 6 * kMsPerHour;
  when.random_length = UniformMs(kMsPerMinute, kMsPerHour);
  return when;
}

// The number of starts in a year is that of a Poisson process, and all ways to
// ask agree.
TEST(ScheduleTest, RandomOccurrencesHaveTheirMeanGap) {
  const Schedule schedule(AtRandom(), kRun, 3);
  const SimTime end{kRunStart.ms + kMsPerYear};
  int starts = 0;
  std::int64_t active_ms = 0;
  SimTime next = kRunStart;
  while (const auto occurrence = schedule.Next(next, end)) {
    ++starts;
    active_ms += occurrence->to.ms - std::max(occurrence->from, next).ms;
    EXPECT_TRUE(schedule.IsActive(std::max(occurrence->from, next)));
    EXPECT_TRUE(schedule.IsActive({occurrence->to.ms - 1}));
    if (occurrence->from > next) {
      EXPECT_FALSE(schedule.IsActive({occurrence->from.ms - 1}));
    }
    next = occurrence->to;
  }
  EXPECT_NEAR(starts, 365 * 4, 115);  // three standard deviations
  EXPECT_NEAR(static_cast<double>(active_ms),
              static_cast<double>(kMsPerYear) * 30.5 / 360,
              0.1 * kMsPerYear * 30.5 / 360);
}

TEST(ScheduleTest, RandomOccurrencesFollowFromTheSeedAndTheNumber) {
  const auto first = [](std::uint64_t seed, std::uint32_t number) {
    return Schedule(AtRandom(), {seed, kRunStart}, number)
        .Next(kRunStart, Schedule::kNever)
        ->from;
  };
  EXPECT_EQ(first(1, 0), first(1, 0));
  EXPECT_NE(first(1, 0), first(2, 0));
  EXPECT_NE(first(1, 0), first(1, 1));
}

TEST(ScheduleTest, NoiseHasAStrengthForEachPeriod) {
  When when;
  when.after_ms = 0;
  when.length_ms = kMsPerDay;
  when.form = When::Form::kNoise;
  when.form_period_ms = kMsPerMinute;
  const Schedule schedule(when, kRun, 0);
  double sum = 0.0;
  for (std::int64_t minute = 0; minute < 24 * 60; ++minute) {
    const std::uint32_t strength =
        schedule.StrengthAt({kRunStart.ms + minute * kMsPerMinute});
    EXPECT_EQ(schedule.StrengthAt(
                  {kRunStart.ms + minute * kMsPerMinute + kMsPerMinute - 1}),
              strength);
    sum += strength;
  }
  EXPECT_NEAR(sum / (24 * 60) / Schedule::kFull, 0.5, 0.03);
}

}  // namespace
}  // namespace busyhour::internal

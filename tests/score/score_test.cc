#include "score/score.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/stream.h"

namespace busyhour::internal {
namespace {

Occurrence During(std::int64_t from, std::int64_t to, std::int64_t last_effect,
                  std::uint32_t incident = 0) {
  return {incident, {from}, {to}, {last_effect}, {}};
}

// Two incidents; windows 100 to 250, 200 to 300 and 600 to 700.
Occurrences Some() {
  Occurrences some;
  some.incidents = {"a", "b"};
  some.list = {During(100, 200, 250), During(200, 300, 280, 1),
               During(600, 700, 690)};
  return some;
}

std::vector<Alert> At(const std::vector<std::int64_t>& times) {
  std::vector<Alert> alerts;
  for (const std::int64_t time : times) {
    alerts.push_back({{time}, {time}, Alert::kNoCause});
  }
  return alerts;
}

constexpr ScoredTime kAll{{0}, {1'000}, 0};

TEST(ScoreTest, CountsAHandMadeExample) {
  const Score score = ScoreAlerts(Some(), At({50, 150, 160, 240, 800}), kAll);
  EXPECT_EQ(score.all.occurrences, 3u);
  EXPECT_EQ(score.all.detected, 2u);
  EXPECT_EQ(score.all.delays_ms, (std::vector<std::int64_t>{40, 50}));
  EXPECT_EQ(score.alerts, 5u);
  EXPECT_EQ(score.hits, 3u);
  EXPECT_EQ(score.false_alarms(), 2u);
  EXPECT_NEAR(*score.recall(), 2.0 / 3.0, 1e-12);
  EXPECT_NEAR(*score.precision(), 0.6, 1e-12);
  EXPECT_NEAR(*score.f1(), 2.0 * 0.4 / (2.0 / 3.0 + 0.6), 1e-12);
  EXPECT_EQ(score.of_incident[0].detected, 1u);
  EXPECT_EQ(score.of_incident[1].detected, 1u);
  EXPECT_FALSE(score.has_causes);
}

TEST(ScoreTest, BothEndsOfAWindowBelongToIt) {
  EXPECT_EQ(ScoreAlerts(Some(), At({99, 100, 300, 301}), kAll).hits, 2u);
}

TEST(ScoreTest, GraceExtendsAWindow) {
  const ScoredTime patient{{0}, {1'000}, 100};
  const Score score = ScoreAlerts(Some(), At({400, 800}), patient);
  EXPECT_EQ(score.all.detected, 2u);
  EXPECT_EQ(score.hits, 2u);
}

TEST(ScoreTest, AnEndlessIncidentEndsWithTheRun) {
  Occurrences one;
  one.incidents = {"a"};
  one.list = {During(500, kLatestTime.ms, 600)};
  const Score score = ScoreAlerts(one, At({1'000, 1'001}), kAll);
  EXPECT_EQ(score.hits, 1u);
  EXPECT_EQ(score.alerts_outside, 1u);
}

TEST(ScoreTest, NothingOutsideTheExtentCounts) {
  const Score score =
      ScoreAlerts(Some(), At({50, 150, 720, 960}), {{350}, {900}, 0});
  EXPECT_EQ(score.occurrences_outside, 2u);
  EXPECT_EQ(score.all.occurrences, 1u);
  EXPECT_EQ(score.alerts, 1u);
  EXPECT_EQ(score.alerts_outside, 3u);
}

TEST(ScoreTest, AnAlertNamesACause) {
  std::vector<Alert> alerts = At({150, 160, 220, 650});
  alerts[1].cause = 0;
  alerts[2].cause = 0;  // right for the first, not for the second
  alerts[3].cause = Alert::kUnknownCause;
  const Score score = ScoreAlerts(Some(), alerts, kAll);
  EXPECT_TRUE(score.has_causes);
  EXPECT_EQ(score.all.detected, 3u);
  EXPECT_EQ(score.all.named, 1u);
  EXPECT_EQ(score.unknown_causes, 1u);
}

TEST(ScoreTest, AnAlertThatNeverEndsIsExposed) {
  const std::vector<Alert> always = {{{0}, kLatestTime, Alert::kNoCause}};
  const Score score = ScoreAlerts(Some(), always, kAll);
  EXPECT_EQ(score.all.detected, 0u);
  EXPECT_EQ(score.false_alarms(), 1u);
  EXPECT_EQ(score.quiet_ms, 700);
  EXPECT_EQ(score.false_alarm_ms, 700);
}

TEST(ScoreTest, ShareOfNothingIsNothing) {
  const Score silent = ScoreAlerts(Some(), {}, kAll);
  EXPECT_EQ(silent.recall(), 0.0);
  EXPECT_FALSE(silent.precision());
  EXPECT_FALSE(silent.f1());
  const Score noisy = ScoreAlerts(Occurrences{}, At({5}), kAll);
  EXPECT_FALSE(noisy.recall());
  EXPECT_EQ(noisy.precision(), 0.0);
}

TEST(ScoreTest, QuantilesAreValuesOfTheList) {
  const std::vector<std::int64_t> ten = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  EXPECT_EQ(QuantileOf(ten, 0.5), 5);
  EXPECT_EQ(QuantileOf(ten, 0.9), 9);
  EXPECT_EQ(QuantileOf(ten, 1.0), 10);
  EXPECT_EQ(QuantileOf({7}, 0.5), 7);
}

// A year with 1,000 occurrences of an hour.
Occurrences AYear() {
  Occurrences year;
  year.incidents = {"a"};
  for (std::int64_t i = 0; i < 1'000; ++i) {
    const std::int64_t from = i * 8 * kMsPerHour + kMsPerHour;
    year.list.push_back(During(from, from + kMsPerHour, from));
  }
  return year;
}
constexpr ScoredTime kYear{{0}, {8'000 * kMsPerHour}, 0};

std::vector<Alert> RandomAlerts(std::size_t count) {
  std::vector<std::int64_t> times;
  for (std::size_t i = 0; i < count; ++i) {
    times.push_back(static_cast<std::int64_t>(
        MixWords(7, i) % static_cast<std::uint64_t>(kYear.end.ms)));
  }
  return At(times);
}

// Alerts at random find an occurrence of length w, in a run of length T, with
// probability 1 - (1 - w/T)^n; a share of 1/8 of them lies in a window.
TEST(ScoreTest, AlertsAtRandomScoreAsExpectedByChance) {
  const std::size_t count = 8'000;
  const Score score = ScoreAlerts(AYear(), RandomAlerts(count), kYear);
  const double found = 1.0 - std::exp(-1.0);
  // Four standard deviations.
  EXPECT_NEAR(*score.recall(), found,
              4.0 * std::sqrt(found * (1.0 - found) / 1'000.0));
  EXPECT_NEAR(*score.precision(), 0.125,
              4.0 * std::sqrt(0.125 * 0.875 / 8'000.0));
}

// For all orders of the alerts, the score is the same.
TEST(ScoreTest, OrderOfAlertsDoesNotMatter) {
  std::vector<Alert> alerts = RandomAlerts(2'000);
  const Score sorted = ScoreAlerts(AYear(), alerts, kYear);
  std::reverse(alerts.begin(), alerts.end());
  const Score reversed = ScoreAlerts(AYear(), alerts, kYear);
  EXPECT_EQ(sorted.all.delays_ms, reversed.all.delays_ms);
  EXPECT_EQ(sorted.hits, reversed.hits);
  EXPECT_EQ(sorted.nab.scores, reversed.nab.scores);
}

}  // namespace
}  // namespace busyhour::internal

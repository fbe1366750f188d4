#include "score/nab.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "score/spans.h"

namespace busyhour::internal {
namespace {

Span Of(std::int64_t from, std::int64_t to) { return {{from}, {to}}; }

// 15 % of it are 1,500.
const Span kRun = Of(0, 10'000);
const std::vector<Span> kWindows = {Of(2'000, 2'100), Of(5'000, 5'400)};

TEST(NabTest, SigmoidHasThePublishedValues) {
  EXPECT_NEAR(NabSigmoid(-1.0), 0.98661, 1e-5);
  EXPECT_NEAR(NabSigmoid(-0.5), 0.84828, 1e-5);
  EXPECT_EQ(NabSigmoid(0.0), 0.0);
  EXPECT_NEAR(NabSigmoid(1.0), -0.98661, 1e-5);
  EXPECT_EQ(NabSigmoid(3.1), -1.0);
}

TEST(NabTest, NoAlertsScoreZero) {
  for (const auto& score : NabScoreOf(kWindows, {}, kRun).scores) {
    EXPECT_EQ(score, 0.0);
  }
}

TEST(NabTest, AlertsAtTheBeginningsScoreAHundred) {
  const NabScore score = NabScoreOf(kWindows, {{2'000}, {5'000}}, kRun);
  for (const auto& each : score.scores) EXPECT_DOUBLE_EQ(*each, 100.0);
}

TEST(NabTest, OnlyTheFirstAlertInAWindowCounts) {
  const NabScore once = NabScoreOf(kWindows, {{5'100}}, kRun);
  const NabScore often = NabScoreOf(kWindows, {{5'100}, {5'200}}, kRun);
  EXPECT_EQ(once.scores, often.scores);
  EXPECT_EQ(often.detected, 1u);
  const double detection = NabSigmoid(-0.75) / NabSigmoid(-1.0);
  EXPECT_NEAR(*once.scores[0], 100.0 * (detection + 1.0) / 4.0, 1e-9);
  EXPECT_NEAR(*once.scores[2], 100.0 * (detection + 2.0) / 6.0, 1e-9);
}

TEST(NabTest, FalseAlarmsCostLessSoonAfterAWindow) {
  // Before all windows, a tenth of a length after one, and far after it.
  const NabScore score =
      NabScoreOf(kWindows, {{1'600}, {2'110}, {4'000}}, kRun);
  EXPECT_EQ(score.false_alarms, 3u);
  const double cost = -2.0 + NabSigmoid(0.1);
  EXPECT_NEAR(*score.scores[0], 100.0 * 0.11 * cost / 4.0, 1e-9);
  EXPECT_NEAR(*score.scores[1], 100.0 * 0.22 * cost / 4.0, 1e-9);
  EXPECT_NEAR(*score.scores[2], 100.0 * 0.11 * cost / 6.0, 1e-9);
}

TEST(NabTest, TheProbationIsNotScored) {
  const std::vector<Span> windows = {Of(1'400, 1'700), Of(5'000, 5'400)};
  const NabScore score =
      NabScoreOf(windows, {{100}, {1'450}, {1'650}, {5'000}}, kRun);
  EXPECT_EQ(score.windows, 1u);
  EXPECT_EQ(score.false_alarms, 0u);
  EXPECT_DOUBLE_EQ(*score.scores[0], 100.0);
  EXPECT_FALSE(NabScoreOf({Of(1'400, 1'700)}, {}, kRun).scores[0]);
}

TEST(NabTest, OverlappingWindowsAreOne) {
  const NabScore score =
      NabScoreOf({Of(2'000, 2'100), Of(2'050, 2'400)}, {{2'000}}, kRun);
  EXPECT_EQ(score.windows, 1u);
  EXPECT_DOUBLE_EQ(*score.scores[0], 100.0);
}

TEST(NabTest, AWindowMayBeAnInstant) {
  const NabScore score =
      NabScoreOf({Of(2'000, 2'000)}, {{2'000}, {2'010}}, kRun);
  EXPECT_EQ(score.detected, 1u);
  EXPECT_TRUE(std::isfinite(*score.scores[0]));
}

}  // namespace
}  // namespace busyhour::internal

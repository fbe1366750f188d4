#include "report/comparison.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace busyhour::internal {
namespace {

// Values that rise and fall over a day, with some noise.
std::vector<double> Day(double mean, std::size_t seed) {
  std::vector<double> values;
  for (std::size_t i = 0; i < 100; ++i) {
    values.push_back(mean * (1 + std::sin(static_cast<double>(i) / 16)) +
                     static_cast<double>((i + seed) * 7919 % 101) / 50);
  }
  return values;
}

std::string MeaningOf(double now, double before, Periods periods) {
  const ComparedFigure figure = {"calls", before, now, Day(before, 1),
                                 Day(now, 40)};
  return ComparisonOf({figure}, periods, "").rows[0].back().text;
}

TEST(ComparisonTest, TheCourseOfTheDayIsNoNoise) {
  EXPECT_EQ(MeaningOf(12, 10, Periods::kOfSameTime), "higher");
  EXPECT_EQ(MeaningOf(10, 12, Periods::kOfSameTime), "lower");
  EXPECT_EQ(MeaningOf(10, 10, Periods::kOfSameTime), "within noise");
  EXPECT_EQ(MeaningOf(10.1, 10, Periods::kOfSameTime), "within noise");
  EXPECT_EQ(MeaningOf(12, 10, Periods::kOfTwoRuns), "within noise");
}

TEST(ComparisonTest, WhatHasNoValuesIsNotJudged) {
  const Table table =
      ComparisonOf({{"records", 0, 5}}, Periods::kOfTwoRuns, "");
  EXPECT_EQ(table.rows[0][3].text, "–");
  EXPECT_EQ(table.rows[0][4].text, "not judged");
}

TEST(DifferenceListTest, NamesWhatDiffers) {
  DifferenceList list("runs");
  list.Add("host", "a", "a");
  EXPECT_EQ(list.Text(), "");
  list.Add("plan", "1/s", "2/s");
  list.Add("host", "a", "b");
  EXPECT_EQ(list.Text(),
            "The runs differ in plan (1/s before, 2/s now); host (a before, b "
            "now).");
}

}  // namespace
}  // namespace busyhour::internal

#include "load/pace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/test_files.h"

namespace busyhour::internal {
namespace {

Pattern Read(const std::string& words, double run_seconds = 100) {
  std::vector<Problem> problems;
  Pattern pattern = ReadPattern(words, run_seconds, problems);
  for (const Problem& problem : problems) ADD_FAILURE() << problem.Text();
  return pattern;
}

std::string Trouble(const std::string& words, double run_seconds = 100) {
  std::vector<Problem> problems;
  ReadPattern(words, run_seconds, problems);
  return problems.empty() ? "" : problems.front().Text();
}

TEST(PaceTest, WithoutARateEverythingIsDueAtOnce) {
  Pace pace;
  EXPECT_FALSE(pace.paced());
  EXPECT_EQ(pace.TimeOf(1e9), 0);
}

TEST(PaceTest, AConstantRateIsExactAfterADay) {
  Pace pace(1000, Pattern{});
  EXPECT_EQ(pace.TimeOf(0), 0);
  EXPECT_EQ(pace.TimeOf(1), kNanosPerSecond / 1000);
  EXPECT_EQ(pace.TimeOf(86'400'000), 86'400 * kNanosPerSecond);
}

// For all patterns: the time of the position at time t is t.
TEST(PaceTest, TimesAndPositionsAreEachOthersInverse) {
  for (const char* words :
       {"constant", "ramp:0..2", "ramp:2..0.5", "ramp:1..1", "steps:1,3,0.5",
        "sine:0.5/10s", "sine:1/7s", "spike:10@20s+5s"}) {
    Pace pace(5000, Read(words));
    double last = 0.0;
    for (double t = 0.25; t < 150; t += 0.25) {
      const double at = pace.ReachedBy(t);
      EXPECT_GE(at, last);
      last = at;
      const double back =
          static_cast<double>(pace.TimeOf(at)) / kNanosPerSecond;
      // Where the rate is close to 0, a small change in position is a large
      // change in time.
      const double slow = std::string(words).find("sine:1/") == 0 ? 0.1 : 1e-6;
      EXPECT_NEAR(back, t, slow) << words;
    }
  }
}

// For all patterns and increasing positions: times do not decrease.
TEST(PaceTest, TimesDoNotGoBack) {
  for (const char* words :
       {"ramp:0..2", "steps:1,0,2", "sine:1/3s", "spike:0@1s+2s"}) {
    Pace pace(1000, Read(words, 10));
    Nanos last = 0;
    for (int i = 0; i < 50'000; ++i) {
      const Nanos time = pace.TimeOf(i);
      ASSERT_GE(time, last) << words << ' ' << i;
      last = time;
    }
  }
}

TEST(PaceTest, ASpikeOfNothingIsAPause) {
  Pace pace(10, Read("spike:0@1s+2s"));
  EXPECT_EQ(pace.TimeOf(10), 1 * kNanosPerSecond);
  EXPECT_NEAR(static_cast<double>(pace.TimeOf(11)), 3.1e9, 10);
}

TEST(PaceTest, APatternThatComesToRestEndsThePlan) {
  Pace pace(10, Read("ramp:1..0", 10));
  EXPECT_LT(pace.TimeOf(49), 10 * kNanosPerSecond);
  EXPECT_EQ(pace.TimeOf(51), kNever);
}

TEST(PatternTest, ASineKeepsTheMeanRate) {
  const Pace pace(100, Read("sine:0.8/10s"));
  EXPECT_NEAR(pace.ReachedBy(1000), 100'000, 1e-6);
  EXPECT_GT(pace.ReachedBy(5), 600);
}

TEST(PatternTest, AFileHoldsTimesAndFactors) {
  const Scratch scratch;
  const std::string path = scratch.Write(
      "pattern.txt", "# a morning\n0s 1\n10s, 3  # ramp\n10s 0.5\n");
  const Pace pace(10, Read(path));
  EXPECT_DOUBLE_EQ(pace.ReachedBy(10), 200);
  EXPECT_DOUBLE_EQ(pace.ReachedBy(20), 250);
  scratch.Write("pattern.txt", "0s 1\n5s\n3s -1\n");
  EXPECT_THAT(Trouble(path), testing::HasSubstr(":2:1: \"5s\" is not a time"));
}

TEST(PatternTest, WhatIsWrongIsSaid) {
  EXPECT_THAT(Trouble("ramp:1..2", 0), testing::HasSubstr("--for 10m"));
  EXPECT_THAT(Trouble("ramp:1-2"),
              testing::HasSubstr("does not match ramp:0.1..2"));
  EXPECT_THAT(Trouble("sin:1/2s"), testing::HasSubstr("\"sine\""));
  EXPECT_THAT(Trouble("steps:0,0"), testing::HasSubstr("steps:1,2,4"));
  EXPECT_THAT(Trouble("sine:2/10s"), testing::EndsWith("from 0 to 1"));
  EXPECT_THAT(Trouble("ramp:1..2e6"), testing::EndsWith("from 0 to 1e6"));
  EXPECT_THAT(Trouble(testing::TempDir()), testing::HasSubstr("a directory"));
  EXPECT_THAT(Trouble("/dev/zero"), testing::HasSubstr("nor a file"));
  EXPECT_THAT(Trouble(""), testing::HasSubstr("nor a file"));
  // Whatever a file contains, a message about it is safe to print on a
  // terminal.
  const Scratch scratch;
  const std::string path = scratch.Write(
      "garbage.txt", "\x1b[2J\xff" + std::string(1000, 'x') + '\n');
  EXPECT_THAT(Trouble(path),
              testing::HasSubstr("\"?[2J?" + std::string(35, 'x') + "...\""));
}

}  // namespace
}  // namespace busyhour::internal

#include "check/threshold.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour::internal {
namespace {

constexpr std::array kFigures = {
    FigureName{"failed", FigureKind::kPart, true},
    FigureName{"retries", FigureKind::kCount},
    FigureName{"rate", FigureKind::kRatePart},
    FigureName{"lateness.p99", FigureKind::kTime, true},
    FigureName{"lateness.p99.9", FigureKind::kTime},
    FigureName{"recall", FigureKind::kShare},
    FigureName{"nab", FigureKind::kNumber},
    FigureName{"peak", FigureKind::kRate},
    FigureName{"memory", FigureKind::kSize},
};

std::string ProblemWith(std::string_view text) {
  std::string problem;
  EXPECT_FALSE(Threshold::Parse(text, kFigures, problem)) << text;
  return problem;
}

Check Judged(std::string_view text, const Figure& figure) {
  std::string problem;
  const auto threshold = Threshold::Parse(text, kFigures, problem);
  EXPECT_TRUE(threshold) << text << ": " << problem;
  return threshold ? threshold->Judge(figure) : Check{};
}

bool Passes(std::string_view text, double value, double whole = 0) {
  return Judged(text, {value, whole, {}}).passed;
}

TEST(ThresholdTest, ItComparesWithTheValue) {
  EXPECT_TRUE(Passes("failed=0", 0));
  EXPECT_TRUE(Passes("failed==0", 0));
  EXPECT_FALSE(Passes("failed=0", 1));
  EXPECT_TRUE(Passes("failed!=0", 1));
  EXPECT_FALSE(Passes("failed!=0", 0));
  EXPECT_TRUE(Passes("failed<20k", 19'999));
  EXPECT_FALSE(Passes("failed<20k", 20'000));
  EXPECT_TRUE(Passes("failed<=20k", 20'000));
  EXPECT_TRUE(Passes("failed>=20k", 20'000));
  EXPECT_FALSE(Passes("failed>20k", 20'000));
}

TEST(ThresholdTest, EachKindOfFigureHasItsUnits) {
  EXPECT_TRUE(Passes("lateness.p99<50ms", 49.9e6));
  EXPECT_FALSE(Passes("lateness.p99<50ms", 50.1e6));
  EXPECT_TRUE(Passes("lateness.p99.9<1.5s", 1.4e9));
  EXPECT_FALSE(Passes("lateness.p99.9<200us", 201e3));
  EXPECT_TRUE(Passes("rate>=20000/s", 20'000));
  for (const double count : {3.0, 49.0, 22'000.0}) {
    EXPECT_TRUE(Passes("failed=100%", count, count)) << "no rounding";
  }
  EXPECT_TRUE(Passes("peak<5/s", 4.9));
  EXPECT_TRUE(Passes("nab>12.5", 12.6));
  EXPECT_FALSE(Passes("nab>-12.5", -12.6));
  EXPECT_TRUE(Passes("memory<64MiB", 67'000'000));
  EXPECT_FALSE(Passes("memory<64MB", 67'000'000));
  EXPECT_FALSE(Passes("rate>=20000/s", 19'999));
  EXPECT_TRUE(Passes("recall>99%", 0.995));
  EXPECT_FALSE(Passes("recall>0.99", 0.985));
}

TEST(ThresholdTest, AShareRefersToTheWhole) {
  EXPECT_TRUE(Passes("failed<0.1%", 9, 10'000));
  EXPECT_FALSE(Passes("failed<0.1%", 11, 10'000));
  EXPECT_TRUE(Passes("rate>0.99", 995, 1000));
  EXPECT_FALSE(Passes("rate>0.99", 985, 1000));
  // Of nothing, no share fails.
  EXPECT_TRUE(Passes("failed<0.1%", 0, 0));
}

TEST(ThresholdTest, AFigureWithoutAValueMissesIt) {
  Figure figure;
  figure.is_known = false;
  const Check check = Judged("failed=0", figure);
  EXPECT_FALSE(check.passed);
  EXPECT_EQ(check.found, "nothing was measured");
}

TEST(ThresholdTest, ItSaysWhatWasFoundAndWhereItIsMissed) {
  const Check check =
      Judged("lateness.p99<50ms after 10s", {80e6, 0, {10e6, 20e6, 80e6}});
  EXPECT_EQ(check.name, "lateness.p99<50ms after 10s");
  EXPECT_EQ(check.found, "80 ms, 30 ms too much; first exceeded at t = 12 s");
  EXPECT_EQ(Judged("failed<0.1%", {20, 10'000, {0, 5, 20}}).found,
            "0.20 % (20), 0.10 % too much; first exceeded at t = 2 s");
  EXPECT_EQ(Judged("rate>0.99", {900, 1000, {}}).found,
            "90.0 %, 9.00 % too little");
  EXPECT_EQ(Judged("failed=0", {0, 0, {}}).found, "0");
  EXPECT_EQ(Judged("failed<5", {5, 0, {1, 5}}).found, "5");
  EXPECT_EQ(Judged("failed=5", {4, 0, {1, 4}}).found, "4, 1 too little");
  EXPECT_EQ(Judged("failed=5", {7, 0, {1, 4, 7}}).found,
            "7, 2 too much; first exceeded at t = 2 s");
  EXPECT_EQ(Judged("failed!=5", {5, 0, {}}).found, "5");
}

TEST(ThresholdTest, SpacesAreAllowed) {
  const Check check = Judged("  lateness.p99 < 50ms  after 10s ", {0, 0, {}});
  EXPECT_TRUE(check.passed);
  EXPECT_EQ(check.name, "lateness.p99 < 50ms  after 10s");
}

TEST(ThresholdTest, ProblemsNameTheMistake) {
  EXPECT_EQ(ProblemWith("failed"),
            "\"failed\" has no comparison; a threshold is such as failed=0");
  EXPECT_EQ(ProblemWith("faild=0"),
            "\"faild=0\" is about \"faild\", which is not a figure; did you "
            "mean \"failed\"?");
  EXPECT_EQ(ProblemWith("xyz=0"),
            "\"xyz=0\" is about \"xyz\", which is not a figure; figures are "
            "failed, retries, rate, lateness.p99, lateness.p99.9, recall, nab, "
            "peak, memory");
  EXPECT_EQ(ProblemWith("failed<50ms"),
            "\"failed<50ms\" compares with \"50ms\", which is not a number "
            "such as 0 or 20k, or a share such as 0.1%");
  EXPECT_EQ(ProblemWith("retries<1%"),
            "\"retries<1%\" compares with \"1%\", which is not a number such "
            "as 0 or 20k");
  EXPECT_EQ(ProblemWith("lateness.p99<50"),
            "\"lateness.p99<50\" compares with \"50\", which is not a duration "
            "such as 50ms, 1.5s or 200us");
  EXPECT_EQ(ProblemWith("recall>0.5 after 10s"),
            "\"recall>0.5 after 10s\" is about a figure of the whole run; "
            "leave out \"after\"");
  EXPECT_EQ(ProblemWith("failed=0 after 10ms"),
            "\"failed=0 after 10ms\" does not end with a duration in whole "
            "seconds, such as after 10s");
  for (const std::string_view text :
       {"", "=", "<", "failed=", "=0", "failed!0", " after 1s",
        "failed=0 after", "rate>2", "recall>101%", "peak<0.99",
        "lateness.p99<-1ms"}) {
    EXPECT_NE(ProblemWith(text), "") << text;
  }
}

TEST(ThresholdTest, AFileHasOneInALine) {
  const std::string path = testing::TempDir() + "thresholds.txt";
  std::ofstream(path) << "# for the nightly run\n\nfailed=0  # none\r\n"
                         "rate > 0.99\nrat>1\nlateness.p99<x\n";
  std::vector<Problem> problems;
  const auto thresholds = ReadThresholds(path, kFigures, problems);
  ASSERT_EQ(thresholds.size(), 2u);
  EXPECT_EQ(thresholds[0].text(), "failed=0");
  EXPECT_EQ(thresholds[1].text(), "rate > 0.99");
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].line, 5);
  EXPECT_EQ(problems[1].line, 6);
  EXPECT_EQ(problems[0].source, path);
  std::filesystem::remove(path);
  EXPECT_TRUE(ReadThresholds(path, kFigures, problems).empty());
  EXPECT_EQ(problems.size(), 3u);
}

}  // namespace
}  // namespace busyhour::internal

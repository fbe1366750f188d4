#include "measure/rounds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace busyhour::internal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Logs its name when it runs, and fails in run number `failing_run`.
class FakeEntrant : public Entrant {
 public:
  FakeEntrant(char name, std::string& log, int failing_run = -1)
      : name_(name), log_(log), failing_run_(failing_run) {}

  std::string Run(Sample& sample) override {
    log_ += name_;
    sample.wall_s = ++runs_;
    return runs_ == failing_run_ ? "broke" : "";
  }

 private:
  char name_;
  std::string& log_;
  int failing_run_;
  int runs_ = 0;
};

TEST(RunRoundsTest, EachRoundBeginsWithAnother) {
  std::string log;
  std::vector<std::unique_ptr<Entrant>> entrants;
  for (const char name : {'a', 'b', 'c'}) {
    entrants.push_back(std::make_unique<FakeEntrant>(name, log));
  }
  const std::vector<Result> results = RunRounds(entrants, 3, {});
  EXPECT_EQ(log,
            "abc"
            "bca"
            "cab"
            "abc");
  ASSERT_EQ(results.size(), 3u);
  for (const Result& result : results) {
    // The first run is a warm-up and not counted.
    ASSERT_EQ(result.samples.size(), 3u);
    EXPECT_EQ(result.samples[0].wall_s, 2);
    EXPECT_EQ(result.failure, "");
  }
}

TEST(RunRoundsTest, WhoFailsTakesNoMorePart) {
  std::string log;
  std::vector<std::unique_ptr<Entrant>> entrants;
  entrants.push_back(std::make_unique<FakeEntrant>('a', log, 2));
  entrants.push_back(std::make_unique<FakeEntrant>('b', log));
  const std::vector<Result> results = RunRounds(entrants, 3, {});
  EXPECT_EQ(log,
            "ab"
            "ba"
            "b"
            "b");
  EXPECT_EQ(results[0].failure, "broke");
  EXPECT_EQ(results[1].failure, "");
  EXPECT_EQ(results[1].samples.size(), 3u);
}

TEST(SpreadTest, IsMedianEndsAndMedianDeviation) {
  const std::vector<Sample> samples = {
      {4, 0, 0}, {1, 0, 0}, {2, 0, 0}, {100, 0, 0}, {3, 0, 0}};
  const Spread spread = SpreadOf(samples, &Sample::wall_s);
  EXPECT_EQ(spread.median, 3);
  EXPECT_EQ(spread.least, 1);
  EXPECT_EQ(spread.most, 100);
  EXPECT_DOUBLE_EQ(spread.deviation, 1.0 / 3);
  EXPECT_EQ(SpreadOf({{1, 0, 0}, {2, 0, 0}}, &Sample::wall_s).median, 1.5);
}

class FixedParser : public Parser {
 public:
  explicit FixedParser(Answer answer) : answer_(std::move(answer)) {}
  Answer Read(std::string_view, const Question&) override { return answer_; }

 private:
  Answer answer_;
};

class ThrowingParser : public Parser {
 public:
  Answer Read(std::string_view, const Question&) override {
    throw std::runtime_error("out of ideas");
  }
};

TEST(ParserEntrantTest, AWrongAnswerIsAFailure) {
  const Question question(Task::kCount, Frame::kJsonl, Shape::kTable,
                          LogSet::All());
  Answer truth;
  truth.records = 2;
  Answer wrong = truth;
  wrong.records = 3;
  Sample sample;
  ParserEntrant right(std::make_unique<FixedParser>(truth), "", question,
                      truth);
  EXPECT_EQ(right.Run(sample), "");
  ParserEntrant liar(std::make_unique<FixedParser>(wrong), "", question, truth);
  EXPECT_EQ(liar.Run(sample), "found 3 records, not 2");
  Answer more = truth;
  more.nulls = 1;
  ParserEntrant eager(std::make_unique<FixedParser>(more), "", question, truth);
  EXPECT_EQ(eager.Run(sample), "found more than the task requires");
  ParserEntrant thrower(std::make_unique<ThrowingParser>(), "", question,
                        truth);
  EXPECT_EQ(thrower.Run(sample), "failed: out of ideas");
}

TEST(CommandEntrantTest, ChecksWhatACommandWrites) {
  Launcher launcher;
  Answer truth;
  truth.records = 2;
  const auto check = [&](const std::string& output) {
    return OutputDifference(Task::kCount, output, truth);
  };
  Sample sample;
  CommandEntrant right(launcher, "wc -l", "a\nb\n", std::chrono::minutes(1),
                       check);
  EXPECT_EQ(right.Run(sample), "");
  EXPECT_GT(sample.wall_s, 0.0);
  CommandEntrant wrong(launcher, "wc -c", "a\nb\n", std::chrono::minutes(1),
                       check);
  EXPECT_THAT(wrong.Run(sample), HasSubstr("wrote \"4\", not 2"));
  CommandEntrant unchecked(launcher, "wc -c", "a\nb\n", std::chrono::minutes(1),
                           {});
  EXPECT_EQ(unchecked.Run(sample), "");
}

TEST(OutputDifferenceTest, TakesJson) {
  Answer truth;
  truth.records = 3;
  truth.duration_ms = 41;
  EXPECT_EQ(OutputDifference(Task::kCount, " 3\n", truth), "");
  EXPECT_EQ(OutputDifference(Task::kSum, "41", truth), "");
  EXPECT_EQ(OutputDifference(Task::kSum, "41.0", truth), "");
  EXPECT_NE(OutputDifference(Task::kSum, "41.5", truth), "");
  EXPECT_NE(OutputDifference(Task::kSum, "", truth), "");
  EXPECT_NE(OutputDifference(Task::kSum, "41 41", truth), "");
  EXPECT_EQ(OutputDifference(Task::kFailures, "{}", truth), "");
  truth.failures = {{"Play", 2}, {"Hold", 1}};
  EXPECT_EQ(OutputDifference(Task::kFailures, R"({"Play":2,"Hold":1})", truth),
            "");
  EXPECT_EQ(OutputDifference(Task::kFailures, "{\"Play\":\t2}", truth),
            R"(wrote "{"Play": 2}", not {"Hold":1,"Play":2})");
}

}  // namespace
}  // namespace busyhour::internal

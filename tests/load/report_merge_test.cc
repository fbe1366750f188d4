#include "load/report_merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "load/figures.h"
#include "load/verdict.h"

namespace busyhour::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::size_t kRunSeconds = 4;

// A run that sends `records` records in each second, acknowledged `ack` later,
// but for the last second, which fails. Times are kept from second 2 on.
std::string ReportOf(std::uint32_t shard, std::uint64_t records, Nanos ack,
                     std::int64_t began_ms = 0) {
  LoadResult result;
  result.began = {began_ms};
  result.account.KeepWindows({2});
  for (std::size_t i = 0; i < kRunSeconds; ++i) {
    LoadBatch batch;
    batch.index = i;
    batch.records = records;
    batch.ranges[0] = {records * i, records};
    batch.bytes = "x";
    batch.plain_bytes = 1;
    batch.BeDueAt(static_cast<Nanos>(i) * kNanosPerSecond);
    result.account.Advance(batch.due, {});
    result.account.Plan(batch);
    result.account.Send(batch, batch.due, true);
    batch.sent = batch.due;
    if (i + 1 < kRunSeconds) {
      result.account.Acknowledge(batch, batch.due + ack, {},
                                 Certainty::kConfirmed);
    } else {
      result.account.NoteError("503", "later", records);
      result.account.End(batch, Ending::kFailed);
    }
  }
  result.account.Finish(static_cast<Nanos>(kRunSeconds) * kNanosPerSecond - 1);
  LoadPlan plan;
  plan.job.shard = {shard, 2};
  plan.end = 4 * kNanosPerSecond;
  result.plan_end = plan.end;
  result.changes = {
      {kNanosPerSecond, RunChangeKind::kPause, 100, 0, AskedBy::kSignal}};
  result.rate_unit = "records/s";
  LoadFacts facts;
  facts.place = {"busyhour load", "host" + std::to_string(shard), 0.5};
  facts.job_json = JobText(plan.job, true);
  facts.target = "null:";
  facts.plan = "100 records/s";
  facts.slo = 100 * kMillisecond;
  facts.checks = {{"failed=0", false, "1"}};
  return LoadJson(result, plan, facts);
}

LoadReport MergedOf(const std::vector<std::string>& texts,
                    std::vector<std::string>& problems) {
  std::vector<NamedReport> reports;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    reports.emplace_back(std::to_string(i), nlohmann::json::parse(texts[i]));
  }
  std::vector<Problem> found;
  LoadReport report = MergeReports(reports, found);
  for (const Problem& problem : found) problems.push_back(problem.Text());
  return report;
}

LoadReport MergedOf(const std::vector<std::string>& texts) {
  std::vector<std::string> problems;
  LoadReport report = MergedOf(texts, problems);
  EXPECT_THAT(problems, IsEmpty());
  return report;
}

std::vector<Check> Judged(const LoadReport& report,
                          const std::vector<std::string>& texts) {
  std::vector<Threshold> thresholds;
  std::string problem;
  for (const std::string& text : texts) {
    thresholds.push_back(
        Threshold::Parse(text, LoadFigures(), problem).value());
  }
  return JudgeLoad(thresholds, report.result, report.plan);
}

TEST(LoadReportTest, IsReadAsItWasWritten) {
  const std::string text = ReportOf(1, 64, 2 * kMillisecond);
  std::vector<std::string> problems;
  const LoadReport read =
      ReadLoadReport(nlohmann::json::parse(text),
                     [&](const std::string& at, const std::string& what) {
                       problems.push_back(at + what);
                     });
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_EQ(nlohmann::json::parse(LoadJson(read.result, read.plan, read.facts)),
            nlohmann::json::parse(text));
}

TEST(MergeReportsTest, AddsCountsTimesAndSeconds) {
  const LoadReport sum = MergedOf(
      {ReportOf(1, 100, 6 * kMillisecond), ReportOf(0, 300, 2 * kMillisecond)});
  const Account& account = sum.result.account;
  EXPECT_EQ(account.planned(), 1600u);
  EXPECT_EQ(account.count(Ending::kAcknowledged), 1200u);
  EXPECT_EQ(account.latency().count(), 1200u);
  EXPECT_NEAR(account.latency().mean(), 3e6, 1);
  EXPECT_NEAR(static_cast<double>(account.latency().Quantile(0.75)), 2e6, 1e4);
  EXPECT_EQ(account.latency().max(), 6'000'000);
  ASSERT_EQ(account.seconds().size(), kRunSeconds);
  EXPECT_EQ(account.seconds()[3].endings[1], 400u);
  EXPECT_EQ(account.errors().at("503").records, 400u);
  EXPECT_EQ(sum.plan.job.shard.count, 1u);
  EXPECT_EQ(sum.facts.plan, "2 x 100 records/s");
  EXPECT_EQ(sum.facts.place.host, "host0, host1");
  EXPECT_EQ(sum.facts.shards[1].planned, 400u);
  EXPECT_NEAR(OfferedRecordRate(sum.result, sum.plan), 400, 0.001);
}

// A threshold judges the times of all runs from a second on, if these are the
// same seconds.
TEST(MergeReportsTest, JudgesTheWindowsOfRunsThatBeganTogether) {
  const std::vector<std::string> texts = {"ack.max<5ms after 2s",
                                          "ack.max<7ms after 2s"};
  const auto found = [&](std::int64_t apart_ms) {
    std::vector<std::string> words;
    for (const Check& check :
         Judged(MergedOf({ReportOf(0, 100, 2 * kMillisecond),
                          ReportOf(1, 100, 6 * kMillisecond, apart_ms)}),
                texts)) {
      words.push_back((check.passed ? "passed " : "missed ") + check.found);
    }
    return words;
  };
  EXPECT_THAT(found(100), ElementsAre(HasSubstr("missed 6 ms"), "passed 6 ms"));
  EXPECT_THAT(found(900), ElementsAre("missed nothing was measured",
                                      "missed nothing was measured"));
}

TEST(MergeReportsTest, SecondsAreThoseOfTheClock) {
  const LoadReport sum = MergedOf({ReportOf(0, 100, kMillisecond, 7000),
                                   ReportOf(1, 30, kMillisecond, 5400)});
  std::vector<std::uint64_t> planned;
  for (const LoadSecond& second : sum.result.account.seconds()) {
    planned.push_back(second.planned);
  }
  EXPECT_THAT(planned, ElementsAre(30, 30, 130, 130, 100, 100));
  EXPECT_EQ(sum.result.began.ms, 5400);
  EXPECT_THAT(LoadVerdict(sum.result, sum.plan, sum.facts),
              HasSubstr("the runs began 1.6 s apart"));
}

TEST(MergeReportsTest, RunsThatBeganFarApartAreRefused) {
  std::vector<std::string> problems;
  MergedOf({ReportOf(0, 1, 1, 2 * kMsPerDay), ReportOf(1, 1, 1, 0)}, problems);
  EXPECT_THAT(problems,
              ElementsAre(HasSubstr("0: /started  is more than a day after")));
}

TEST(MergeReportsTest, NamesEachDifferenceAndEachMissingShard) {
  nlohmann::json other = nlohmann::json::parse(ReportOf(1, 1, 1));
  other["seed"] = 2;
  other["job"]["logs"] = {"usage"};
  other["thresholds"][0]["name"] = "failed<9";
  std::vector<std::string> problems;
  MergedOf({ReportOf(1, 1, 1), other.dump()}, problems);
  EXPECT_THAT(problems,
              testing::IsSupersetOf(
                  {HasSubstr("1: /seed  2 is not that of 0, 1"),
                   HasSubstr("1: /thresholds/0  \"failed<9\" is not that of 0"),
                   HasSubstr("1: is of shard 1/2, as 0 is"),
                   HasSubstr("the report of shard 0 of 2 is missing")}));
}

}  // namespace
}  // namespace busyhour::internal

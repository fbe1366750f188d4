#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "load/report.h"
#include "report/changes.h"
#include "report/run_part.h"
#include "report/run_report.h"

namespace busyhour::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The report of a run that sends a batch of 100 records in each second, which
// are acknowledged `ack_ms` later.
nlohmann::json ReportOf(std::size_t seconds,
                        const std::function<double(std::size_t)>& ack_ms) {
  LoadResult result;
  for (std::size_t i = 0; i < seconds; ++i) {
    LoadBatch batch;
    batch.index = i;
    batch.records = 100;
    batch.ranges[0] = {100 * i, 100};
    batch.bytes = "x";
    batch.first_due = batch.due = static_cast<Nanos>(i) * kNanosPerSecond;
    result.account.Advance(batch.due, {});
    result.account.Plan(batch);
    result.account.Send(batch, batch.due, true);
    batch.sent = batch.due;
    result.account.Acknowledge(batch,
                               batch.due + static_cast<Nanos>(ack_ms(i) * 1e6),
                               {}, Certainty::kConfirmed);
  }
  result.account.Finish(static_cast<Nanos>(seconds) * kNanosPerSecond - 1);
  LoadFacts facts;
  facts.job_json = JobText(Job(), false);
  facts.target = "null:";
  facts.passed = true;
  facts.slo = 100 * kMillisecond;
  facts.checks = {{"failed=0", true, "0"}, {"ack.p99<1ms", false, "2 ms"}};
  return nlohmann::json::parse(LoadJson(result, LoadPlan(), facts));
}

RunReport ReadWithout(const nlohmann::json& json,
                      std::vector<std::string>& problems) {
  return ReadRunReport(
      json, [&](const std::string& pointer, const std::string& message) {
        problems.push_back(pointer + ": " + message);
      });
}

RunReport Read(const nlohmann::json& json) {
  std::vector<std::string> problems;
  RunReport report = ReadWithout(json, problems);
  EXPECT_THAT(problems, IsEmpty());
  return report;
}

double Constant(std::size_t) { return 2; }

TEST(RunReportTest, ReadsWhatLoadWrites) {
  const RunReport report = Read(ReportOf(3, Constant));
  EXPECT_EQ(report.records, (std::vector<std::uint64_t>{300, 300, 0, 0, 0}));
  EXPECT_EQ(report.series.size(), 3u);
  EXPECT_EQ(report.latency.ns.count(), 300u);
  EXPECT_EQ(report.latency.ns.max(), 2'000'000);
  ASSERT_EQ(report.logs.size(), 1u);
  EXPECT_EQ(report.logs[0].second, report.records);
  EXPECT_FALSE(report.thresholds[1].passed);
}

TEST(RunReportTest, EachProblemHasItsPlace) {
  nlohmann::json json = ReportOf(2, Constant);
  json.erase("target");
  json["seed"] = "one";
  json["series"][1]["sent"] = -1;
  json["series"][1]["t"] = 0u;
  json["latency_from_sent"]["buckets"]["ms"].push_back(1);
  json["lateness"]["buckets"]["ms"][0] = "soon";
  json["thresholds"][0] = 3;
  std::vector<std::string> problems;
  ReadWithout(json, problems);
  EXPECT_THAT(
      problems,
      ElementsAre(
          HasSubstr("/seed: \"one\" is not a whole number"),
          "/target: is missing", "/thresholds/0: is not an object",
          "/lateness/buckets/ms/0: is not a time with a number of records",
          "/lateness/count: is not the number of records in the buckets",
          "/latency_from_sent/buckets/records: has another length than ms",
          "/latency_from_sent/count: is not the number of records in the "
          "buckets",
          "/series/1/t: is not the number of the second",
          HasSubstr("/series/1/sent: -1 is not a whole number")));
}

TEST(RunReportTest, NoJsonIsTrusted) {
  for (const char* const text :
       {"{}", "{\"series\": 1}", "{\"series\": [1]}", "{\"logs\": [[]]}",
        "{\"errors\": [{}], \"lateness\": {\"buckets\": {\"ms\": 1}}}"}) {
    std::vector<std::string> problems;
    ReadWithout(nlohmann::json::parse(text), problems);
    EXPECT_FALSE(problems.empty()) << text;
  }
}

TEST(RunPartTest, ALongRunHasLongerRows) {
  const RunReport run = Read(ReportOf(
      1000, [](std::size_t second) { return second == 500 ? 90.0 : 2.0; }));
  const ReportPart part = PartOf(run, nullptr);
  for (const PageBlock& block : part.blocks) {
    const auto* const group = std::get_if<ChartGroup>(&block);
    if (group == nullptr) continue;
    for (const Chart& chart : group->charts) {
      EXPECT_LE(chart.x.size(), 400u) << chart.title;
      if (chart.title != "Acknowledgement") continue;
      // The row of seconds 500 to 504 shows the slow one.
      EXPECT_EQ(chart.x[100], 500);
      EXPECT_NEAR(chart.series[1].values[100], 90, 0.5);
      EXPECT_THAT(chart.remark, HasSubstr("Highest of each 5 s."));
      ASSERT_EQ(chart.limits.size(), 1u);
      EXPECT_EQ(chart.limits[0].value, 1);
      EXPECT_EQ(chart.limits[0].name, "ack.p99<1ms");
    }
  }
}

// The meaning of the change of the 99th percentile of acknowledgements.
std::string MeaningOfAck(const RunReport& run, const RunReport& old) {
  for (const std::vector<Cell>& row : ChangesOf(run, old).rows) {
    if (row[0].text == "ack p99, ms") return row.back().text;
  }
  return "";
}

TEST(ChangesTest, OnlyMoreThanNoiseIsAChange) {
  const auto noisy = [](double mean) {
    return [mean](std::size_t second) {
      return mean + static_cast<double>(second * 7919 % 101) / 50;
    };
  };
  const RunReport fast = Read(ReportOf(60, noisy(4)));
  const RunReport other = Read(ReportOf(60, noisy(4.01)));
  const RunReport slow = Read(ReportOf(60, noisy(8)));
  EXPECT_EQ(MeaningOfAck(other, fast), "within noise");
  EXPECT_EQ(MeaningOfAck(slow, fast), "worse");
  EXPECT_EQ(MeaningOfAck(fast, slow), "better");
  EXPECT_EQ(MeaningOfAck(Read(ReportOf(5, noisy(4))), slow),
            "too short to tell");
}

}  // namespace
}  // namespace busyhour::internal

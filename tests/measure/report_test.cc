#include "measure/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace busyhour::internal {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

CorpusInfo Info1000() {
  CorpusInfo corpus;
  corpus.source = "test";
  corpus.bytes = 700'000;
  corpus.records = 1000;
  return corpus;
}

TaskReport Report() {
  TaskReport report;
  report.task = Task::kSum;
  report.rows.push_back({"floor",
                         "floor",
                         "memchr",
                         {{{0.001, 0.001, 0}, {0.001, 0.001, 0}}, ""}});
  report.rows.push_back(
      {"say \"hi\", you", "command", "", {{{0.01, 0.02, 4096}}, ""}});
  report.rows.push_back({"broken\xff", "command", "", {{}, "ended"}});
  return report;
}

TEST(FiguresTest, FollowFromTheMedian) {
  const TaskReport report = Report();
  const auto figures = FiguresOf(report.rows[1], report.rows[0], Info1000());
  ASSERT_TRUE(figures.has_value());
  EXPECT_DOUBLE_EQ(figures->bytes_per_s, 70e6);
  EXPECT_DOUBLE_EQ(figures->records_per_s, 100'000);
  EXPECT_DOUBLE_EQ(figures->ns_per_record, 10'000);
  EXPECT_DOUBLE_EQ(figures->times_floor, 10);
  EXPECT_EQ(figures->peak_bytes, 4096u);
  EXPECT_FALSE(FiguresOf(report.rows[2], report.rows[0], Info1000()));
}

TEST(ReportTest, JsonHoldsEveryRow) {
  const TaskReport report = Report();
  const auto json =
      nlohmann::json::parse(ReportJson(Info1000(), 2, std::span(&report, 1)));
  EXPECT_EQ(json["corpus"]["records"], 1000);
  EXPECT_EQ(json["rounds"], 2);
  const auto& results = json["tasks"][0]["results"];
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[0]["kind"], "floor");
  EXPECT_EQ(results[1]["name"], "say \"hi\", you");
  EXPECT_EQ(results[1]["ok"], true);
  EXPECT_EQ(results[1]["peak_bytes"], 4096);
  EXPECT_EQ(results[2]["ok"], false);
  EXPECT_EQ(results[2]["failure"], "ended");
}

TEST(ReportTest, CsvHasOneLineARow) {
  const TaskReport report = Report();
  const std::string csv = ReportCsv(Info1000(), std::span(&report, 1));
  std::size_t lines = 0;
  std::size_t begin = 0;
  std::vector<std::size_t> commas;
  while (begin < csv.size()) {
    const std::size_t end = csv.find('\n', begin);
    const std::string line = csv.substr(begin, end - begin);
    bool is_quoted = false;
    std::size_t count = 0;
    for (const char c : line) {
      if (c == '"') is_quoted = !is_quoted;
      count += c == ',' && !is_quoted;
    }
    commas.push_back(count);
    ++lines;
    begin = end + 1;
  }
  EXPECT_EQ(lines, 4u);
  EXPECT_THAT(commas, testing::Each(commas[0]));
  EXPECT_THAT(csv,
              HasSubstr("sum,\"say \"\"hi\"\", you\",command,,true,,0.01,"));
  EXPECT_THAT(csv, StartsWith("task,name,"));
}

}  // namespace
}  // namespace busyhour::internal

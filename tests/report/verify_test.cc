#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "report/verify_part.h"

namespace busyhour::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

nlohmann::json VerdictWithSeries() {
  return nlohmann::json::parse(R"({
    "passed": false, "exceeded": ["lost"], "calls": 10, "bytes": 2000,
    "total": {"sent": 100, "received": 90, "lost": 10, "duplicated": 0,
              "altered": 0, "foreign": 0, "undecodable": 0, "out_of_order": 0},
    "logs": {}, "altered_fields": {}, "examples": [],
    "hints": [{"about": "lost", "text": "Everything after 08:01 is missing."}],
    "series": {"period_s": 60, "from": "2026-03-02T08:00:00Z",
               "sent": [50, 50], "arrived": [50, 40], "altered": [0, 0],
               "duplicated": [0, 0], "out_of_order": [0, 0],
               "lost": [0, 10]}})");
}

ReportPart PartOfJson(const nlohmann::json& json,
                      std::vector<std::string>& problems) {
  const VerifyReport verification = ReadVerification(
      json, [&](const std::string& pointer, const std::string& message) {
        problems.push_back(pointer + ": " + message);
      });
  return PartOf(verification, nullptr);
}

const ChartGroup* ChartsIn(const ReportPart& part) {
  for (const PageBlock& block : part.blocks) {
    if (const auto* const group = std::get_if<ChartGroup>(&block)) return group;
  }
  return nullptr;
}

TEST(VerifyPartTest, ShowsWhenRecordsWereLost) {
  std::vector<std::string> problems;
  const ReportPart part = PartOfJson(VerdictWithSeries(), problems);
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_EQ(part.verdict.sentence, "10 (10 %) lost; 100 records were sent.");
  const ChartGroup* const group = ChartsIn(part);
  ASSERT_NE(group, nullptr);
  const Chart& chart = group->charts[0];
  EXPECT_THAT(chart.x_texts,
              ElementsAre("2026-03-02T08:00:00Z", "2026-03-02T08:01:00Z"));
  EXPECT_THAT(chart.series[0].values, ElementsAre(0, 10));
  EXPECT_EQ(HighestWords(chart),
            "Highest lost: 10 records, at 2026-03-02T08:01:00Z.");
}

TEST(VerifyPartTest, ALongSeriesHasLongerPeriods) {
  nlohmann::json json = VerdictWithSeries();
  for (auto& [name, values] : json["series"].items()) {
    if (values.is_array()) values = std::vector<unsigned>(1000, 2);
  }
  std::vector<std::string> problems;
  const ReportPart part = PartOfJson(json, problems);
  EXPECT_THAT(problems, IsEmpty());
  const Chart& chart = ChartsIn(part)->charts[0];
  EXPECT_EQ(chart.x.size(), 334u);
  EXPECT_EQ(chart.x[1] - chart.x[0], 180);
  EXPECT_EQ(chart.series[0].values[0], 6);
}

TEST(VerifyPartTest, EachProblemHasItsPlace) {
  nlohmann::json json = VerdictWithSeries();
  json["series"]["lost"].push_back(1u);
  json["series"]["altered"][1] = "many";
  json["series"]["from"] = "today";
  json["total"]["lost"] = nullptr;
  json["hints"][0] = 1u;
  std::vector<std::string> problems;
  PartOfJson(json, problems);
  EXPECT_THAT(
      problems,
      ElementsAre("/total/lost: null is not a whole number from 0 to "
                  "281,474,976,710,656",
                  "/hints/0: is not an object", "/series/from: is not a time",
                  "/series/lost: has another length than sent",
                  "/series/altered: has a value that is not a whole number"));
}

// The meaning of the change of the share of lost records.
std::string MeaningOfLosses(const nlohmann::json& json,
                            const nlohmann::json& old) {
  const AddProblem ignored = [](const std::string&, const std::string&) {};
  const VerifyReport before = ReadVerification(old, ignored);
  const ReportPart part = PartOf(ReadVerification(json, ignored), &before);
  return std::get<Table>(part.blocks.front()).rows[0].back().text;
}

TEST(VerifyPartTest, OnlyMoreThanNoiseIsAChange) {
  const auto made = [](unsigned lost) {
    nlohmann::json json = VerdictWithSeries();
    for (auto& [name, values] : json["series"].items()) {
      if (values.is_array()) values = std::vector<unsigned>(100, 50);
    }
    unsigned sum = 0;
    for (unsigned i = 0; i < 100; ++i) {
      json["series"]["lost"][i] = lost + i * 7919 % 5;
      sum += lost + i * 7919 % 5;
    }
    json["total"]["sent"] = 5000u;
    json["total"]["lost"] = sum;
    return json;
  };
  nlohmann::json other = made(2);
  other["series"]["lost"][3] = 6u;
  other["total"]["lost"] = other["total"]["lost"].get<unsigned>() + 1;
  EXPECT_EQ(MeaningOfLosses(other, made(2)), "within noise");
  EXPECT_EQ(MeaningOfLosses(made(6), made(2)), "worse");
  EXPECT_EQ(MeaningOfLosses(made(2), made(6)), "better");
  EXPECT_EQ(MeaningOfLosses(made(2), VerdictWithSeries()), "too short to tell");
}

}  // namespace
}  // namespace busyhour::internal

#include "score/alerts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/test_files.h"
#include "score/occurrences.h"

namespace busyhour::internal {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

class AlertsTest : public testing::Test {
 protected:
  std::vector<Alert> Alerts(const std::string& text) {
    Write(text);
    Occurrences occurrences;
    occurrences.incidents = {"a", "b"};
    return ReadAlerts(path_, occurrences, problems_);
  }
  Occurrences Labels(const std::string& text) {
    Write(text);
    return ReadOccurrences(path_, problems_);
  }
  std::vector<std::string> Problems() const {
    std::vector<std::string> texts;
    for (const Problem& problem : problems_) {
      texts.push_back(problem.Text().substr(path_.size()));
    }
    return texts;
  }

  std::vector<Problem> problems_;

 private:
  void Write(const std::string& text) { scratch_.Write("file.txt", text); }

  const Scratch scratch_;
  const std::string path_ = scratch_.Path("file.txt");
};

constexpr SimTime kNine{1'772'442'000'000};  // 2026-03-02T09:00:00Z

TEST_F(AlertsTest, ReadsCsv) {
  EXPECT_THAT(
      Alerts("\xEF\xBB\xBFtitle,time,cause\r\n"
             "\"two\nlines, \"\"x\"\"\",2026-03-02T09:00:00Z,b\r\n"
             "x,2026-03-02T10:00:00+01:00,\r\n\r\n"
             "x,2026-03-02T09:00:00Z,c"),
      ElementsAre(Alert{kNine, kNine, 1}, Alert{kNine, kNine, Alert::kNoCause},
                  Alert{kNine, kNine, Alert::kUnknownCause}));
  EXPECT_THAT(Problems(), ElementsAre());
}

TEST_F(AlertsTest, ReadsJsonLines) {
  EXPECT_THAT(
      Alerts("{\"time\":\"2026-03-02T09:00:00Z\",\"incident\":\"a\"}\n\n"
             "{\"from\":\"2026-03-02T09:00:00Z\",\"to\":\"\"}\n"
             "{\"from\":\"2026-03-02T09:00:00Z\","
             "\"to\":\"2026-03-02T09:00:01Z\",\"cause\":null}\n"),
      ElementsAre(Alert{kNine, kNine, 0},
                  Alert{kNine, kLatestTime, Alert::kNoCause},
                  Alert{kNine, {kNine.ms + 1'000}, Alert::kNoCause}));
  EXPECT_THAT(Problems(), ElementsAre());
}

TEST_F(AlertsTest, ReportsAllProblemsOfCsv) {
  Alerts(
      "from;to\nnever;2026-03-02T09:00:00Z\n"
      "2026-03-02T09:00:00Z;2026-03-02T08:00:00Z\n1;2;3\n\"x\n");
  EXPECT_THAT(
      Problems(),
      ElementsAre(":2:1: from: \"never\" is not a time from 1970 to 2499, such "
                  "as 2026-03-02T09:00:00Z",
                  ":3:1: \"to\" is before \"from\"",
                  ":4:1: the line has 3 cells, the header has 2",
                  HasSubstr(":5:1: the line is not CSV")));
}

TEST_F(AlertsTest, ReportsAllProblemsOfJsonLines) {
  Alerts("{\"from\":7}\n{}\n[1]\n{\"time\"\n");
  EXPECT_THAT(Problems(),
              ElementsAre(HasSubstr(":1:9: /from  7 is not a time"),
                          HasSubstr(":2:1: \"time\" is missing"),
                          HasSubstr(":3:1: a list of 1 is not an object"),
                          HasSubstr(":4:")));
}

TEST_F(AlertsTest, ExplainsAHeaderWithoutTime) {
  Alerts("Time,cause\n");
  EXPECT_THAT(Problems(), ElementsAre(HasSubstr("did you mean \"time\"?")));
}

TEST_F(AlertsTest, StopsAfterManyProblems) {
  std::string text = "time\n";
  for (int i = 0; i < 100'000; ++i) text += "x\n";
  Alerts(text);
  EXPECT_EQ(problems_.size(), 101u);
  EXPECT_THAT(Problems().back(), EndsWith("and at least 300 problems more"));
}

TEST_F(AlertsTest, RefusesALongLine) {
  Alerts("time\n" + std::string(2 << 20, 'x'));
  EXPECT_THAT(Problems(), ElementsAre(":2:1: the line is longer than 1 MiB"));
}

TEST_F(AlertsTest, ManyOpenCellsTakeLinearTime) {
  std::string text = "time\n\"\n";
  for (int i = 0; i < 300'000; ++i) text += "\",x\",\"\n";
  Alerts(text);
  EXPECT_FALSE(problems_.empty());
}

TEST_F(AlertsTest, NoAlertsAreNoProblem) {
  EXPECT_THAT(Alerts("time\n"), ElementsAre());
  EXPECT_THAT(Alerts(""), ElementsAre());
  EXPECT_THAT(Problems(), ElementsAre());
}

TEST_F(AlertsTest, ReadsLabels) {
  const Occurrences read = Labels(
      R"({"type":"record","incident":"b"}
{"type":"incident","incident":"b","from":"2026-03-02T09:00:00Z","to":"","scope":{},"effect_from":"2026-03-02T08:59:59Z","effect_to":"2026-03-02T09:01:00Z"}
{"type":"incident","incident":"c","from":"2026-03-02T09:00:00Z","to":"2026-03-02T09:02:00Z","no_effect":true}
)");
  EXPECT_THAT(Problems(), ElementsAre());
  EXPECT_THAT(read.incidents, ElementsAre("b", "c"));
  ASSERT_EQ(read.list.size(), 1u);
  EXPECT_EQ(read.list[0].to, kLatestTime);
  EXPECT_EQ(read.list[0].last_effect.ms, kNine.ms + 60'000);
  EXPECT_EQ(read.without_effect, 1u);
  EXPECT_EQ(read.first.ms, kNine.ms - 1'000);
  EXPECT_EQ(read.last.ms, kNine.ms + 120'000);
}

TEST_F(AlertsTest, ReportsProblemsOfLabels) {
  Labels(
      "{\"id\":\"x\",\"fault\":\"drop\"}\n"
      "{\"type\":\"incident\",\"incident\":\"b\"}\n");
  EXPECT_THAT(Problems(),
              ElementsAre(HasSubstr("as generate --incident-labels writes"),
                          HasSubstr("\"from\" is missing"),
                          HasSubstr("\"to\" is missing"),
                          HasSubstr("\"effect_from\" is missing"),
                          HasSubstr("\"effect_to\" is missing")));
}

TEST_F(AlertsTest, ReadsWhenAnEffectIsNearlyOver) {
  const Occurrences read = Labels(
      R"({"type":"incident","incident":"b","from":"2026-03-02T09:00:00Z","to":"2026-03-02T09:01:00Z","effect_from":"2026-03-02T09:00:00Z","effect_to":"2026-03-02T11:00:00Z","effect_to_p99":"2026-03-02T09:05:00Z"})");
  EXPECT_THAT(Problems(), ElementsAre());
  ASSERT_EQ(read.list.size(), 1u);
  EXPECT_EQ(read.list[0].last_effect.ms, kNine.ms + 5 * 60'000);
  EXPECT_EQ(read.last.ms, kNine.ms + 120 * 60'000);
}

TEST_F(AlertsTest, LinesOfSeveralResourcesAreOneOccurrence) {
  const Occurrences read = Labels(
      R"({"type":"incident","incident":"b","from":"2026-03-02T09:00:00Z","to":"2026-03-02T09:01:00Z","resource":"One","effect_from":"2026-03-02T09:00:00Z","effect_to":"2026-03-02T09:02:00Z"}
{"type":"incident","incident":"b","from":"2026-03-02T09:00:00Z","to":"2026-03-02T09:01:00Z","resource":"two","no_effect":true}
{"type":"incident","incident":"b","from":"2026-03-02T09:00:00Z","to":"2026-03-02T09:01:00Z","resource":"three","effect_from":"2026-03-02T09:00:00Z","effect_to":"2026-03-02T09:03:00Z"}
)");
  EXPECT_THAT(Problems(), ElementsAre());
  EXPECT_THAT(read.resources, ElementsAre("one", "two", "three"));
  ASSERT_EQ(read.list.size(), 1u);
  EXPECT_THAT(read.list[0].resources, ElementsAre(0, 2));
  EXPECT_EQ(read.list[0].last_effect.ms, kNine.ms + 3 * 60'000);
  EXPECT_EQ(read.without_effect, 0u);
}

TEST_F(AlertsTest, ReadsLabelsWithoutIncidents) {
  EXPECT_TRUE(Labels("").empty());
  EXPECT_THAT(Problems(), ElementsAre());
}

}  // namespace
}  // namespace busyhour::internal

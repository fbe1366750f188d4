#include "job/fault_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "job/read_job.h"
#include "profile/load.h"

namespace busyhour::internal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> Messages(const std::vector<Problem>& problems) {
  std::vector<std::string> texts;
  for (const Problem& problem : problems) texts.push_back(problem.Text());
  return texts;
}

TEST(FaultRulesTest, ReadAsTheyAreNoted) {
  std::vector<Problem> problems;
  const JobSpec spec = SpecOf({{"fault", "drop=0.1%"},
                               {"fault", "corrupt=0.25"},
                               {"fault", "blank_line=1"}},
                              problems);
  const Job job = ResolveJob(spec, LoadProfile("quickstart"), problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_THAT(AddedFaults(job),
              ElementsAre("drop=0.001", "corrupt=0.25", "blank_line=1"));
}

TEST(FaultRulesTest, SaysWhatAFrameCannotHold) {
  std::vector<Problem> problems;
  const JobSpec spec = SpecOf({{"fault", "truncate=0.1"},
                               {"fault", "missing_field=1"},
                               {"frame", "query"}},
                              problems);
  ResolveJob(spec, LoadProfile("quickstart"), problems);
  EXPECT_THAT(
      Messages(problems),
      ElementsAre(
          "--fault: \"truncate\" in frame query would make a whole message "
          "unreadable; use frame jsonl, csv, octets or record",
          "--fault: \"missing_field\" requires records that name their fields; "
          "use frame jsonl, array, event-hub, octets, record, elastic, "
          "splunk, loki or otlp"));
}

FaultRule RuleOf(FaultKind kind, std::string field) {
  FaultRule rule;
  rule.kind = kind;
  rule.rate = 0.1;
  rule.field = std::move(field);
  return rule;
}

TEST(FaultRulesTest, SaysWhatIsWrongWithAProfilesRules) {
  Profile profile = LoadProfile("quickstart");
  profile.faults = {RuleOf(FaultKind::kMissingField, "durationMS"),
                    RuleOf(FaultKind::kWrongType, "RecordIdd"),
                    RuleOf(FaultKind::kCorrupt, "")};
  profile.faults[1].logs = {LogType::kUsage};
  std::vector<Problem> problems;
  ResolveJob(SpecOf({{"compress", "lz4"}}, problems), profile, problems);
  ASSERT_EQ(problems.size(), 4u);
  EXPECT_THAT(problems[2].Text(),
              HasSubstr("profile quickstart: /faults/1/field  \"RecordIdd\" is "
                        "not a field of any log; did you mean"));
  EXPECT_THAT(problems[3].Text(), HasSubstr("lz4"));
  profile.faults[1].field = "ResultCode";
  problems.clear();
  ResolveJob({}, profile, problems);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_THAT(problems[0].Text(),
              HasSubstr("\"ResultCode\" is not a field of the rule's logs in "
                        "shape resource-log"));
}

}  // namespace
}  // namespace busyhour::internal

#include "verify/verdict.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "verify/verdict_json.h"

namespace busyhour::internal {
namespace {

Verdict SomeVerdict() {
  Verdict verdict;
  VerifyCounts& counts = verdict.logs[2];
  counts.sent = 1000;
  counts.received = 1001;
  counts.lost = 1;
  counts.duplicated = 2;
  verdict.total = counts;
  return verdict;
}

using Kinds = std::vector<std::string_view>;

Kinds ExceededWith(const std::string& words) {
  Allowance allowance;
  std::vector<Problem> problems;
  allowance.Read(words, problems);
  EXPECT_TRUE(problems.empty());
  return allowance.Exceeded(SomeVerdict());
}

TEST(VerdictTest, AllowsWhatItIsTold) {
  EXPECT_EQ(Allowance().Exceeded(SomeVerdict()), (Kinds{"lost", "duplicated"}));
  EXPECT_EQ(ExceededWith("lost=1"), (Kinds{"duplicated"}));
  EXPECT_EQ(ExceededWith("lost=0.1%,duplicated=0.2%"), Kinds{});
  EXPECT_EQ(ExceededWith("lost=0.09%,duplicated=2"), (Kinds{"lost"}));
}

// For all percentages n and numbers of records 100 k: n % of them are exactly n
// k records.
TEST(VerdictTest, SharesAreExact) {
  for (std::uint64_t percent = 0; percent <= 100; ++percent) {
    for (const std::uint64_t sent :
         {100ull, 200ull, 123'400ull, 90'000'000'000'000'000ull}) {
      for (const char* zeros : {"%", ".0%", " %", ".000000000000000%"}) {
        Allowance allowance;
        std::vector<Problem> problems;
        allowance.Read("lost=" + std::to_string(percent) + zeros, problems);
        ASSERT_TRUE(problems.empty());
        Verdict verdict;
        verdict.total.sent = sent;
        verdict.total.lost = sent / 100 * percent;
        EXPECT_EQ(allowance.Exceeded(verdict), Kinds{}) << percent << zeros;
        ++verdict.total.lost;
        EXPECT_EQ(allowance.Exceeded(verdict), Kinds{"lost"}) << percent;
      }
    }
  }
  for (const char* words :
       {"lost=0.%", "lost=.%", "lost=%", "lost=1e1%", "lost=100.1%", "lost=-1%",
        "lost=1..2%", "lost=0.0000000000001%", "lost=nan%"}) {
    Allowance allowance;
    std::vector<Problem> problems;
    allowance.Read(words, problems);
    EXPECT_EQ(problems.size(), 1u) << words;
  }
}

TEST(VerdictTest, RefusesAllThatIsWrong) {
  Allowance allowance;
  std::vector<Problem> problems;
  allowance.Read("lots=1,lost=-1,lost,altered=101%,sent=1", problems);
  ASSERT_EQ(problems.size(), 5u);
  EXPECT_EQ(problems[0].message,
            "\"lots\" is not a count of the verdict; did you mean \"lost\"?");
}

TEST(VerdictTest, HeadlineHasTheCountsThatMatter) {
  Verdict verdict;
  verdict.total.sent = 11'203;
  EXPECT_EQ(Headline(verdict, Allowance()),
            "PASSED: all 11,203 records arrived, none altered");
  verdict.total.lost = 76;
  verdict.total.altered = 3;
  verdict.total.foreign = 2;
  verdict.total.out_of_order = 9;
  EXPECT_EQ(Headline(verdict, Allowance()),
            "FAILED: 76 lost (0.68 %), 3 altered (0.03 %) of 11,203 records; "
            "2 foreign");
  Allowance allowance;
  std::vector<Problem> problems;
  allowance.Read("lost=1%,altered=3", problems);
  EXPECT_EQ(Headline(verdict, allowance),
            "FAILED: 2 foreign besides the 11,203 records");
  allowance.Read("foreign=2", problems);
  EXPECT_EQ(Headline(verdict, allowance),
            "PASSED, with allowed differences: 76 lost (0.68 %), 3 altered "
            "(0.03 %) of 11,203 records; 2 foreign");
}

TEST(VerdictTest, OnlyAllAre100Percent) {
  EXPECT_EQ(ShareWords(0, 5), "0 %");
  EXPECT_EQ(ShareWords(5, 5), "100 %");
  EXPECT_EQ(ShareWords(99'999, 100'000), "over 99.99 %");
  EXPECT_EQ(ShareWords(1, 100'000), "under 0.01 %");
  EXPECT_EQ(ShareWords(123, 1000), "12.3 %");
  EXPECT_EQ(ShareWords(10, 5), "200.0 %");
}

// For all runs: the longest ones are kept, and all are counted.
TEST(VerdictTest, KeepsTheLongestRuns) {
  VerifyRuns runs(3);
  for (const std::uint64_t records : {5u, 1u, 9u, 2u, 7u, 9u, 3u}) {
    if (runs.Count("lost", records)) {
      runs.Add({.kind = "lost",
                .records = records,
                .from = {},
                .to = {},
                .first_id = ""});
    }
  }
  EXPECT_EQ(runs.count("lost"), 7u);
  EXPECT_EQ(runs.count("duplicated"), 0u);
  std::vector<std::uint64_t> kept;
  for (const VerifyRun& run : runs.Of("lost")) kept.push_back(run.records);
  EXPECT_EQ(kept, (std::vector<std::uint64_t>{9, 9, 7}));
}

TEST(VerdictTest, JsonHasTheCountsByName) {
  const auto json =
      nlohmann::json::parse(VerdictJson(SomeVerdict(), Allowance()));
  EXPECT_EQ(json["passed"], false);
  EXPECT_EQ(json["total"]["lost"], 1);
  EXPECT_EQ(json["logs"]["usage"]["sent"], 1000);
  EXPECT_EQ(json["logs"]["operational"]["sent"], 0);
  EXPECT_EQ(json["exceeded"], (nlohmann::json{"lost", "duplicated"}));
}

}  // namespace
}  // namespace busyhour::internal

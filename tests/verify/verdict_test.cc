#include "verify/verdict.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace busyhour {
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

TEST(VerdictTest, RefusesAllThatIsWrong) {
  Allowance allowance;
  std::vector<Problem> problems;
  allowance.Read("lots=1,lost=-1,lost,altered=101%,sent=1", problems);
  ASSERT_EQ(problems.size(), 5u);
  EXPECT_EQ(problems[0].message,
            "\"lots\" is not a count of the verdict; did you mean \"lost\"?");
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
}  // namespace busyhour

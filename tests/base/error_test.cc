#include "busyhour/error.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace busyhour::internal {
namespace {

TEST(ErrorTest, ShowsWhereAProblemIs) {
  const Problem problem{"a.json", 12, 5, "/flows/a/start", "is not a step"};
  EXPECT_EQ(problem.Text(), "a.json:12:5: /flows/a/start  is not a step");
}

TEST(ErrorTest, LeavesOutWhatIsUnknown) {
  EXPECT_EQ((Problem{"", 0, 0, "", "is wrong"}.Text()), "is wrong");
  EXPECT_EQ((Problem{"--seed", 0, 0, "", "is wrong"}.Text()),
            "--seed: is wrong");
  EXPECT_EQ((Problem{"a.json", 3, 1, "", "is wrong"}.Text()),
            "a.json:3:1: is wrong");
  EXPECT_EQ((Problem{"a.json", 0, 0, "/a", "is wrong"}.Text()),
            "a.json: /a  is wrong");
  EXPECT_EQ((Problem{"", 0, 0, "/a", "is wrong"}.Text()), "/a  is wrong");
}

TEST(ErrorTest, CarriesEveryProblemInOrder) {
  const InputError error({{"a.json", 1, 2, "/x", "first"},
                          {"--seed", 0, 0, "", "second"},
                          {"a.json", 9, 9, "", "third"}});
  EXPECT_STREQ(error.what(),
               "a.json:1:2: /x  first\n--seed: second\na.json:9:9: third");
  ASSERT_EQ(error.problems().size(), 3u);
  EXPECT_EQ(error.problems()[0].pointer, "/x");
  EXPECT_EQ(error.problems()[1].source, "--seed");
  EXPECT_EQ(error.problems()[2].line, 9);
}

TEST(ErrorTest, IsMadeOfASingleProblem) {
  try {
    throw InputError("--out", "is there already");
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "--out: is there already");
  }
}

}  // namespace
}  // namespace busyhour::internal

#include "busyhour/job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "busyhour/error.h"
#include "busyhour/profile.h"
#include "busyhour/write.h"

namespace busyhour {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// The texts of the problems that making something finds.
template <class Make>
std::vector<std::string> ProblemsOf(const Make& make) {
  std::vector<std::string> texts;
  try {
    make();
  } catch (const InputError& error) {
    for (const Problem& problem : error.problems()) {
      texts.push_back(problem.Text());
    }
  }
  return texts;
}

TEST(ProfileTest, NamesTheNearestShippedProfile) {
  EXPECT_THAT(ProblemsOf([] { Profile("quikstart"); }),
              ElementsAre(HasSubstr("did you mean \"quickstart\"?")));
}

TEST(ProfileTest, FindsAllProblemsOfAText) {
  EXPECT_THAT(ProblemsOf([] {
                Profile::FromText(
                    R"({"extends": "quickstart", "description": "Mine.",
  "traffic": {"rate": "-1/s", "start": "never"}})",
                    "mine");
              }),
              ElementsAre(HasSubstr("mine:2:"), HasSubstr("mine:2:")));
}

TEST(ProfileTest, AChangeMakesAnotherProfile) {
  const Profile before;
  const Profile after = before.With("traffic.rate", "7/s");
  EXPECT_THAT(after.Json(), HasSubstr("\"7/s\""));
  EXPECT_EQ(before.Json(), Profile().Json());
  EXPECT_EQ(after.name(), "quickstart");
}

TEST(ProfileTest, AChangeThatIsWrongIsRefused) {
  EXPECT_THAT(ProblemsOf([] { (void)Profile().With("traffic.rat", "7/s"); }),
              ElementsAre("/traffic/rat  \"rat\" is not a key here; did you "
                          "mean \"rate\"?"));
  EXPECT_THAT(ProblemsOf([] { (void)Profile().With("traffic.rate", "-5"); }),
              ElementsAre(StartsWith("/traffic/rate  -5 is not a rate")));
}

TEST(ProfileTest, LeavesIncidentsOut) {
  const Profile outage("contact-center-outage");
  const Profile calm = outage.Without("all");
  EXPECT_NE(calm.Json(), outage.Json());
  EXPECT_EQ(calm.Without("all").Json(), calm.Json());
}

TEST(JobTest, FindsAllProblemsOfItsOptions) {
  const auto problems = ProblemsOf([] {
    Job({.start = "never",
         .duration = "long",
         .where = "initial_silenc",
         .logs = "none",
         .shape = "tabel",
         .more = {"warmup=1h", "warm-up", "rotate=many"}});
  });
  EXPECT_THAT(problems,
              ElementsAre(HasSubstr("--start"), HasSubstr("--duration"),
                          HasSubstr("--logs"), HasSubstr("--shape"),
                          HasSubstr("did you mean \"warm-up\"?"),
                          HasSubstr("has no value"), HasSubstr("--rotate"),
                          HasSubstr("initial_silence")));
}

TEST(JobTest, FindsWhatIsGivenTwice) {
  EXPECT_THAT(
      ProblemsOf([] {
        Job({.seed = 4,
             .start = "2026-03-02T09:00:00Z",
             .logs = "foo,usage,usage",
             .more = {"seed=3", "start=2026-03-02T08:00:00Z", "warm-up=1m",
                      "warm-up=1h", "fault=drop=1%", "fault=duplicate=1%"}});
      }),
      ElementsAre(HasSubstr("\"foo\" is not known"),
                  "--logs: \"usage\" is given more than once",
                  "more: \"seed=3\": seed is given more than once",
                  HasSubstr("start is given more than once"),
                  HasSubstr("warm-up is given more than once")));
}

TEST(JobTest, TakesEachOption) {
  const Job job({.seed = 5,
                 .start = "2026-03-02T09:00:00Z",
                 .duration = "30s",
                 .logs = "usage",
                 .shape = "table",
                 .frame = "array",
                 .more = {"warm-up=1m", "cut-off"}});
  EXPECT_EQ(job.seed(), 5u);
  EXPECT_EQ(job.start().time_since_epoch().count(), 1'772'442'000'000);
  EXPECT_THAT(job.logs(), ElementsAre(LogType::kUsage));
  const std::string text = WriteText(job);
  EXPECT_TRUE(text.starts_with("[")) << text.substr(0, 10);
  EXPECT_THAT(text, HasSubstr("\"Type\":\"ACSBillingUsage\""));
}

TEST(JobTest, PicksCallsByWhatHappened) {
  const Job job({.profile = Profile("voice-bot"),
                 .pick = {"initial_silence=3", "HangUpCall=2"}});
  EXPECT_EQ(job.logs().size(), 4u);
  EXPECT_THAT(ProblemsOf([] { Job({.pick = {"nonsense=3"}}); }),
              ElementsAre(HasSubstr("nonsense")));
}

}  // namespace
}  // namespace busyhour

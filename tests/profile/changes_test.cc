#include "profile/changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/error.h"
#include "problem_lines.h"
#include "profile/load.h"

namespace busyhour::internal {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::StartsWith;
using Json = nlohmann::json;

Json Changed(const std::string& text, const std::vector<std::string>& changes) {
  return Json::parse(ChangedProfile(text, changes));
}

TEST(ChangesTest, SetsValuesAtTheirPlaces) {
  const std::string text = R"({
    // a comment
    "traffic": {"rate": "1/s"}, "incidents": [{"name": "a"}],
    "flows": {"x.y": {"start": "a"}}})";
  EXPECT_EQ(Changed(text, {"traffic.rate=5/s"})["traffic"]["rate"], "5/s");
  EXPECT_EQ(Changed(text, {"usage.app_leg=false"})["usage"]["app_leg"], false);
  EXPECT_EQ(Changed(text, {"servers=3", "servers=4"})["servers"], 4)
      << "the last change counts";
  EXPECT_EQ(Changed(text, {"incidents.0.name=b"})["incidents"][0]["name"], "b");
  EXPECT_EQ(Changed(text, {"incidents.1.name=b"})["incidents"].size(), 2u);
  EXPECT_EQ(Changed(text, {"faults.0.kind=b"})["faults"][0]["kind"], "b");
  EXPECT_EQ(Changed(text, {"a.statuses.500=1"})["a"]["statuses"]["500"], 1);
  EXPECT_EQ(Changed(text, {"/flows/x.y/start=b"})["flows"]["x.y"]["start"],
            "b");
  EXPECT_EQ(Changed(text, {"/a~1b~0=1"})["a/b~"], 1);
  EXPECT_EQ(Changed(text, {"description=a=b"})["description"], "a=b");
  EXPECT_EQ(Changed(text, {R"(description="7")"})["description"], "7");
  EXPECT_EQ(
      Changed(text,
              {R"(timing={"setup": {"constant": "2s"}})"})["timing"]["setup"]
                                                          ["constant"],
      "2s");
}

TEST(ChangesTest, ReportsAllImpossibleChanges) {
  try {
    ChangedProfile(R"({"servers": 1, "faults": []})",
                   std::vector<std::string>{"rate", "=1", "servers.a=1",
                                            "faults.1=2", "faults.a=2"});
    FAIL() << "accepted";
  } catch (const InputError& error) {
    ASSERT_EQ(error.problems().size(), 5u);
    for (const Problem& problem : error.problems()) {
      EXPECT_EQ(problem.source, "--set");
    }
    EXPECT_EQ(error.problems()[2].message,
              "\"servers.a=1\": \"servers\" is a value and has no \"a\"");
  }
}

TEST(ChangesTest, ANearlyRightNameOfAFlowIsNoNewFlow) {
  const std::string text = R"({"flows": {"menu": {"weight": 1}}})";
  EXPECT_EQ(Changed(text, {"flows.menu.weight=3"})["flows"]["menu"]["weight"],
            3);
  EXPECT_EQ(Changed(text, {"flows.other.weight=3"})["flows"].size(), 2u);
  EXPECT_EQ(Changed(text, {R"(flows.mnu={"weight": 3})"})["flows"].size(), 2u);
  try {
    ChangedProfile(text, std::vector<std::string>{"flows.mnu.weight=3"});
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_EQ(error.problems()[0].message,
              "\"flows.mnu.weight=3\": \"flows\" has no \"mnu\"; did you "
              "mean \"menu\"?");
  }
}

// For all shipped profiles: an empty list of changes and a change to the same
// value load an equal profile.
TEST(ChangesTest, TheSameValueChangesNothing) {
  for (const BuiltinProfile& builtin : BuiltinProfiles()) {
    const std::string name(builtin.name);
    Profile whole = LoadProfile(name);
    const std::vector<std::string> changes = {"description=" +
                                              Json(whole.description).dump()};
    Profile changed = LoadProfile(name, {changes});
    changed.text = whole.text;
    changed.source_text = whole.source_text;
    EXPECT_TRUE(changed == whole) << name;
  }
}

TEST(ChangesTest, ProblemsNameThePlaceInTheProfile) {
  try {
    LoadProfile("quickstart", {.set = std::vector<std::string>{
                                   "traffic.rat=1/s", "servers=none"}});
    FAIL() << "accepted";
  } catch (const InputError& error) {
    ASSERT_EQ(error.problems().size(), 2u);
    EXPECT_EQ(error.problems()[0].pointer, "/traffic/rat");
    EXPECT_EQ(error.problems()[1].pointer, "/servers");
    EXPECT_TRUE(
        error.problems()[0].Text().starts_with("--set: /traffic/rat  \"rat\" "))
        << error.problems()[0].Text();
  }
}

std::vector<std::string> Problems(
    std::string_view text, const std::vector<std::string>& set,
    const std::vector<std::string>& without = {}) {
  std::vector<std::string> lines;
  try {
    ParseProfile(text, "file", "file", {set, without});
  } catch (const InputError& error) {
    for (const Problem& problem : error.problems()) {
      lines.push_back(problem.Text());
    }
  }
  return lines;
}

TEST(ChangesTest, ProblemsOfTheProfileDoNotHideThoseOfTheChanges) {
  // Each problem once, and those that a change removes with the file.
  EXPECT_THAT(
      Problems(ProfileWith("\"servers\": -1, // a comment\n\"rat\": 1,"),
               {"servers=1", "traffic.rate=x", "logs=[]"}),
      ElementsAre(
          StartsWith("file:2:12: /servers  "), StartsWith("file:3:1: /rat  "),
          StartsWith("--set: /traffic/rate  "), StartsWith("--set: /logs  ")));
  EXPECT_THAT(Problems(ProfileWith("\"servers\": -1,"), {"rate", "servers=2"}),
              ElementsAre(StartsWith("file:2:12: /servers  "),
                          StartsWith("--set: \"rate\": must be KEY=VALUE")));
  // The list of clients is that of the shipped profile.
  EXPECT_THAT(
      Problems(
          R"({"description": "A", "extends": "contact-center", "servers": 0})",
          {"clients.0.weight=-1", "traffic.rate=5/s"}),
      ElementsAre(StartsWith("file:1:62: /servers  "),
                  StartsWith("--set: /clients/0/weight  ")));
}

// A text of which no profile can be made, so that only what is wrong in any
// profile is told.
TEST(ChangesTest, ATextThatIsNoJsonDoesNotHideWhatIsWrongInAnyProfile) {
  constexpr const char* kNoJson = "{";
  EXPECT_THAT(
      Problems(kNoJson,
               {"servers=x", "traffic.rat=1/s", "week=[]", "rate", "a..b=1",
                "traffic/rate=1/s", R"(timing.setup={"median": "1s"})",
                "incidents.3.lenght=5m", "incidents.3.length=x",
                "flows.menu.steps.a.max_tones=99"}),
      ElementsAre(
          StartsWith("file:"), StartsWith("--set: /servers  \"x\" is not a"),
          StartsWith("--set: /traffic/rat  \"rat\" is not a key here"),
          "--set: /week  \"week\" is not a key here; it belongs in /traffic or "
          "/agents",
          StartsWith("--set: \"rate\": must be KEY=VALUE"),
          "--set: \"a..b=1\": a name is missing in the key",
          StartsWith("--set: \"traffic/rate=1/s\": the parts of a key"),
          StartsWith("--set: /timing/setup/median  "),
          StartsWith("--set: /incidents/3/lenght  "),
          StartsWith("--set: /incidents/3/length  "),
          StartsWith("--set: /flows/menu/steps/a/max_tones  ")));
  // Those that some profile allows: of a step that it has, of a kind of step
  // that it has, and of a distribution that it has.
  EXPECT_THAT(
      Problems(
          kNoJson,
          {"servers=2", "flows.menu.start=first", "flows.menu.steps.a.next=b",
           R"(flows.menu.steps.a.on={"failed": "b"})",
           R"(flows.menu.steps.a.on={"speech_throttled": "b"})",
           "flows.menu.steps.a.caller_does={\"stays_silent\": 1}",
           "flows.menu.steps.a.input=Dtmf",
           R"(flows.menu.steps.a.callee_does={"voicemail": 1})",
           "timing.setup.lognormal.sigma=0.2",
           R"(incidents.2.requests={"statuses": {"500": 1}})",
           "incidents.1.ramp_in=5m", "incidents.1.flows=[\"any\"]",
           "extends=voice-bot", "resources.1.profile.traffic.rate=5/s"}),
      ElementsAre(StartsWith("file:")));
  // Texts with words that are no values, or that extend an unknown profile.
  for (const char* text : {R"({"flows": NaN})", R"({"extends": "mine"})"}) {
    EXPECT_THAT(Problems(text, {"servers=x"}),
                AllOf(Contains(StartsWith("--set: ")).Times(1),
                      Contains(StartsWith("--set: /servers  "))));
  }
  try {
    LoadProfile("no/such/file", {.set = std::vector<std::string>{"servers=x"}});
    FAIL() << "accepted";
  } catch (const InputError& error) {
    ASSERT_EQ(error.problems().size(), 2u);
    EXPECT_EQ(error.problems()[1].pointer, "/servers");
  }
}

// For all values of shipped profiles: as a change, they have no problem that
// any profile would have.
TEST(ChangesTest, NoValueOfAShippedProfileIsWrongInAnyProfile) {
  for (const BuiltinProfile& builtin : BuiltinProfiles()) {
    const Json values = Json::parse(LoadProfile(std::string(builtin.name)).text,
                                    nullptr, true, /*ignore_comments=*/true);
    const auto check = [](const auto& self, const std::string& pointer,
                          const Json& value) -> void {
      if (!pointer.empty()) {
        const std::vector<Problem> problems = ProblemsWithAnyProfile(
            std::vector<std::string>{pointer + '=' + value.dump()});
        ASSERT_TRUE(problems.empty()) << problems.front().Text();
      }
      if (!value.is_structured()) return;
      for (const auto& [key, inner] : value.items()) {
        self(self, pointer + '/' + key, inner);
      }
    };
    check(check, "", values);
  }
}

TEST(ChangesTest, AChangeMustBeUtf8) {
  EXPECT_THAT(Problems(ProfileWith(""), {"description=\xff"}),
              ElementsAre("--set: \"description=\\xff\": this text is not "
                          "UTF-8"));
}

TEST(ChangesTest, ProblemsOfTheProfileDoNotHideUnknownIncidents) {
  const auto problems = [](std::string_view text,
                           const std::vector<std::string>& set) {
    return Problems(text, set, {"outage", "b"});
  };
  const std::string incident =
      R"("incidents": [{"name": "outage", "every": "1h", "length": "5m"}],)";
  // One unknown name, once, beside the problems of the profile and of changes.
  EXPECT_THAT(problems(ProfileWith(incident + "\"servers\": -1,"), {}),
              ElementsAre(StartsWith("file:2:"),
                          StartsWith("--without: \"b\" is not an incident")));
  EXPECT_THAT(problems(ProfileWith(incident), {"servers=-1"}),
              ElementsAre(StartsWith("--set: /servers"),
                          StartsWith("--without: \"b\" is not an incident")));
  // A change can give an incident another name.
  EXPECT_THAT(problems(ProfileWith(incident + "\"servers\": -1,"),
                       {"incidents.0.name=b"}),
              ElementsAre(StartsWith("file:2:"),
                          StartsWith("--without: \"outage\" is not")));
  // The names are unknown.
  EXPECT_THAT(problems("{", {}), ElementsAre(StartsWith("file:")));
  EXPECT_THAT(problems(ProfileWith("\"incidents\": [{}],"), {}),
              testing::Each(StartsWith("file:")));
}

}  // namespace
}  // namespace busyhour::internal

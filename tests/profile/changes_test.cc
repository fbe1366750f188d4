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
    Profile changed = LoadProfile(name, changes);
    changed.text = whole.text;
    changed.source_text = whole.source_text;
    EXPECT_TRUE(changed == whole) << name;
  }
}

TEST(ChangesTest, ProblemsNameThePlaceInTheProfile) {
  try {
    LoadProfile("quickstart",
                std::vector<std::string>{"traffic.rat=1/s", "servers=none"});
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

std::vector<std::string> Problems(std::string_view text,
                                  const std::vector<std::string>& changes) {
  std::vector<std::string> lines;
  try {
    ParseProfile(text, "file", "file", changes);
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
  // Changes of a text that is no JSON are not checked.
  EXPECT_THAT(Problems("{", {"servers=x"}), ElementsAre(StartsWith("file:")));
}

}  // namespace
}  // namespace busyhour::internal

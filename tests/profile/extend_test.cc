#include "profile/extend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "busyhour/error.h"
#include "profile/load.h"

namespace busyhour::internal {
namespace {

Profile ParseMine(const std::string& text) {
  return ParseProfile(text, "mine.json", "mine");
}

std::vector<std::string> ProblemsOfMine(const std::string& text) {
  std::vector<std::string> lines;
  try {
    ParseMine(text);
  } catch (const InputError& error) {
    for (const Problem& problem : error.problems()) {
      lines.push_back(std::to_string(problem.line) + ':' +
                      std::to_string(problem.column) + ' ' + problem.pointer +
                      ' ' + problem.message);
    }
  }
  return lines;
}

TEST(ExtendTest, WhatAProfileDoesNotSayIsThatOfTheOther) {
  Profile base = LoadProfile("contact-center");
  const Profile profile = ParseMine(R"({
    "extends": "contact-center", "description": "ours",
    "traffic": {"rate": "3/s"}, "servers": 2})");
  EXPECT_EQ(profile.description, "ours");
  EXPECT_EQ(profile.servers, 2u);
  EXPECT_DOUBLE_EQ(profile.traffic.rate_cps, 3.0);
  base.name = profile.name;
  base.text = profile.text;
  base.source_text = profile.source_text;
  base.description = profile.description;
  base.servers = profile.servers;
  base.traffic.rate_cps = profile.traffic.rate_cps;
  EXPECT_EQ(profile, base);
}

TEST(ExtendTest, ListsAreReplacedAndNullRemoves) {
  const Profile profile = ParseMine(R"({
    "extends": "contact-center", "description": "ours", "servers": null,
    "incidents": [{"name": "other", "latency_factor": 2}]})");
  ASSERT_EQ(profile.incidents.size(), 1u);
  EXPECT_EQ(profile.incidents[0].name, "other");
  EXPECT_EQ(profile.servers, Profile().servers);
}

// A manifest has the text of the profile, which must stand alone.
TEST(ExtendTest, TheTextDoesNotNeedTheOther) {
  const Profile profile =
      ParseMine(R"({"extends": "voice-bot", "description": "ours"})");
  EXPECT_EQ(profile.text.find("extends"), std::string::npos);
  Profile again = ParseMine(profile.text);
  again.source_text = profile.source_text;
  EXPECT_EQ(again, profile);
}

TEST(ExtendTest, ProblemsAreAtTheirPlaces) {
  EXPECT_THAT(ProblemsOfMine(R"({"extends": "voice-bot"})"),
              testing::ElementsAre(testing::HasSubstr(
                  "\"description\" is missing; it is not inherited")));
  EXPECT_THAT(ProblemsOfMine(R"({"extends": "voicebot", "description": "x"})"),
              testing::ElementsAre(testing::HasSubstr(
                  R"(1:13 /extends "voicebot" is not a shipped profile; did )"
                  R"(you mean "voice-bot"?)")));
  // The rest is checked as if the nearest name stood there.
  EXPECT_THAT(
      ProblemsOfMine(R"({"extends": "voicebot", "description": "x", "a": 1})"),
      testing::ElementsAre(testing::HasSubstr("/extends"),
                           testing::HasSubstr("/a ")));
  EXPECT_THAT(ProblemsOfMine(R"({"extends": 5, "description": "x"})"),
              testing::ElementsAre(testing::HasSubstr(
                  "/extends must be the name of a shipped profile")));
  EXPECT_THAT(
      ProblemsOfMine("{\"extends\": \"voice-bot\", \"description\": \"x\",\n"
                     " \"servers\": 1,\n"
                     " \"timing\": {\"max_stepz\": 3}}"),
      testing::ElementsAre(testing::HasSubstr("3:13 /timing")));
}

}  // namespace
}  // namespace busyhour::internal

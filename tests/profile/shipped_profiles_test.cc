// Finding profiles by name and by path, and what is common to the shipped ones.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "base/test_files.h"
#include "problem_lines.h"
#include "profile/load.h"
#include "profile/step_outcomes.h"

namespace busyhour::internal {
namespace {

TEST(LoadProfileTest, FindsShippedProfilesByName) {
  std::set<std::string> names;
  for (const BuiltinProfile& builtin : BuiltinProfiles()) {
    names.insert(std::string(builtin.name));
    const Profile profile = LoadProfile(std::string(builtin.name));
    EXPECT_EQ(profile.name, builtin.name);
    EXPECT_GT(profile.description.size(), 40u) << builtin.name;
    const std::filesystem::path path =
        std::filesystem::path(BUSYHOUR_SOURCE_DIR) / "profiles" /
        (profile.name + ".json");
    EXPECT_EQ(builtin.text, ContentOf(path)) << path;
    EXPECT_EQ(LoadProfile(path.string()).name, builtin.name);
  }
  EXPECT_THAT(names,
              testing::ElementsAre(
                  "bad-deployment", "conference", "contact-center",
                  "contact-center-outage", "credential-expired", "holiday-week",
                  "ivr-storm", "late-and-twice", "multi-tenant", "quickstart",
                  "reminder-campaign", "retry-storm", "small-office",
                  "speech-service-down", "voice-bot", "year"));
}

template <class Key>
void AddKeys(const Mix<Key>& mix, std::set<Key>& keys) {
  for (const auto& [key, weight] : mix) keys.insert(key);
}

// The shipped profiles together use all operations, sources and inputs.
TEST(LoadProfileTest, ShippedProfilesUseEveryOperationSourceAndInput) {
  std::set<Operation> operations;
  std::set<Source> sources;
  std::set<Input> inputs;
  std::set<Behaviour> behaviours;
  std::set<Outcome> callees;
  bool has_barge_in = false;
  bool has_background_play = false;
  bool has_background_invitation = false;
  for (const BuiltinProfile& builtin : BuiltinProfiles()) {
    const Profile profile = LoadProfile(std::string(builtin.name));
    for (const Flow& flow : profile.flows) {
      for (const Step& step : flow.steps) {
        const auto operation = OperationOf(step);
        if (!operation) continue;
        operations.insert(*operation);
        const MediaTraits traits = TraitsOf(step);
        sources.insert(traits.source);
        inputs.insert(traits.input);
        if (const auto* play = std::get_if<PlayStep>(&step.action)) {
          AddKeys(play->caller_does, behaviours);
          has_background_play |= play->loop && play->background;
        }
        if (const auto* heard = std::get_if<RecognizeStep>(&step.action)) {
          AddKeys(heard->caller_does, behaviours);
          has_barge_in |= heard->interrupt_prompt && heard->barge_in > 0;
        }
        if (const auto* ring = std::get_if<RingStep>(&step.action)) {
          AddKeys(ring->callee_does, callees);
          has_background_invitation |= ring->background;
        }
      }
    }
  }
  EXPECT_EQ(operations.size(), kOperationCount);
  EXPECT_EQ(sources.size(), kSourceCount);
  EXPECT_EQ(inputs.size(), kInputCount);
  EXPECT_EQ(behaviours.size(), kBehaviourCount);
  EXPECT_EQ(callees.size(), 6u);
  EXPECT_TRUE(has_barge_in);
  EXPECT_TRUE(has_background_play);
  EXPECT_TRUE(has_background_invitation);
}

TEST(LoadProfileTest, AnUnknownNameGetsTheNearestOne) {
  EXPECT_EQ(LoadProblem("contact-centre"),
            "contact-centre: there is no such profile; did you mean "
            "\"contact-center\"? Built in are quickstart, contact-center, "
            "small-office, reminder-campaign, voice-bot, ivr-storm, "
            "conference, contact-center-outage, speech-service-down, "
            "bad-deployment, credential-expired, retry-storm, late-and-twice, "
            "holiday-week, year or multi-tenant; or give a file");
}

class LoadFileTest : public testing::Test {
 protected:
  std::string Write(std::string_view name, std::string_view text) {
    return scratch_.Write(name, text);
  }

  Scratch scratch_;
};

TEST_F(LoadFileTest, AFileIsReadAndNamedByItsStem) {
  EXPECT_EQ(LoadProfile(Write("mine.v2.json", ProfileWith(""))).name,
            "mine.v2");
}

TEST_F(LoadFileTest, WhatIsNoProfileFileIsSaid) {
  const std::string missing = scratch_.Path("missing.json");
  EXPECT_EQ(LoadProblem(missing), missing + ": there is no such file");
  EXPECT_EQ(LoadProblem("missing.json"), "missing.json: there is no such file");
  EXPECT_EQ(LoadProblem(scratch_.path()),
            scratch_.path() + ": is a directory, not a profile");
  EXPECT_EQ(LoadProblem("/dev/zero"),
            "/dev/zero: is not a regular file; - reads standard input");
  const std::string empty = Write("empty.json", "");
  EXPECT_EQ(LoadProblem(empty), empty + ": is empty");
  const std::string large = Write("large.json", "");
  std::filesystem::resize_file(large, 100'000'000);
  EXPECT_EQ(LoadProblem(large),
            large +
                ": is larger than 4,194,304 bytes, the most that a profile may "
                "have");
}

}  // namespace
}  // namespace busyhour::internal

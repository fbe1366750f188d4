#include "filter/possible_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/sanitized.h"
#include "engine/run_job.h"
#include "filter/call_events.h"
#include "filter/call_filter.h"
#include "filter/call_properties.h"
#include "filter/filter_parser.h"
#include "profile/load.h"
#include "profile/step_outcomes.h"
#include "scenario/simulator.h"

namespace busyhour::internal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> WhyNever(const std::string& text,
                                  const Profile& profile) {
  std::vector<Problem> problems;
  CallFilter::Read(text, profile, "where", problems);
  std::vector<std::string> texts;
  for (const Problem& problem : problems) texts.push_back(problem.Text());
  return texts;
}

std::vector<std::string> WhyNever(const std::string& text,
                                  std::string_view profile = "quickstart") {
  return WhyNever(text, ShippedProfile(profile));
}

TEST(PossibleCallsTest, ConditionsThatExcludeEachOtherAreNamed) {
  EXPECT_THAT(
      WhyNever("Play and duration > 1m and not Play"),
      ElementsAre("where:1:32: no call of the profile can have both \"Play\" "
                  "and \"not Play\""));
  EXPECT_THAT(WhyNever("participants < 3 and participants != 2 and "
                       "participants > 0 and Play"),
              ElementsAre(HasSubstr("\"participants < 3\", \"participants != "
                                    "2\" and \"participants > 0\" at once")));
  EXPECT_THAT(WhyNever("redial > 3"),
              ElementsAre(HasSubstr("can have \"redial > 3\"")));
  EXPECT_THAT(WhyNever("not (Play or Recognize) and (Play or Recognize = 2)"),
              ElementsAre(HasSubstr("\"not Play\" and \"Play\""),
                          HasSubstr("\"not Recognize\" and \"Recognize = 2\"")))
      << "each way has its reason";
}

TEST(PossibleCallsTest, WhatNoCallCanHaveIsKnownWithoutASearch) {
  for (const char* text : {"Play and not Play",
                           "duration < 0s",
                           "Play < 0",
                           "flow = menu and flow != menu",
                           "end = completed and end = failed",
                           "caller = pstn and caller = acs",
                           "participants = 2 and participants = 3",
                           "participants = 1",
                           "requests = 0 and Play",
                           "requests < 2 and Play and Recognize",
                           "Play = 0 and play_completed",
                           "media(8510) and not media(400)",
                           "media_failed >= 3 and media < 2",
                           "Play(200)",
                           "HangUpCall(202)",
                           "Play and requests > 1M",
                           "duration > 100h",
                           "participants > 50",
                           "participants = 0 and duration > 1s",
                           "participants = 0 and Recognize",
                           "Play then Play then Play and Play < 3",
                           "wait > 0s",
                           "not requests >= 0",
                           "HangUpCall then Play",
                           "HangUpCall then Play then HangUpCall",
                           "Play then AnswerCall",
                           "Play > 2",
                           "Play > 1 and flow = assistant",
                           "sessions > 30"}) {
    EXPECT_FALSE(WhyNever(text).empty()) << text;
  }
  EXPECT_FALSE(WhyNever("direction = outbound", "voice-bot").empty());
  for (const char* text :
       {"flow = support and flow = service", "end = voicemail",
        "dial_busy and direction = inbound",
        "AddParticipant = 0 and invite_completed",
        "incident = none and incident = 'recording trouble'"}) {
    EXPECT_FALSE(WhyNever(text, "contact-center").empty()) << text;
  }
}

bool Has(const Flow& flow, Operation operation) {
  return std::any_of(
      flow.steps.begin(), flow.steps.end(),
      [&](const Step& step) { return OperationOf(step) == operation; });
}

TEST(PossibleCallsTest, FlowsDifferInWhatTheirCallsCanHave) {
  const Profile profile = ShippedProfile("contact-center");
  int without = 0;
  for (const Flow& flow : profile.flows) {
    const bool is_possible =
        WhyNever("AddParticipant and flow = '" + flow.name + "'", profile)
            .empty();
    EXPECT_EQ(is_possible, Has(flow, Operation::kAddParticipant)) << flow.name;
    without += is_possible ? 0 : 1;
  }
  EXPECT_GT(without, 0);
}

TEST(PossibleCallsTest, WhatIsPossibleIsNotRefused) {
  for (const char* text :
       {"Play and not Play(429)", "Play = 0 or Play", "not (Play and not Play)",
        "participants != 2 and participants < 3",
        "media(400) and not media(8510)", "end != completed and end != failed",
        "not Play and requests > 0", "Play(404)", "redial <= 3",
        "not (initial_silence then Play)", "Play = 2", "Play then HangUpCall",
        "HangUpCall then play_completed", "not (HangUpCall then Play)"}) {
    EXPECT_THAT(WhyNever(text), IsEmpty()) << text;
  }
}

TEST(PossibleCallsTest, LongExpressionsAreReadSoon) {
  std::string ways = "Play";
  std::string all = "Play";
  for (int i = 0; i < 5'000; ++i) {
    ways += " and (Play = 2 or Recognize != 3)";
    all += " and Play != " + std::to_string(i + 1'000);
  }
  EXPECT_THAT(WhyNever(ways), IsEmpty());
  EXPECT_THAT(WhyNever(all), IsEmpty());
}

// Some calls of all resources of a profile, redials among them.
class SomeCalls {
 public:
  SomeCalls(const Runs& runs, std::size_t count) {
    const std::size_t of_each = count / runs.worlds.size() + 1;
    for (std::uint32_t i = 0; i < runs.worlds.size(); ++i) {
      const Plan& plan = runs.worlds[i].plan;
      Simulator simulator(plan, plan.run().key, true);
      auto slot = static_cast<std::uint64_t>(plan.profile().traffic.start.ms /
                                             kMsPerSecond);
      for (std::size_t call = 0; call < of_each; ++call, slot += 37) {
        const Call* next = &simulator.Simulate({slot, 0, i});
        for (; next != nullptr; next = simulator.SimulateNext()) {
          calls_.push_back({*next, &plan});
        }
      }
    }
  }
  struct OneCall {
    Call call;
    const Plan* plan;
  };
  const std::vector<OneCall>& all() const { return calls_; }

 private:
  std::vector<OneCall> calls_;
};

// Random expressions about the calls of a profile.
class Expressions {
 public:
  explicit Expressions(const Profile& profile) : profile_(profile) {}

  std::string Claim() {
    switch (Below(7)) {
      case 0:
        return Event() + Comparison() + std::to_string(Below(4));
      case 6:
        return Request() + " then " + Request();
      case 1:
        return Event() + " then " + Event();
      case 2:
      case 3:
        return Quantity();
      case 4:
        return Word();
      default:
        return Event();
    }
  }
  std::string Any(int depth) {
    std::string text =
        depth > 0 && Below(4) == 0 ? "(" + Any(depth - 1) + ")" : Claim();
    if (Below(3) == 0) text.insert(0, "not ");
    const std::size_t more = depth > 0 ? Below(3) : 0;
    for (std::size_t i = 0; i < more; ++i) {
      text += (Below(3) == 0 ? " or " : " and ") + Any(depth - 1);
    }
    return text;
  }

 private:
  std::size_t Below(std::size_t end) { return random_() % end; }
  template <class List>
  std::string OneOf(const List& list) {
    return std::string(list[Below(list.size())]);
  }
  std::string Comparison() {
    return OneOf(std::vector{" = ", " != ", " < ", " <= ", " > ", " >= "});
  }
  std::string Request() {
    const Flow& flow = OneOfFlows();
    std::vector<Operation> requested;
    for (const Step& step : flow.steps) {
      if (const auto operation = OperationOf(step)) {
        requested.push_back(*operation);
      }
    }
    if (requested.empty()) return "request";
    return std::string(Info(requested[Below(requested.size())]).name);
  }
  const Flow& OneOfFlows() {
    const Profile& profile =
        profile_.resources.empty()
            ? profile_
            : profile_.resources[Below(profile_.resources.size())];
    return profile.flows[Below(profile.flows.size())];
  }
  std::string Event() {
    // Of many names, the frequent ones more often.
    const std::string name =
        Below(2) == 0
            ? OneOf(EventNames())
            : OneOf(std::vector{"Play", "Recognize", "media", "request",
                                "play_completed", "AnswerCall", "HangUpCall",
                                "tone", "AddParticipant", "CreateCall"});
    if (Below(3) > 0) return name;
    return name + '(' +
           OneOf(std::vector{"accepted", "refused", "4xx", "5xx", "200", "202",
                             "404", "429", "8510", "400", "500"}) +
           ')';
  }
  std::string Quantity() {
    const CallQuantity& quantity =
        CallQuantities()[Below(CallQuantities().size())];
    const std::string number =
        quantity.is_duration
            ? OneOf(std::vector{"0s", "1s", "30s", "90s", "5m", "4h", "5h"})
            : std::to_string(Below(6));
    return std::string(quantity.name) + Comparison() + number;
  }
  std::string Word() {
    const CallProperty& property =
        CallProperties()[Below(CallProperties().size())];
    const std::vector<std::string_view> words = property.words(profile_);
    if (words.empty()) return "redial = 0";
    return std::string(property.name) + (Below(2) == 0 ? " = '" : " != '") +
           OneOf(words) + '\'';
  }

  const Profile& profile_;
  std::mt19937 random_{7};
};

struct Understood {
  std::string text;
  Formula formula;
  bool is_refused = false;
};
// Nothing if the text is not an expression, such as `tone(429)`.
std::optional<Understood> Understand(const std::string& text,
                                     const Profile& profile,
                                     const PossibleCalls& possible) {
  ProblemList problems(text);
  Understood understood{text, FilterParser(text, profile, problems).Parse()};
  if (!problems.empty()) return std::nullopt;
  possible.Check(understood.formula, text, problems);
  understood.is_refused = !problems.empty();
  return understood;
}

class EveryProfile : public testing::TestWithParam<std::string_view> {
 protected:
  const Profile profile = ShippedProfile(GetParam());
  const Runs runs{profile};
  const PossibleCalls possible{profile};
  Expressions expressions{profile};
};

// For all expressions e that are refused and all calls c: e is not true of c.
TEST_P(EveryProfile, NoCallHasWhatIsRefused) {
  const SomeCalls calls(runs, Fewer(3'000u));
  std::uint32_t refused = 0;
  for (std::uint32_t i = 0; i < Fewer(1'000u); ++i) {
    const auto understood = Understand(expressions.Any(2), profile, possible);
    if (!understood || !understood->is_refused) continue;
    ++refused;
    for (const auto& each : calls.all()) {
      ASSERT_FALSE(understood->formula.Holds(each.call, *each.plan))
          << understood->text;
    }
  }
  EXPECT_GT(refused, Fewer(60u));
}

// For all calls c and claims that are true of c: they are not refused together.
TEST_P(EveryProfile, WhatACallHasIsNotRefused) {
  const SomeCalls calls(runs, Fewer(1'000u));
  for (const auto& each : calls.all()) {
    std::string all;
    for (int i = 0; i < 8; ++i) {
      const std::string claim = expressions.Claim();
      const auto understood = Understand(claim, profile, possible);
      if (!understood) continue;
      if (!all.empty()) all += " and ";
      if (!understood->formula.Holds(each.call, *each.plan)) all += "not ";
      all += claim;
    }
    const auto understood = Understand(all, profile, possible);
    ASSERT_TRUE(understood.has_value()) << all;
    ASSERT_TRUE(understood->formula.Holds(each.call, *each.plan)) << all;
    ASSERT_FALSE(understood->is_refused) << all;
  }
}

std::vector<std::string_view> ProfileNames() {
  std::vector<std::string_view> names;
  for (const BuiltinProfile& profile : BuiltinProfiles()) {
    names.push_back(profile.name);
  }
  return names;
}
INSTANTIATE_TEST_SUITE_P(PossibleCallsTest, EveryProfile,
                         testing::ValuesIn(ProfileNames()));

}  // namespace
}  // namespace busyhour::internal

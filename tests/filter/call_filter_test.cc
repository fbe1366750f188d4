#include "filter/call_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/sanitized.h"
#include "engine/run_job.h"
#include "filter/call_events.h"
#include "profile/changes.h"
#include "profile/load.h"
#include "scenario/simulator.h"

namespace busyhour::internal {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> MistakesIn(const std::string& text,
                                    std::string_view profile = "quickstart") {
  std::vector<Problem> problems;
  const auto filter =
      CallFilter::Read(text, ShippedProfile(profile), "where", problems);
  EXPECT_EQ(filter == nullptr, !problems.empty()) << text;
  std::vector<std::string> texts;
  for (const Problem& problem : problems) texts.push_back(problem.Text());
  return texts;
}

bool Selects(const std::string& text, const Call& call, const Plan& plan) {
  std::vector<Problem> problems;
  const auto filter = CallFilter::Read(text, plan.profile(), "where", problems);
  EXPECT_TRUE(problems.empty()) << text << ": " << problems.front().Text();
  return filter != nullptr && filter->Selects(call, plan);
}

// A call with one request a second, of which the second one was refused.
Call SomeCall() {
  Call call;
  call.connected_ms = 1'000;
  call.ended_ms = 91'000;
  call.end = AttemptEnd::kAbandoned;
  call.requests = {{.at_ms = 0,
                    .operation = Operation::kAnswerCall,
                    .status = StatusIndex(200)},
                   {.at_ms = 1'000,
                    .operation = Operation::kPlay,
                    .status = StatusIndex(429)},
                   {.at_ms = 2'000,
                    .duration_ms = 100,
                    .operation = Operation::kPlay,
                    .status = StatusIndex(202)}};
  call.media = {
      {.request = 2, .outcome = Outcome::kPlayCanceled, .duration_ms = 500}};
  call.legs = {{.joined_ms = 1'000, .left_ms = 91'000},
               {.joined_ms = 1'050, .left_ms = 90'500}};
  return call;
}

TEST(CallFilterTest, ExpressionsMeanWhatTheySay) {
  const Runs runs(ShippedProfile("quickstart"));
  const Call call = SomeCall();
  for (const char* text : {"Play",
                           "request(429)",
                           "Play(4xx)",
                           "Play(refused)",
                           "Play = 2",
                           "request >= 3",
                           "canceled",
                           "play_canceled",
                           "media(8508)",
                           "Play(429) then Play(accepted) then canceled",
                           "duration = 90s",
                           "duration > 1m and duration < 2m",
                           "participants = 2",
                           "redial = 0",
                           "end = disturbed",
                           "end != completed",
                           "not Play(5xx)",
                           "Play(5xx) or AnswerCall",
                           "not (Play(5xx) or HangUpCall)",
                           "not canceled then Play",
                           "not Play = 3",
                           "Play(5xx) and Play or AnswerCall",
                           "flow = 'menu' or Play",
                           "HangUpCall = 0",
                           "direction=inbound",
                           "caller = pstn"}) {
    EXPECT_TRUE(Selects(text, call, runs.plan)) << text;
  }
  for (const char* text :
       {"Play(5xx)", "canceled then Play", "Play < 2", "Play then HangUpCall",
        "duration > 90s", "end = completed", "not Play",
        "Play and Play(5xx) or HangUpCall", "HangUpCall",
        "direction = outbound", "media_failed"}) {
    EXPECT_FALSE(Selects(text, call, runs.plan)) << text;
  }
}

TEST(CallFilterTest, AllMistakesAreToldAtTheirPlaces) {
  EXPECT_THAT(MistakesIn("duration > 90 and flow = mian and Pley"),
              ElementsAre(HasSubstr("where:1:12: \"90\" is not a duration"),
                          HasSubstr("where:1:26: \"mian\" is no flow"),
                          HasSubstr("where:1:35: \"Pley\" is no event")));
  EXPECT_THAT(MistakesIn("Pley").front(), HasSubstr("did you mean \"Play\""));
  EXPECT_THAT(MistakesIn(""), ElementsAre(HasSubstr("is empty")));
  for (const char* text :
       {"and",       "Play and", "(Play",      "Play)",       "Play Play",
        "Play(",     "Play()",   "Play(429",   "Play(999)",   "not",
        "Play then", "duration", "duration =", "flow =",      "flow > menu",
        "Play >",    "Play > x", "'Play",      "Play $ Play", "media(1)",
        "()",        "then Play"}) {
    EXPECT_FALSE(MistakesIn(text).empty()) << text;
  }
  EXPECT_FALSE(MistakesIn(std::string(100'000, '(')).empty());
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "not ";
  EXPECT_FALSE(MistakesIn(deep + "Play").empty());
}

// The columns of the mistakes.
std::vector<std::string> PlacesIn(const std::string& text) {
  std::vector<std::string> places;
  for (const std::string& mistake : MistakesIn(text)) {
    const std::size_t start = std::string_view("where:1:").size();
    places.push_back(mistake.substr(start, mistake.find(':', start) - start));
  }
  return places;
}

TEST(CallFilterTest, ReadingGoesOnBehindAMistakeInTheForm) {
  // Ply, (, Hang, initial_silense, 5, the answer, and two parentheses.
  EXPECT_THAT(
      PlacesIn("Play(429) then Ply then (Hang and initial_silense >= x or "
               "duration > 5 and Play("),
      ElementsAre("16", "25", "25", "26", "35", "70", "80", "81"));
  EXPECT_THAT(PlacesIn("Plai and Recognise > and (duration > 5 or flow = x) "
                       "and wait > q"),
              ElementsAre("1", "10", "22", "38", "50", "64"));
  EXPECT_THAT(MistakesIn("(Plai and Recognise"),
              ElementsAre(HasSubstr("1:1: the parenthesis is not closed"),
                          HasSubstr("1:2: \"Plai\""),
                          HasSubstr("1:11: \"Recognise\"")));
  EXPECT_THAT(MistakesIn("Play) and Pley"),
              ElementsAre(HasSubstr("1:5: the parenthesis closes nothing"),
                          HasSubstr("1:11: \"Pley\"")));
  EXPECT_THAT(MistakesIn("Play Recognize > x and Pley"),
              ElementsAre(HasSubstr("1:6: expected and, or, or the end, not"),
                          HasSubstr("1:18: \"x\" is not how often"),
                          HasSubstr("1:24: \"Pley\"")));
}

TEST(CallFilterTest, AMistakeIsToldOnce) {
  for (const char* text : {"flow = \"menu",
                           "(flow = \"menu",
                           "Play $ Recognize",
                           "flow = $",
                           "duration then Play",
                           "duration > and Play",
                           "flow > menu",
                           "and Play",
                           "Play and",
                           "Play then then",
                           "Play then and Play",
                           "Play Recognise",
                           "Play Recognize",
                           "Play not Recognize",
                           "Play(429 503)",
                           "Play(429",
                           "(Play(429 and Play)",
                           "Play(429 and (Play))",
                           "(Play",
                           "Play)",
                           "Pley(Play and Play)",
                           "Pley(429) >= x",
                           "()",
                           "not",
                           "duration (Pley)",
                           "duration between 1m and 2m",
                           "flow in (menu, other)"}) {
    EXPECT_EQ(MistakesIn(text).size(), 1u)
        << text << ": " << testing::PrintToString(MistakesIn(text));
  }
}

TEST(CallFilterTest, OtherLanguagesLeadToThisOne) {
  struct Other {
    const char* typed;
    const char* said;
  };
  for (const auto& [typed, said] : std::vector<Other>{
           {"Play && Recognize",
            "1:6: \"&&\" has no meaning here; did you mean \"and\"?"},
           {"Play || Recognize", "did you mean \"or\"?"},
           {"!Play", "did you mean \"not\"?"},
           {"Play AND Recognize", "did you mean \"and\"?"},
           {"flow <> menu", "did you mean \"!=\"?"},
           {"Play(4XX)", "; write Play(4xx)"},
           {"Play(429,503)", "one answer at a time: Play(429) or Play(503)"},
           {"flow in (menu, assistant)", "; write flow = a or flow = b"},
           {"duration between 1m and 2m",
            "; write duration >= 1m and duration <= 2m"},
           {"requests between 3 and 5",
            "; write requests >= 3 and requests <= 5"},
           {"Play between 1 and 2", "; write Play >= 1 and Play <= 2"},
           {"duration between", "; write duration >= 1m and duration <= 2m"},
           {"end in (busy, failed)", "; write end = a or end = b"},
           {"end is busy", "; write end = a"},
           {"status = 429", "; write request(429)"},
           {"http(404)", "; write request(404)"},
           {"Recognise(429)", "of a call; did you mean \"Recognize\"?"},
           {"Plai(failed)", "of a call; did you mean \"Play\"?"},
           {"initial_silense(8510)", "did you mean \"initial_silence\"?"},
           {"xyzzyxyzzy(429)", "; write request(429)"},
           {"wrong_tone(400)",
            "\"400\" is no code or subcode of \"wrong_tone\": 500 or 8534"},
           {"tone(429)",
            "\"429\" is no code or subcode of \"tone\": it has "
            "none"},
           {"count(Play) > 2", "; write Play > 2"},
           {"Play -> Recognize", "; write Play then HangUpCall"},
           {"Play followed by Recognize", "; write Play then HangUpCall"},
           {"dtmf", "; write tone"},
           {"duration > 2 m", "has no space; did you mean \"2m\"?"},
           {"Play(0202)", "; write request(202)"},
           {"resultCode = 400", "; write media(8510)"},
           {"8510",
            "\"8510\" is no event, quantity or property of a call; "
            "write media(8510)"},
           {"429", "; write request(429)"},
           {"play(failed)", "; write play_failed"},
           {"Play(failed)", "; write play_failed"},
           {"request(failed)", "; write refused"},
           {"Play(8510)", "; write media(8510)"},
           {"duration > 120",
            "1:12: \"120\" is not a duration such as 2m; "
            "did you mean \"120s\"?"},
           {"2m < duration",
            "1:1: a value is behind the comparison; write duration > 2m"},
           {"2 == Play", "; write Play = 2"},
           {"'menu' != flow", "; write flow != menu"},
           {"Plä", "\"Plä\" is no event"},
           {"Play()", "1:6: an answer is missing, such as 429"},
           {"Play then then", "expected an event, not then"},
           {"Play > 99999999999999999999", "is too large a number"},
           {"requests > 99999999999999999999", "is too large a number"}}) {
    EXPECT_THAT(MistakesIn(typed), ElementsAre(HasSubstr(said))) << typed;
  }
  EXPECT_THAT(MistakesIn("ä and Pley"),
              ElementsAre(HasSubstr("where:1:1:"), HasSubstr("where:1:7:")))
      << "columns count letters";
}

TEST(CallFilterTest, WhatNoCallCanHaveIsAMistake) {
  // All targets of transfers answer.
  EXPECT_FALSE(MistakesIn("transfer_declined", "contact-center").empty());
  EXPECT_THAT(MistakesIn("Play and TransferCallToParticipant", "small-office"),
              ElementsAre(HasSubstr("no call of the profile can have "
                                    "\"TransferCallToParticipant\"")));
  for (const char* text : {"Play or transfer_declined", "transfer_declined = 0",
                           "not transfer_declined"}) {
    EXPECT_TRUE(MistakesIn(text, "small-office").empty()) << text;
  }
}

TEST(CallFilterTest, WeightsSharesAndIncidentsMakeEventsPossible) {
  const std::string& text = ShippedProfile("quickstart").text;
  const auto is_possible = [&](const char* change, const char* event) {
    const std::vector<std::string> changes = {change};
    const Profile profile =
        ParseProfile(ChangedProfile(text, changes), "changed", "changed");
    return EventsNamed(event)->IsAmong(PossibleEventsOf(profile));
  };
  const std::string incident =
      R"(incidents=[{"name": "x", "every": "1h", "length": "30m", )";
  const auto in_incident = [&](const char* effect, const char* event) {
    return is_possible((incident + effect + "}]").c_str(), event);
  };
  const char* const nothing = "description=x";
  EXPECT_TRUE(is_possible(nothing, "inter_tone_timeout"));
  EXPECT_FALSE(is_possible(
      R"(flows.menu.steps.account.caller_does={"stops_early": 0, "answers": 1})",
      "inter_tone_timeout"));
  EXPECT_FALSE(is_possible(nothing, "recognition_timed_out"));
  EXPECT_TRUE(is_possible(nothing, "bad_file"));
  EXPECT_FALSE(is_possible("media.play={}", "bad_file"));
  EXPECT_TRUE(is_possible(nothing, "play_canceled"));
  EXPECT_FALSE(is_possible(nothing, "transfer_unreachable"));
  EXPECT_TRUE(
      in_incident(R"("unreachable_share": 0.5)", "transfer_unreachable"));
}

// For all shipped profiles: what happens in calls is possible by their flows,
// so that no expression about it is refused.
TEST(CallFilterTest, WhatHappensIsPossible) {
  for (const BuiltinProfile& builtin : BuiltinProfiles()) {
    const Runs runs(ShippedProfile(builtin.name));
    const PossibleEvents possible = PossibleEventsOf(runs.plan.profile());
    for (std::uint32_t i = 0; i < runs.worlds.size(); ++i) {
      const Plan& plan = runs.worlds[i].plan;
      Simulator simulator(plan, plan.run().key, true);
      const auto slot = static_cast<std::uint64_t>(
          plan.profile().traffic.start.ms / kMsPerSecond);
      for (std::uint32_t number = 0; number < Fewer(500u); ++number) {
        const Call& call = simulator.Simulate({slot, number, i});
        PossibleEvents happened;
        for (const Request& request : call.requests) {
          happened.operations |= BitOf(request.operation);
        }
        for (const Media& media : call.media) {
          happened.media |= BitOf(media.outcome);
        }
        for (const Note& note : call.notes) {
          happened.notes[static_cast<std::size_t>(note.kind)] |=
              BitOf(note.outcome);
        }
        EXPECT_EQ(happened.operations & ~possible.operations, 0u)
            << builtin.name;
        EXPECT_EQ(happened.media & ~possible.media, 0u) << builtin.name;
        for (const auto kind : {Note::Kind::kNotConnected, Note::Kind::kInvited,
                                Note::Kind::kTransferred, Note::Kind::kTone}) {
          const auto at = static_cast<std::size_t>(kind);
          EXPECT_EQ(happened.notes[at] & ~possible.notes[at], 0u)
              << builtin.name << ", note " << at;
        }
      }
    }
  }
}

// An expression that reads no notes selects the same calls without them.
TEST(CallFilterTest, NotesAreReadIfTheyDecide) {
  const Runs runs(ShippedProfile("contact-center"));
  const Plan& plan = runs.plan;
  Simulator noting(plan, plan.run().key, true);
  Simulator plain(plan, plan.run().key);
  const auto slot = static_cast<std::uint64_t>(plan.profile().traffic.start.ms /
                                               kMsPerSecond);
  std::vector<std::string> decided_by_notes;
  for (const std::string_view name : EventNames()) {
    for (const std::string& text :
         {std::string(name), "not " + std::string(name),
          "redial = 0 and not (" + std::string(name) + " = 1)",
          "request then " + std::string(name)}) {
      std::vector<Problem> problems;
      const auto filter =
          CallFilter::Read(text, plan.profile(), "where", problems);
      if (filter == nullptr) continue;  // no call can have it
      bool differs = false;
      for (std::uint32_t number = 0; number < Fewer(200u); ++number) {
        const CallKey key{slot, number, 0};
        differs |= filter->Selects(noting.Simulate(key), plan) !=
                   filter->Selects(plain.Simulate(key), plan);
      }
      EXPECT_TRUE(!differs || filter->reads_notes()) << text;
      if (differs) decided_by_notes.push_back(text);
    }
  }
  EXPECT_THAT(decided_by_notes, Contains("not tone"));
  std::vector<Problem> problems;
  EXPECT_FALSE(CallFilter::Read("duration > 1m and not Play(refused) then Play",
                                plan.profile(), "where", problems)
                   ->reads_notes());
}

}  // namespace
}  // namespace busyhour::internal

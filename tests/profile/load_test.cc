#include "profile/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <numeric>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "base/test_files.h"
#include "problem_lines.h"
#include "profile/step_outcomes.h"

namespace busyhour::internal {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using SpreadKind = DistributionSpec::Kind;

TEST(LoadTest, WhatIsNotSaidHasItsDefault) {
  const Profile profile = Parse(ProfileWith(""));
  const Profile defaults;
  EXPECT_EQ(profile.name, "test");
  EXPECT_EQ(profile.description, "For a test.");
  EXPECT_EQ(profile.traffic.rate_cps, defaults.traffic.rate_cps);
  EXPECT_EQ(profile.timing.ring, defaults.timing.ring);
  EXPECT_EQ(profile.clients.size(), defaults.clients.size());
  EXPECT_EQ(profile.traffic.hours_of_week, defaults.traffic.hours_of_week);
  ASSERT_EQ(profile.flows.size(), 1u);
  EXPECT_EQ(profile.flows[0].steps[0].name, "answer");
  EXPECT_EQ(profile.text, ProfileWith(""));
}

TEST(LoadTest, ReadsResourceAndTraffic) {
  const Profile profile = Parse(ProfileWith(R"(
    "resource": {
      "subscription": "5fab0875-3211-4879-8051-c688d0854c4d",
      "group": "a_(b).c", "name": "d-1", "region": "westeurope"
    },
    "traffic": {
      "rate": "90/min", "rate_is": "busy_hour",
      "start": "2026-03-02T10:00:00+02:00", "utc_offset": "-05:30",
      "week": [1, 2, 3, 4, 5, 6, 0],
      "day": [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
              0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.5],
      "day_factor": {"cv": 0.25, "autocorrelation": 0.5},
      "busyness": {"cv": 0.125, "period": "90s"},
      "capacity": "36k/h"
    },)"));
  EXPECT_EQ(FormatGuid(profile.resource.subscription.value()),
            "5fab0875-3211-4879-8051-c688d0854c4d");
  EXPECT_EQ(profile.resource.group, "a_(b).c");
  EXPECT_EQ(profile.resource.region, "westeurope");
  const Traffic& traffic = profile.traffic;
  EXPECT_EQ(traffic.rate_cps, 1.5);
  EXPECT_TRUE(traffic.rate_is_busy_hour);
  EXPECT_EQ(FormatTime(traffic.start), "2026-03-02T08:00:00Z");
  EXPECT_EQ(traffic.utc_offset_ms, -(5 * kMsPerHour + 30 * kMsPerMinute));
  // Monday 00:00, Monday 23:00, Tuesday 00:00, Sunday.
  EXPECT_EQ(traffic.hours_of_week[0], 1.0);
  EXPECT_EQ(traffic.hours_of_week[23], 0.5);
  EXPECT_EQ(traffic.hours_of_week[24], 2.0);
  EXPECT_EQ(traffic.hours_of_week[6 * 24], 0.0);
  EXPECT_EQ(traffic.day_cv, 0.25);
  EXPECT_EQ(traffic.day_autocorrelation, 0.5);
  EXPECT_EQ(traffic.busyness_cv, 0.125);
  EXPECT_EQ(traffic.busyness_period_ms, 90'000);
  EXPECT_EQ(traffic.capacity_cps, 10.0);
}

TEST(LoadTest, HoursOfWeekMayBeFlatOrByDay) {
  std::string flat;
  std::string by_day;
  for (int day = 0; day < 7; ++day) {
    std::string hours;
    for (int hour = 0; hour < 24; ++hour) {
      hours += (hour > 0 ? "," : "") + std::to_string(day * 24 + hour);
    }
    flat += (day > 0 ? "," : "") + hours;
    by_day += (day > 0 ? ",[" : "[") + hours + ']';
  }
  const auto read = [](const std::string& hours) {
    return Parse(ProfileWith("\"traffic\": {\"hours_of_week\": [" + hours +
                             "]},"))
        .traffic.hours_of_week;
  };
  std::array<double, 168> expected;
  std::iota(expected.begin(), expected.end(), 0.0);
  EXPECT_EQ(read(flat), expected);
  EXPECT_EQ(read(by_day), expected);
}

TEST(LoadTest, ReadsTheOtherSections) {
  const Profile profile = Parse(ProfileWith(R"(
    "participants": {"callers": {"teams": 3, "pstn": 0}, "agents": 7, "numbers": "uk"},
    "clients": [{"sdk_type": "dotnet", "sdk_version": "", "api_version": "2026-03-12", "weight": 2}],
    "servers": 3,
    "timing": {"ring_limit": "1m", "max_steps": 9, "api_latency_of": {"Play": "7ms"}},
    "requests": {
      "failures": {"share": 0.5, "statuses": {"503": 2, "400": 1}},
      "failures_of": {"Recognize": {"share": 0.25}},
      "late_share": 0
    },
    "media": {"play": {"shutdown": 0.5}, "recognize": {}},
    "usage": {"app_leg": false, "granularity": "1m", "lag": "2s"},
    "delivery": {"usage": "4s"},
    "assumptions": {"text_source_name": "Text", "level_of_client_failure": "Error", "usage_unit": "seconds"},
    "incidents": [{"name": "n", "every": "1h", "offset": "5m", "length": "2m", "operations": ["Hold"],
                   "requests": {"share": 1}, "media": {"recognize": {"beep_failed": 0.5}},
                   "latency_factor": 2, "rate_factor": 0.5}],
    "logs": ["usage"],)"));
  EXPECT_THAT(profile.participants.callers,
              ElementsAre(Pair(ParticipantKind::kTeams, 3.0),
                          Pair(ParticipantKind::kPstn, 0.0)));
  EXPECT_EQ(profile.participants.agents, 7u);
  EXPECT_EQ(profile.participants.numbers, Participants::Numbers::kUk);
  ASSERT_EQ(profile.clients.size(), 1u);
  EXPECT_EQ(profile.clients[0].api_version, "2026-03-12");
  EXPECT_EQ(profile.servers, 3u);
  EXPECT_EQ(profile.timing.ring_limit_ms, 60'000);
  EXPECT_EQ(profile.timing.max_steps, 9u);
  ASSERT_EQ(profile.timing.api_latency_of.size(), 1u);
  EXPECT_EQ(profile.timing.api_latency_of[0].first, Operation::kPlay);
  EXPECT_EQ(profile.timing.api_latency_of[0].second.a, 7.0);
  EXPECT_EQ(profile.requests.failures.share, 0.5);
  EXPECT_THAT(profile.requests.failures.statuses,
              ElementsAre(Pair(503, 2.0), Pair(400, 1.0)));
  ASSERT_EQ(profile.requests.failures_of.size(), 1u);
  EXPECT_EQ(profile.requests.failures_of[0].second.share, 0.25);
  EXPECT_EQ(profile.requests.late_share, 0.0);
  EXPECT_THAT(profile.media.play,
              ElementsAre(Pair(Outcome::kPlayShutdown, 0.5)));
  EXPECT_THAT(profile.media.recognize, IsEmpty());
  EXPECT_FALSE(profile.usage.app_leg);
  EXPECT_EQ(profile.usage.granularity_ms, 60'000);
  EXPECT_EQ(profile.usage.lag.a, 2'000.0);
  EXPECT_EQ(profile.delivery[LogType::kUsage].a, 4'000.0);
  EXPECT_EQ(profile.assumptions.text_source_name, "Text");
  EXPECT_EQ(profile.assumptions.level_of_client_failure, "Error");
  EXPECT_EQ(profile.assumptions.usage_unit, "seconds");
  ASSERT_EQ(profile.incidents.size(), 1u);
  const Incident& incident = profile.incidents[0];
  EXPECT_EQ(incident.when.every_ms, kMsPerHour);
  EXPECT_EQ(incident.when.offset_ms, 5 * kMsPerMinute);
  EXPECT_EQ(incident.when.length_ms, 2 * kMsPerMinute);
  EXPECT_THAT(incident.scope.operations, ElementsAre(Operation::kHold));
  EXPECT_EQ(incident.requests.share, 1.0);
  EXPECT_THAT(incident.media.recognize,
              ElementsAre(Pair(Outcome::kBeepFailed, 0.5)));
  EXPECT_EQ(incident.latency_factor, 2.0);
  EXPECT_EQ(incident.rate_factor, 0.5);
  EXPECT_FALSE(profile.logs.Has(LogType::kOperational));
  EXPECT_TRUE(profile.logs.Has(LogType::kUsage));
}

DistributionSpec Reaction(std::string_view spread) {
  return Parse(ProfileWith("\"timing\": {\"reaction\": " + std::string(spread) +
                           "},"))
      .timing.reaction;
}

TEST(LoadTest, ReadsFaults) {
  const Profile profile = Parse(ProfileWith(R"(
    "faults": [
      {"kind": "clock_skew", "rate": 0.5, "by": {"uniform": ["-2h", "5m"]}},
      {"kind": "drop", "rate": 1, "logs": ["usage"], "every": "1h",
       "offset": "5m", "length": "10m"},
      {"kind": "oversize", "rate": 0.25, "field": "TimeGenerated [UTC]",
       "bytes": "1MiB"}
    ],)"));
  ASSERT_EQ(profile.faults.size(), 3u);
  const FaultRule& skew = profile.faults[0];
  EXPECT_EQ(skew.kind, FaultKind::kClockSkew);
  EXPECT_EQ(skew.rate, 0.5);
  ASSERT_TRUE(skew.by.has_value());
  EXPECT_EQ(skew.by->a, -7'200'000.0);
  EXPECT_EQ(Distribution(*skew.by).min(), -7'200'000);
  EXPECT_EQ(skew.when.length_ms, 0);
  EXPECT_TRUE(skew.logs.Has(LogType::kOperational));
  const FaultRule& drop = profile.faults[1];
  EXPECT_FALSE(drop.logs.Has(LogType::kOperational));
  EXPECT_TRUE(drop.logs.Has(LogType::kUsage));
  EXPECT_EQ(drop.when.every_ms, kMsPerHour);
  EXPECT_EQ(drop.when.offset_ms, 5 * kMsPerMinute);
  EXPECT_EQ(drop.when.length_ms, 10 * kMsPerMinute);
  EXPECT_FALSE(drop.by.has_value());
  EXPECT_EQ(profile.faults[2].field, "TimeGenerated [UTC]");
  EXPECT_EQ(profile.faults[2].bytes, 1u << 20);
}

TEST(LoadTest, ReadsEveryFormOfDistribution) {
  DistributionSpec spec = Reaction("\"2s\"");
  EXPECT_EQ(spec.kind, SpreadKind::kConstant);
  EXPECT_EQ(spec.a, 2'000.0);
  EXPECT_EQ(spec, Reaction(R"({"constant": "2s"})"));

  spec = Reaction(R"({"uniform": ["1s", "3s"]})");
  EXPECT_EQ(spec.kind, SpreadKind::kUniform);
  EXPECT_EQ(spec.a, 1'000.0);
  EXPECT_EQ(spec.b, 3'000.0);

  spec = Reaction(R"({"normal": {"mean": "2s", "sd": "250ms"}, "min": "1s"})");
  EXPECT_EQ(spec.kind, SpreadKind::kNormal);
  EXPECT_EQ(spec.a, 2'000.0);
  EXPECT_EQ(spec.b, 250.0);
  EXPECT_EQ(spec.min, 1'000.0);
  EXPECT_EQ(spec.max, 600'000.0) << "the end of the key's range";

  spec = Reaction(R"({"lognormal": {"median": "2s", "sigma": 0.5}})");
  EXPECT_EQ(spec.kind, SpreadKind::kLognormal);
  EXPECT_EQ(spec.a, 2'000.0);
  EXPECT_EQ(spec.b, 0.5);
  EXPECT_EQ(spec.min, 0.0);

  spec =
      Reaction(R"({"lognormal": {"mu_s": 4.80, "sigma": 0.91}, "max": "5m"})");
  EXPECT_EQ(spec.a, std::round(std::exp(4.80) * 1000.0));
  EXPECT_EQ(spec.max, 300'000.0);

  spec = Reaction(R"({"exponential": {"mean": "3s"}})");
  EXPECT_EQ(spec.kind, SpreadKind::kExponential);
  EXPECT_EQ(spec.a, 3'000.0);

  spec = Reaction(R"({"gamma": {"mean": "3s", "cv": 0.5}})");
  EXPECT_EQ(spec.kind, SpreadKind::kGamma);
  EXPECT_EQ(spec.a, 3'000.0);
  EXPECT_EQ(spec.b, 0.5);

  spec = Reaction(R"({"quantiles": [[0, "1s"], [0.5, "3s"], [1, "9s"]]})");
  EXPECT_EQ(spec.kind, SpreadKind::kQuantiles);
  ASSERT_EQ(spec.points.size(), 3u);
  EXPECT_EQ(spec.points[1].probability, 0.5);
  EXPECT_EQ(spec.points[1].value, 3'000.0);
}

// For all distributions that load: a table can be built for them, and draws are
// within the range of the key.
TEST(LoadTest, TheWidestDistributionsCanBeDrawnFrom) {
  for (const std::string_view spread :
       {R"({"gamma": {"mean": "10m", "cv": 5}})",
        R"({"gamma": {"mean": "1ms", "cv": 0.01}})",
        R"({"lognormal": {"median": "10m", "sigma": 5}})",
        R"({"lognormal": {"median": "1ms", "sigma": 0}})",
        R"({"normal": {"mean": "0s", "sd": "10m"}})",
        R"({"exponential": {"mean": "10m"}})",
        R"({"uniform": ["5s", "5s"]})"}) {
    const Distribution distribution(Reaction(spread));
    EXPECT_GE(distribution.min(), 0) << spread;
    EXPECT_LE(distribution.max(), 600'000) << spread;
    EXPECT_TRUE(std::isfinite(distribution.mean())) << spread;
  }
}

TEST(LoadTest, ReadsStepsAndWhereTheyLead) {
  const Profile profile = Parse(R"({
    "description": "For a test.",
    "flows": {
      "all": {
        "weight": 3,
        "caller": {"kinds": {"acs": 1}, "patience": "10s", "stays": "20s"},
        "on_caller_left": "bye",
        "start": "call",
        "steps": {
          "bye": {"operation": "HangUpCall"},
          "call": {
            "operation": "CreateCall", "who": "teams",
            "callee_does": {"answers": 2, "voicemail": 1}, "ring": "3s",
            "on": {"request_failed": {"retry": 3, "then": "end"}, "voicemail": "end", "completed": {"menu": 1, "bye": 3}}
          },
          "menu": {
            "operation": "Recognize", "input": "SpeechOrDtmf",
            "prompt": {"source": "SSML", "length": "4s"},
            "initial_silence": "6s", "inter_tone": "3s", "end_silence": "1s",
            "max_tones": 4, "stop_tone": true, "interrupt_prompt": false,
            "barge_in": 0.25, "by_speech": 0.75, "response": "1s", "utterance": "2s",
            "caller_does": {"answers": 1, "talks_on": 2},
            "on": {"initial_silence": {"retry": 2, "then": "add"}, "failed": "end"},
            "next": "add"
          },
          "add": {
            "operation": "AddParticipant", "who": "pstn", "background": true,
            "callee_does": {"declines": 1}, "invitation_timeout": "7s",
            "stays": "8s", "tests_patience": true, "next": "music"
          },
          "music": {"operation": "Play", "source": "File", "length": "9s", "loop": true,
                    "background": true, "to": "participant", "next": "tones"},
          "tones": {"operation": "SendDtmfTones", "tones": 5, "next": "pause"},
          "pause": {"wait": "11s", "tests_patience": true, "caller_does": {"stays": 1, "hangs_up": 1}, "next": "bye"}
        }
      }
    }
  })");
  ASSERT_EQ(profile.flows.size(), 1u);
  const Flow& flow = profile.flows[0];
  EXPECT_EQ(flow.name, "all");
  EXPECT_EQ(flow.weight, 3.0);
  EXPECT_THAT(flow.caller_kinds, ElementsAre(Pair(ParticipantKind::kAcs, 1.0)));
  EXPECT_EQ(flow.patience.value().a, 10'000.0);
  EXPECT_EQ(flow.caller_stays.value().a, 20'000.0);
  EXPECT_EQ(flow.on_caller_left, 0);
  EXPECT_EQ(flow.start, 1);
  ASSERT_EQ(flow.steps.size(), 7u);

  const Step& call = flow.steps[1];
  const auto& dial = std::get<RingStep>(call.action);
  EXPECT_EQ(dial.operation, Operation::kCreateCall);
  EXPECT_EQ(dial.who, ParticipantKind::kTeams);
  EXPECT_EQ(dial.ring.value().a, 3'000.0);
  EXPECT_THAT(dial.callee_does, ElementsAre(Pair(Outcome::kCompleted, 2.0),
                                            Pair(Outcome::kVoicemail, 1.0)));
  ASSERT_EQ(call.on.size(), 3u);
  EXPECT_FALSE(call.on[0].any_of_group);
  EXPECT_EQ(call.on[0].outcome, Outcome::kRequestFailed);
  EXPECT_EQ(call.on[0].retries, 3u);
  EXPECT_THAT(call.on[0].targets, ElementsAre(Pair(kEndStep, 1.0)));
  EXPECT_EQ(call.on[1].outcome, Outcome::kVoicemail);
  EXPECT_TRUE(call.on[2].any_of_group);
  EXPECT_EQ(call.on[2].group, ResultType::kCompleted);
  EXPECT_THAT(call.on[2].targets, ElementsAre(Pair(2, 1.0), Pair(0, 3.0)));
  EXPECT_THAT(call.next, IsEmpty());

  const auto& menu = std::get<RecognizeStep>(flow.steps[2].action);
  EXPECT_EQ(menu.input, Input::kSpeechOrDtmf);
  EXPECT_EQ(menu.prompt.value().source, Source::kSsml);
  EXPECT_EQ(menu.prompt->length.a, 4'000.0);
  EXPECT_EQ(menu.initial_silence_ms, 6'000);
  EXPECT_EQ(menu.inter_tone_ms, 3'000);
  EXPECT_EQ(menu.end_silence_ms, 1'000);
  EXPECT_EQ(menu.max_tones, 4u);
  EXPECT_TRUE(menu.stop_tone);
  EXPECT_FALSE(menu.interrupt_prompt);
  EXPECT_EQ(menu.barge_in, 0.25);
  EXPECT_EQ(menu.by_speech, 0.75);
  EXPECT_EQ(menu.response.value().a, 1'000.0);
  EXPECT_EQ(menu.utterance.value().a, 2'000.0);
  EXPECT_THAT(menu.caller_does, ElementsAre(Pair(Behaviour::kCooperates, 1.0),
                                            Pair(Behaviour::kTalksOn, 2.0)));
  ASSERT_EQ(flow.steps[2].on.size(), 2u);
  EXPECT_EQ(flow.steps[2].on[0].outcome, Outcome::kInitialSilence);
  EXPECT_EQ(flow.steps[2].on[1].group, ResultType::kFailed);
  EXPECT_THAT(flow.steps[2].next, ElementsAre(Pair(3, 1.0)));

  const auto& add = std::get<RingStep>(flow.steps[3].action);
  EXPECT_EQ(add.operation, Operation::kAddParticipant);
  EXPECT_TRUE(add.background);
  EXPECT_TRUE(add.tests_patience);
  EXPECT_EQ(add.invitation_timeout_ms, 7'000);
  EXPECT_EQ(add.stays.value().a, 8'000.0);
  EXPECT_THAT(add.callee_does, ElementsAre(Pair(Outcome::kDeclined, 1.0)));

  const auto& music = std::get<PlayStep>(flow.steps[4].action);
  EXPECT_EQ(music.sound.source, Source::kFile);
  EXPECT_EQ(music.sound.length.a, 9'000.0);
  EXPECT_TRUE(music.loop);
  EXPECT_TRUE(music.to_participant);
  EXPECT_EQ(std::get<SendTonesStep>(flow.steps[5].action).tones, 5u);
  const auto& pause = std::get<WaitStep>(flow.steps[6].action);
  EXPECT_EQ(pause.length.a, 11'000.0);
  EXPECT_THAT(pause.caller_does, ElementsAre(Pair(Behaviour::kCooperates, 1.0),
                                             Pair(Behaviour::kHangsUp, 1.0)));
}

// Each broken profile has a file with the expected problems: all of them, in
// this order, and no others.
TEST(LoadTest, BrokenProfilesHaveTheExpectedProblems) {
  const fs::path directory =
      fs::path(BUSYHOUR_SOURCE_DIR) / "tests/profile/broken";
  int count = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() != ".json") continue;
    ++count;
    std::string said;
    for (const std::string& line : ProblemLines(ContentOf(entry.path()))) {
      said += line + '\n';
    }
    fs::path expected = entry.path();
    expected.replace_extension(".expected");
    ASSERT_TRUE(fs::exists(expected)) << expected;
    EXPECT_EQ(said, ContentOf(expected)) << entry.path();
    EXPECT_NE(said, "") << entry.path() << " loads";
  }
  EXPECT_GE(count, 19);
}

TEST(LoadTest, ProblemsNameTheirSource) {
  try {
    ParseProfile("{}", "mine.json", "mine");
    FAIL() << "it loads";
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(),
                 "mine.json:1:1: \"description\" is missing\n"
                 "mine.json:1:1: \"flows\" is missing");
  }
}

TEST(LoadTest, AByteOrderMarkIsNoPartOfTheText) {
  EXPECT_EQ(Parse("\xef\xbb\xbf" + ProfileWith("")).flows.size(), 1u);
  EXPECT_THAT(ProblemLines("\xef\xbb\xbf{]"),
              ElementsAre(":1:2: ] is not expected here; expected is a key in "
                          "double quotes"));
}

TEST(LoadTest, LargeTextsAreRefusedUnread) {
  std::string text = ProfileWith("");
  text.resize(kMaxProfileBytes, ' ');
  EXPECT_THAT(ProblemLines(text), IsEmpty());
  text += ' ';
  EXPECT_THAT(ProblemLines(text),
              ElementsAre("is larger than 4,194,304 bytes, the most that a "
                          "profile may have"));
}

std::string ManySteps(int flows, int steps) {
  std::string text = "{\"description\": \"Large.\", \"flows\": {";
  for (int flow = 0; flow < flows; ++flow) {
    text += (flow > 0 ? ",\"f" : "\"f") + std::to_string(flow) +
            R"(":{"start":"a","steps":{"a":{"operation":"AnswerCall","next":)" +
            R"({"end":1)";
    std::string rest;
    for (int step = 1; step < steps; ++step) {
      const std::string name = "\"s" + std::to_string(step) + '"';
      rest += "," + name + ":{\"operation\":\"AnswerCall\",\"next\":\"end\"}";
    }
    text += "}}" + rest + "}}";
  }
  return text + "}}";
}

TEST(LoadTest, FlowsAndStepsAreLimited) {
  EXPECT_THAT(ProblemLines(ManySteps(201, 1)),
              ElementsAre(":1:36: /flows  there are 201 flows; there must be 1 "
                          "to 200"));
  EXPECT_THAT(ProblemLines(ManySteps(1, 501)).front(),
              HasSubstr("there are 501 steps; there must be 1 to 500"));
  EXPECT_THAT(ProblemLines(ManySteps(5, 401)),
              ElementsAre(":1:36: /flows  there are 2005 steps in all flows; "
                          "there must be at most 2000"));
}

// The outcomes that are possible for a step determine which targets its flow
// must define.
TEST(LoadTest, OutcomesThatEndTheCallNeedNoTarget) {
  const std::string answer =
      R"("answer": {"operation": "AnswerCall", "on": {"failed": "end"}, "next": "last"},)";
  for (const char* last : {"HangUpCall", "TerminateCall"}) {
    EXPECT_THAT(ProblemLines(FlowWith(answer + "\"last\": {\"operation\": \"" +
                                      last + "\"}")),
                IsEmpty());
  }
  EXPECT_THAT(
      ProblemLines(FlowWith(R"("answer": {"operation": "RejectCall"})")),
      IsEmpty());
  EXPECT_THAT(
      ProblemLines(FlowWith(
          R"("answer": {"operation": "CreateCall", "callee_does": {"busy": 1}, "next": "end"})")),
      IsEmpty());
  EXPECT_THAT(
      ProblemLines(FlowWith(
          answer +
          R"("last": {"operation": "TransferCallToParticipant", "callee_does": {"busy": 1, "answers": 1}})")),
      ElementsAre(":2:88: /flows/only/steps/last  after request_failed or busy "
                  "this step leads nowhere; say where in \"on\", or for all "
                  "other outcomes in \"next\""));
}

TEST(LoadTest, AStepInTheBackgroundHasNoOutcomeToWaitFor) {
  const std::string steps =
      R"("answer": {"operation": "AnswerCall", "on": {"failed": "end"}, "next": "music"},
         "music": {"operation": "Play", "source": "File", "background": true,
                   "on": {"bad_file": "end"}, "next": "end"})";
  EXPECT_THAT(ProblemLines(FlowWith(steps)),
              ElementsAre(HasSubstr(
                  "\"bad_file\" is not an outcome of Play; use completed, "
                  "failed or request_failed")));
}

TEST(LoadTest, OutcomesOfAMisspelledKindOfStepAreNotRefused) {
  const std::string answer =
      R"("answer": {"operation": "AnswerCall", "on": {"failed": "end"}, "next": "menu"},)";
  const std::string rest =
      R"("caller_does": {"answers": 1, "wrong_tone": 1},
         "on": {"completed": "end", "tone_matched": "end", "bad_file": "end"}})";
  for (const std::string kind :
       {R"("operation": "Recognize", "input": "choices", )",
        R"("operation": "Recognise", "input": "Choices", )"}) {
    EXPECT_THAT(ProblemLines(FlowWith(answer + R"("menu": {)" + kind + rest)),
                ElementsAre(HasSubstr("did you mean")))
        << kind;
  }
  EXPECT_THAT(
      ProblemLines(FlowWith(
          answer +
          R"("menu": {"operation": "Play", "source": "Fiel", "on": {"bad_file": "end", "complete": "end"}})")),
      ElementsAre(HasSubstr("did you mean \"File\""),
                  HasSubstr("\"complete\" is not an outcome; did you mean "
                            "\"completed\"?")));
}

TEST(LoadTest, TheStepAfterTheCallerLeftIsReached) {
  EXPECT_THAT(ProblemLines(R"({"description": "x", "flows": {"f": {
      "start": "answer", "on_caller_left": "bye",
      "steps": {
        "answer": {"operation": "AnswerCall", "next": "end"},
        "bye": {"operation": "HangUpCall"}
      }}}})"),
              IsEmpty());
}

// Incidents that do not overlap do not add up.
TEST(LoadTest, TheBusiestHourCountsIncidentsThatOverlap) {
  const auto problems = [](std::int64_t apart_min) {
    std::string list;
    for (int i = 0; i < 100; ++i) {
      list += (i == 0 ? "" : ",") + std::string(R"({"name": "spot )") +
              std::to_string(i) + R"(", "after": ")" +
              std::to_string(i * apart_min) +
              R"(m", "length": "5m", "rate_factor": 10})";
    }
    return ProblemLines(ProfileWith("\"incidents\": [" + list + "],"));
  };
  EXPECT_THAT(problems(5), IsEmpty());
  EXPECT_THAT(problems(0), testing::Not(IsEmpty()));
}

}  // namespace
}  // namespace busyhour::internal

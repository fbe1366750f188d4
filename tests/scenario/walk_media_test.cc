// The course and outcome of play and recognize.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/moments.h"
#include "scenario/calm.h"

namespace busyhour::internal {
namespace {

using namespace calm;

constexpr std::uint32_t kPromptMs = 4'000;
constexpr std::uint32_t kSilenceMs = 5'000;
constexpr std::uint32_t kInterToneMs = 2'000;
constexpr std::uint32_t kEndSilenceMs = 500;

// A call whose only media is that of a step. `step` are the step's members in
// JSON.
Profile ProfileOfMedia(std::string_view operation, std::string_view step) {
  return ProfileOfSteps(R"("first": {"operation": ")" + std::string(operation) +
                        "\", " + std::string(step) + R"(, "next": "end"})");
}

Profile ProfileOfPlay(std::string_view step) {
  return ProfileOfMedia(
      "Play", R"("source": "File", "length": "4s", )" + std::string(step));
}

// A recognize with a prompt. No answer comes before the end of the prompt.
Profile ProfileOfRecognize(std::string_view input, std::string_view step) {
  return ProfileOfMedia("Recognize",
                        R"("input": ")" + std::string(input) +
                            R"(", "prompt": {"source": "File", "length": "4s"},
                           "barge_in": 0, )" +
                            std::string(step));
}

RecognizeStep& RecognizeOf(Profile& profile) {
  return std::get<RecognizeStep>(profile.flows[0].steps[1].action);
}

const Media& OnlyMedia(const Call& call) {
  EXPECT_EQ(call.media.size(), 1u);
  EXPECT_EQ(call.media[0].request, 1);
  return call.media[0];
}

std::uint32_t AcceptedMs(const Call& call) {
  return call.requests[1].answered_ms();
}

TEST(WalkMediaTest, APlayTakesAsLongAsItsSound) {
  World world(ProfileOfPlay(R"("to": "all")"));
  const Call& call = world.CallOf(0);
  const Media& media = OnlyMedia(call);
  EXPECT_EQ(media.outcome, Outcome::kPlayCompleted);
  EXPECT_EQ(media.duration_ms, kMediaStartMs + kPromptMs);
  EXPECT_EQ(media.flags, 0);
  EXPECT_EQ(media.prompt, Source::kNone);
  EXPECT_EQ(call.ended_ms, AcceptedMs(call) + media.duration_ms + kReactionMs);
}

TEST(WalkMediaTest, APlayToTheCallerSaysSo) {
  World world(ProfileOfPlay(R"("to": "participant")"));
  EXPECT_EQ(OnlyMedia(world.CallOf(0)).flags, kFlagToParticipant);
}

TEST(WalkMediaTest, ACallerWhoHangsUpCancelsThePlay) {
  World world(ProfileOfPlay(R"("caller_does": {"hangs_up": 1})"));
  for (std::uint32_t number = 0; number < 200; ++number) {
    const Call& call = world.CallOf(number);
    const Media& media = OnlyMedia(call);
    EXPECT_EQ(media.outcome, Outcome::kPlayCanceled);
    EXPECT_EQ(media.flags & kFlagInterrupted, 0);
    EXPECT_EQ(call.legs[1].left_ms, call.ended_ms);
    // The caller hangs up during the play.
    const std::uint32_t after_ms = call.ended_ms - AcceptedMs(call);
    EXPECT_GE(after_ms, kMediaStartMs);
    EXPECT_LE(after_ms, kMediaStartMs + kPromptMs);
    EXPECT_EQ(media.duration_ms, after_ms + kMediaStopMs);
  }
}

TEST(WalkMediaTest, APlayInTheBackgroundRunsToItsEnd) {
  World world(ProfileOfSteps(
      R"("first": {"operation": "Play", "source": "File", "length": "4s",
                   "background": true, "next": "talk"},
         "talk": {"wait": "20s", "next": "end"})"));
  const Call& call = world.CallOf(0);
  const Media& media = OnlyMedia(call);
  EXPECT_EQ(media.outcome, Outcome::kPlayCompleted);
  EXPECT_EQ(media.duration_ms, kMediaStartMs + kPromptMs);
  EXPECT_EQ(call.ended_ms, AcceptedMs(call) + 20'000 + kReactionMs);
}

constexpr std::string_view kMusic =
    R"("first": {"operation": "Play", "source": "File", "length": "4s",
                 "loop": true, "background": true, "next": "talk"},
       "talk": {"wait": "20s", "next": "after"}, )";

TEST(WalkMediaTest, ALoopPlaysUntilTheCallEnds) {
  World world(ProfileOfSteps(std::string(kMusic) +
                             R"("after": {"wait": "1s", "next": "end"})"));
  const Call& call = world.CallOf(0);
  const Media& media = OnlyMedia(call);
  EXPECT_EQ(media.outcome, Outcome::kPlayCanceled);
  EXPECT_EQ(media.flags, kFlagInLoop);
  EXPECT_EQ(AcceptedMs(call) + media.duration_ms, call.ended_ms + kMediaStopMs);
}

TEST(WalkMediaTest, CancellingEndsWhatPlays) {
  World world(ProfileOfSteps(
      std::string(kMusic) +
      R"("after": {"operation": "CancelAllMediaOperations", "next": "more"},
         "more": {"wait": "20s", "next": "end"})"));
  const Call& call = world.CallOf(0);
  const Media& media = OnlyMedia(call);
  EXPECT_EQ(media.outcome, Outcome::kPlayCanceled);
  EXPECT_EQ(media.flags, kFlagInLoop);
  EXPECT_EQ(AcceptedMs(call) + media.duration_ms,
            call.requests[2].answered_ms() + kMediaStopMs);
}

TEST(WalkMediaTest, OtherMediaInterruptsWhatPlays) {
  for (const char* then :
       {R"("operation": "Play", "source": "File", "length": "1s")",
        R"("operation": "Recognize", "input": "Dtmf")"}) {
    World world(ProfileOfSteps(std::string(kMusic) + R"("after": {)" +
                               std::string(then) + R"(, "next": "end"})"));
    const Call& call = world.CallOf(0);
    ASSERT_EQ(call.media.size(), 2u);
    EXPECT_EQ(call.media[0].request, 1);
    EXPECT_EQ(call.media[0].outcome, Outcome::kPlayCanceled);
    EXPECT_EQ(call.media[0].flags, kFlagInLoop | kFlagInterrupted);
    EXPECT_EQ(AcceptedMs(call) + call.media[0].duration_ms,
              call.requests[2].answered_ms() + kMediaStopMs);
    EXPECT_EQ(call.media[1].request, 2);
    EXPECT_EQ(Info(call.media[1].outcome).group, ResultType::kCompleted);
  }
}

// For all inputs: if the caller stays silent, recognize fails exactly at the
// end of the prompt and the initial silence.
TEST(WalkMediaTest, SilenceFailsARecognizeAtItsTimeOut) {
  for (const char* input : {"Dtmf", "Choices", "Speech", "SpeechOrDtmf"}) {
    World world(
        ProfileOfRecognize(input, R"("caller_does": {"stays_silent": 1})"));
    const Media& media = OnlyMedia(world.CallOf(0));
    EXPECT_EQ(media.outcome, Outcome::kInitialSilence) << input;
    EXPECT_EQ(media.duration_ms, kMediaStartMs + kPromptMs + kSilenceMs);
    EXPECT_EQ(media.prompt, Source::kFile);
    EXPECT_EQ(media.flags & kFlagInterrupted, 0);
  }
}

// For all distributions of prompts and answers, and all initial silences: an
// initial-silence failure never comes before the end of the prompt and the
// silence, and no answer comes after it.
TEST(WalkMediaTest, NoTimeOutComesEarlyAndNoAnswerLate) {
  for (const char* silence : {"1ms", "1s", "5s", "20s"}) {
    const std::string keys =
        R"("max_tones": 1, "initial_silence": ")" + std::string(silence) +
        R"(", "response": {"lognormal": {"median": "4s", "sigma": 1.5}},
            "caller_does": {"stays_silent": 1, "answers": 3})";
    Profile profile = ProfileOfRecognize("Dtmf", keys);
    RecognizeStep& step = RecognizeOf(profile);
    step.prompt->length = LognormalMs(3'000, 0.8, 500, 30'000);
    const auto silence_ms = static_cast<std::uint32_t>(step.initial_silence_ms);
    World world(profile);
    int silent = 0;
    constexpr int kCalls = 2000;
    for (std::uint32_t number = 0; number < kCalls; ++number) {
      const Media& media = OnlyMedia(world.CallOf(number));
      // Prompts take at least half a second.
      if (media.outcome == Outcome::kInitialSilence) {
        ++silent;
        EXPECT_GE(media.duration_ms, kMediaStartMs + 500 + silence_ms);
      } else {
        EXPECT_EQ(media.outcome, Outcome::kMaxDigits);
        EXPECT_LT(media.duration_ms, kMediaStartMs + 30'000 + silence_ms);
      }
    }
    // Tolerance: 5 standard errors.
    EXPECT_NEAR(silent, kCalls / 4, 5 * std::sqrt(kCalls * 0.25 * 0.75));
  }
}

TEST(WalkMediaTest, AnAnswerComesBeforeTheSilenceIsOver) {
  Profile profile = ProfileOfRecognize("Dtmf", R"("max_tones": 1)");
  profile.timing.response = ConstantMs(60'000);
  World world(profile);
  const Media& media = OnlyMedia(world.CallOf(0));
  EXPECT_EQ(media.outcome, Outcome::kMaxDigits);
  EXPECT_EQ(media.duration_ms, kMediaStartMs + kPromptMs + kSilenceMs - 1);
}

TEST(WalkMediaTest, WithoutAPromptItListensAtOnce) {
  World world(ProfileOfMedia(
      "Recognize", R"("input": "Dtmf", "max_tones": 1, "barge_in": 1)"));
  const Media& media = OnlyMedia(world.CallOf(0));
  EXPECT_EQ(media.duration_ms, kMediaStartMs + kResponseMs);
  EXPECT_EQ(media.prompt, Source::kNone);
  EXPECT_EQ(media.flags, 0);
}

// For all numbers of tones n: there are n - 1 gaps between them.
TEST(WalkMediaTest, CollectsAsManyTonesAsAreWanted) {
  for (std::uint32_t tones = 1; tones <= 12; ++tones) {
    World world(
        ProfileOfRecognize("Dtmf", R"("max_tones": )" + std::to_string(tones)));
    const Media& media = OnlyMedia(world.CallOf(0));
    EXPECT_EQ(media.outcome, Outcome::kMaxDigits);
    EXPECT_EQ(media.duration_ms, kMediaStartMs + kPromptMs + kResponseMs +
                                     (tones - 1) * kToneGapMs);
  }
}

TEST(WalkMediaTest, ATooSlowCallerIsQuickEnoughForTheNextTone) {
  Profile profile = ProfileOfRecognize("Dtmf", R"("max_tones": 3)");
  profile.timing.tone_gap = ConstantMs(60'000);
  World world(profile);
  EXPECT_EQ(OnlyMedia(world.CallOf(0)).duration_ms,
            kMediaStartMs + kPromptMs + kResponseMs + 2 * (kInterToneMs - 1));
}

TEST(WalkMediaTest, AStopToneEndsTheInputEarly) {
  World world(ProfileOfRecognize("Dtmf", R"("max_tones": 4,
                                             "stop_tone": true)"));
  std::array<int, 5> tones{};
  constexpr int kCalls = 2000;
  for (std::uint32_t number = 0; number < kCalls; ++number) {
    const Media& media = OnlyMedia(world.CallOf(number));
    const std::uint32_t gaps =
        (media.duration_ms - kMediaStartMs - kPromptMs - kResponseMs) /
        kToneGapMs;
    // The stop tone is an additional tone; after the maximum number of tones,
    // none is needed.
    if (media.outcome == Outcome::kStopTone) {
      ASSERT_GE(gaps, 1u);
      ASSERT_LE(gaps, 3u);
      ++tones[gaps];
    } else {
      ASSERT_EQ(media.outcome, Outcome::kMaxDigits);
      ASSERT_EQ(gaps, 3u);
      ++tones[4];
    }
  }
  for (std::size_t count = 1; count <= 4; ++count) {
    // Tolerance: 5 standard errors.
    EXPECT_NEAR(tones[count], kCalls / 4, 5 * std::sqrt(kCalls * 0.1875));
  }
}

TEST(WalkMediaTest, ACallerWhoStopsEarlyRunsIntoTheGap) {
  World world(ProfileOfRecognize(
      "Dtmf", R"("max_tones": 4, "caller_does": {"stops_early": 1})"));
  std::array<int, 4> tones{};
  constexpr int kCalls = 2000;
  for (std::uint32_t number = 0; number < kCalls; ++number) {
    const Media& media = OnlyMedia(world.CallOf(number));
    ASSERT_EQ(media.outcome, Outcome::kInterToneTimeout);
    const std::uint32_t gaps_ms = media.duration_ms - kMediaStartMs -
                                  kPromptMs - kResponseMs - kInterToneMs;
    ASSERT_EQ(gaps_ms % kToneGapMs, 0u);
    ASSERT_LE(gaps_ms / kToneGapMs, 2u);
    ++tones[gaps_ms / kToneGapMs];
  }
  for (std::size_t count = 0; count <= 2; ++count) {
    // Tolerance: 5 standard errors.
    EXPECT_NEAR(tones[count], kCalls / 3, 5 * std::sqrt(kCalls * 2.0 / 9));
  }
}

TEST(WalkMediaTest, AnswersEndAsWhatTheyAre) {
  constexpr std::uint32_t kBeginsMs = kMediaStartMs + kPromptMs + kResponseMs;
  // Only speech has a configurable end silence; choices use the default.
  constexpr std::uint32_t kSpokenMs = kBeginsMs + kUtteranceMs + kEndSilenceMs;
  const struct {
    std::string_view input;
    std::string_view keys;
    Outcome outcome;
    std::uint32_t duration_ms;
  } kCases[] = {
      {"Speech", R"("caller_does": {"answers": 1})", Outcome::kSpeechRecognized,
       kSpokenMs},
      {"Speech", R"("end_silence": "2s")", Outcome::kSpeechRecognized,
       kSpokenMs - kEndSilenceMs + 2'000},
      {"Speech", R"("caller_does": {"unclear": 1})", Outcome::kNotUnderstood,
       kSpokenMs},
      {"Speech", R"("caller_does": {"talks_on": 1})",
       Outcome::kRecognitionTimedOut, kBeginsMs + 20'000},
      {"Choices", R"("by_speech": 0)", Outcome::kToneMatched, kBeginsMs},
      {"Choices", R"("by_speech": 1)", Outcome::kPhraseMatched, kSpokenMs},
      {"Choices", R"("caller_does": {"wrong_tone": 1})", Outcome::kWrongTone,
       kBeginsMs},
      {"Choices", R"("caller_does": {"wrong_phrase": 1})",
       Outcome::kPhraseNotMatched, kSpokenMs},
      {"Choices", R"("caller_does": {"unclear": 1})", Outcome::kNotUnderstood,
       kSpokenMs},
      {"SpeechOrDtmf", R"("by_speech": 1)", Outcome::kSpeechRecognized,
       kSpokenMs},
      {"SpeechOrDtmf", R"("by_speech": 0, "max_tones": 3)", Outcome::kMaxDigits,
       kBeginsMs + 2 * kToneGapMs},
      {"SpeechOrDtmf", R"("caller_does": {"talks_on": 1})",
       Outcome::kRecognitionTimedOut, kBeginsMs + 20'000},
      {"Speech", R"("utterance": "9s")", Outcome::kSpeechRecognized,
       kBeginsMs + 9'000 + kEndSilenceMs},
      {"Dtmf", R"("response": "2s", "max_tones": 1)", Outcome::kMaxDigits,
       kBeginsMs - kResponseMs + 2'000},
  };
  for (const auto& [input, keys, outcome, duration_ms] : kCases) {
    World world(ProfileOfRecognize(input, keys));
    const Media& media = OnlyMedia(world.CallOf(0));
    EXPECT_EQ(media.outcome, outcome) << input << keys;
    EXPECT_EQ(media.duration_ms, duration_ms) << input << keys;
  }
}

TEST(WalkMediaTest, ACallerWhoHangsUpCancelsTheRecognize) {
  World world(ProfileOfRecognize("Dtmf", R"("caller_does": {"hangs_up": 1})"));
  std::uint32_t earliest_ms = kForever;
  std::uint32_t latest_ms = 0;
  for (std::uint32_t number = 0; number < 300; ++number) {
    const Call& call = world.CallOf(number);
    const Media& media = OnlyMedia(call);
    EXPECT_EQ(media.outcome, Outcome::kRecognizeCanceled);
    EXPECT_EQ(media.flags & kFlagInterrupted, 0);
    const std::uint32_t after_ms = call.ended_ms - AcceptedMs(call);
    EXPECT_EQ(media.duration_ms, after_ms + kMediaStopMs);
    earliest_ms = std::min(earliest_ms, after_ms);
    latest_ms = std::max(latest_ms, after_ms);
  }
  // The caller may hang up at any time from the start of the media to the
  // time-out.
  EXPECT_GE(earliest_ms, kMediaStartMs);
  EXPECT_LT(earliest_ms, kMediaStartMs + 300);
  EXPECT_LE(latest_ms, kMediaStartMs + kPromptMs + kSilenceMs);
  EXPECT_GT(latest_ms, kMediaStartMs + kPromptMs + kSilenceMs - 300);
}

// For all shares p: answers come before the end of the prompt with probability
// p, and have a flag. Tolerance: 5 standard errors.
TEST(WalkMediaTest, AnswersInterruptThePromptWithTheirShare) {
  constexpr int kCalls = 2000;
  for (const double share : {0.0, 0.3, 1.0}) {
    Profile profile = ProfileOfRecognize("Dtmf", R"("max_tones": 1)");
    RecognizeOf(profile).barge_in = share;
    World world(profile);
    int interrupted = 0;
    for (std::uint32_t number = 0; number < kCalls; ++number) {
      const Media& media = OnlyMedia(world.CallOf(number));
      if ((media.flags & kFlagInterrupted) != 0) {
        ++interrupted;
        EXPECT_GE(media.duration_ms, kMediaStartMs);
        EXPECT_LT(media.duration_ms, kMediaStartMs + kPromptMs);
      } else {
        EXPECT_EQ(media.duration_ms, kMediaStartMs + kPromptMs + kResponseMs);
      }
    }
    EXPECT_NEAR(interrupted, kCalls * share,
                5 * std::sqrt(kCalls * share * (1 - share)) + 1e-9);
  }
}

// This holds even if the caller had begun to answer, because the answer was not
// completed.
TEST(WalkMediaTest, ACanceledRecognizeWasNotInterruptedByAnAnswer) {
  Profile profile = ProfileOfRecognize("Dtmf", R"("max_tones": 12)");
  RecognizeOf(profile).barge_in = 1.0;
  profile.flows[0].caller_stays = UniformMs(1'000, 9'000);
  World world(profile);
  int canceled = 0;
  for (std::uint32_t number = 0; number < 200; ++number) {
    const Media& media = OnlyMedia(world.CallOf(number));
    const bool is_canceled = media.outcome == Outcome::kRecognizeCanceled;
    canceled += is_canceled;
    EXPECT_EQ((media.flags & kFlagInterrupted) != 0, !is_canceled);
  }
  EXPECT_GT(canceled, 50);
  EXPECT_LT(canceled, 180);
}

TEST(WalkMediaTest, NothingInterruptsAPromptThatMustNotBe) {
  Profile profile = ProfileOfRecognize(
      "Dtmf", R"("max_tones": 1, "interrupt_prompt": false)");
  RecognizeOf(profile).barge_in = 1.0;
  World world(profile);
  for (std::uint32_t number = 0; number < 100; ++number) {
    const Media& media = OnlyMedia(world.CallOf(number));
    EXPECT_EQ(media.flags & kFlagInterrupted, 0);
    EXPECT_EQ(media.duration_ms, kMediaStartMs + kPromptMs + kResponseMs);
  }
}

// For all weights of caller behaviours: the outcomes have the corresponding
// shares. Tolerance: 5 standard errors.
TEST(WalkMediaTest, OutcomesHaveTheirShares) {
  constexpr int kCalls = 8000;
  World world(ProfileOfRecognize(
      "Choices", R"("by_speech": 0.25, "caller_does": {"answers": 60,
          "wrong_tone": 4, "wrong_phrase": 6, "unclear": 8, "stays_silent": 12,
          "hangs_up": 10})"));
  std::map<Outcome, int> outcomes;
  for (std::uint32_t number = 0; number < kCalls; ++number) {
    ++outcomes[OnlyMedia(world.CallOf(number)).outcome];
  }
  const struct {
    Outcome outcome;
    double share;
  } kShares[] = {
      {Outcome::kToneMatched, 0.45},      {Outcome::kPhraseMatched, 0.15},
      {Outcome::kWrongTone, 0.04},        {Outcome::kPhraseNotMatched, 0.06},
      {Outcome::kNotUnderstood, 0.08},    {Outcome::kInitialSilence, 0.12},
      {Outcome::kRecognizeCanceled, 0.1},
  };
  for (const auto& [outcome, share] : kShares) {
    EXPECT_NEAR(outcomes[outcome] / static_cast<double>(kCalls), share,
                5 * ShareError(share, kCalls))
        << Info(outcome).name;
  }
  EXPECT_EQ(outcomes.size(), std::size(kShares));
}

TEST(WalkMediaTest, AFailureOfTheServiceIsReportedInItsTime) {
  Profile profile =
      ProfileOfPlay(R"("caller_does": {"hangs_up": 0, "listens": 1})");
  profile.media.play = {{Outcome::kPlayBadFile, 1.0}};
  World play(profile);
  const Media& file = OnlyMedia(play.CallOf(0));
  EXPECT_EQ(file.outcome, Outcome::kPlayBadFile);
  EXPECT_EQ(file.duration_ms, kMediaStartMs + kMediaFailureMs);

  profile = ProfileOfRecognize("Speech", R"("initial_silence": "5s")");
  profile.media.recognize = {{Outcome::kPromptFailed, 1.0}};
  World recognize(profile);
  const Media& prompt = OnlyMedia(recognize.CallOf(0));
  EXPECT_EQ(prompt.outcome, Outcome::kPromptFailed);
  EXPECT_EQ(prompt.duration_ms, kMediaStartMs + kMediaFailureMs);
}

TEST(WalkMediaTest, OnlyFailuresThatArePossibleHappen) {
  // These failures are not possible: the play uses no file, and the recognize
  // no speech.
  Profile profile = ProfileOfMedia("Play", R"("source": "TextToSpeech")");
  profile.media.play = {{Outcome::kPlayBadFile, 1.0}};
  World play(profile);
  EXPECT_EQ(OnlyMedia(play.CallOf(0)).outcome, Outcome::kPlayCompleted);

  profile = ProfileOfRecognize("Dtmf", R"("max_tones": 1)");
  profile.media.recognize = {{Outcome::kRecognizeSpeechThrottled, 1.0}};
  World recognize(profile);
  EXPECT_EQ(OnlyMedia(recognize.CallOf(0)).outcome, Outcome::kMaxDigits);
}

// For all shares of failures: each failure occurs with its share. Tolerance: 5
// standard errors.
TEST(WalkMediaTest, FailuresOfTheServiceHaveTheirShares) {
  constexpr int kCalls = 8000;
  Profile profile = ProfileOfPlay(R"("to": "all")");
  profile.media.play = {{Outcome::kPlayBadFile, 0.05},
                        {Outcome::kPlaySpeechTimedOut, 0.5},  // not for files
                        {Outcome::kPlayDownloadFailed, 0.1},
                        {Outcome::kPlayInternalError, 0.02}};
  World world(profile);
  std::map<Outcome, int> outcomes;
  for (std::uint32_t number = 0; number < kCalls; ++number) {
    ++outcomes[OnlyMedia(world.CallOf(number)).outcome];
  }
  const struct {
    Outcome outcome;
    double share;
  } kShares[] = {{Outcome::kPlayBadFile, 0.05},
                 {Outcome::kPlayDownloadFailed, 0.1},
                 {Outcome::kPlayInternalError, 0.02},
                 {Outcome::kPlayCompleted, 0.83}};
  for (const auto& [outcome, share] : kShares) {
    EXPECT_NEAR(outcomes[outcome] / static_cast<double>(kCalls), share,
                5 * ShareError(share, kCalls))
        << Info(outcome).name;
  }
}

TEST(WalkMediaTest, AnIncidentFailsMediaWhileItLasts) {
  Profile profile = ProfileOfPlay(R"("to": "all")");
  Incident incident;
  incident.when.every_ms = kMsPerHour;
  incident.when.offset_ms = 10 * kMsPerMinute;
  incident.when.length_ms = 5 * kMsPerMinute;
  incident.media.play = {{Outcome::kPlaySpeechThrottled, 1.0},  // not for files
                         {Outcome::kPlayDownloadFailed, 1.0}};
  profile.incidents.push_back(incident);
  const Plan plan(profile);
  Simulator simulator(plan, 1);
  for (std::uint64_t minute = 0; minute < 30; ++minute) {
    const Call& call = simulator.Simulate({World::kSlot + 60 * minute + 30, 0});
    EXPECT_EQ(OnlyMedia(call).outcome, minute >= 10 && minute < 15
                                           ? Outcome::kPlayDownloadFailed
                                           : Outcome::kPlayCompleted)
        << minute;
  }
}

TEST(WalkMediaTest, ARefusedRequestLeavesNoMedia) {
  for (const Operation operation : {Operation::kPlay, Operation::kRecognize}) {
    Profile profile = operation == Operation::kPlay
                          ? ProfileOfPlay(R"("to": "all")")
                          : ProfileOfRecognize("Dtmf", R"("max_tones": 1)");
    profile.requests.failures_of = {{operation, {1.0, {{503, 1.0}}}}};
    World world(profile);
    const Call& call = world.CallOf(0);
    ASSERT_EQ(call.requests.size(), 2u);
    EXPECT_FALSE(IsAccepted(call.requests[1]));
    EXPECT_TRUE(call.media.empty());
  }
}

// For all sources and inputs: the sub-operation of the request contains their
// name.
TEST(WalkMediaTest, RequestsNameTheirSourceOrInput) {
  const struct {
    const char* source;
    std::uint8_t sub_operation;
  } kPlays[] = {{"File", 1}, {"TextToSpeech", 2}, {"SSML", 3}};
  for (const auto& [source, sub_operation] : kPlays) {
    World world(
        ProfileOfMedia("Play", R"("source": ")" + std::string(source) + "\""));
    EXPECT_EQ(world.CallOf(0).requests[1].sub_operation, sub_operation);
  }
  const struct {
    const char* input;
    std::uint8_t sub_operation;
  } kRecognizes[] = {
      {"Dtmf", 4}, {"Choices", 5}, {"Speech", 6}, {"SpeechOrDtmf", 7}};
  for (const auto& [input, sub_operation] : kRecognizes) {
    World world(ProfileOfRecognize(input, R"("interrupt_prompt": true)"));
    EXPECT_EQ(world.CallOf(0).requests[1].sub_operation, sub_operation);
    EXPECT_EQ(world.CallOf(0).requests[0].sub_operation, 0);
  }
}

TEST(WalkMediaTest, MediaIsCutOffByTheLongestTime) {
  Profile profile = ProfileOfPlay(R"("to": "all")");
  profile.timing.longest_call_ms = 3'000;
  World world(profile);
  const Call& call = world.CallOf(0);
  const Media& media = OnlyMedia(call);
  EXPECT_EQ(call.ended_ms, 3'000u);
  EXPECT_EQ(media.outcome, Outcome::kPlayCanceled);
  EXPECT_EQ(AcceptedMs(call) + media.duration_ms, 3'000 + kMediaStopMs);
}

}  // namespace
}  // namespace busyhour::internal

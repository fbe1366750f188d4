#include "catalog/outcomes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace busyhour::internal {
namespace {

Outcome OutcomeAt(std::size_t index) { return static_cast<Outcome>(index); }

// The fields of a media summary record that describe an outcome.
struct Published {
  std::string_view operation;
  std::string_view result;
  int code;
  int subcode;
  std::string_view message;

  auto Key() const {
    return std::tie(operation, result, code, subcode, message);
  }
  friend bool operator<(const Published& a, const Published& b) {
    return a.Key() < b.Key();
  }
  friend bool operator==(const Published& a, const Published& b) {
    return a.Key() == b.Key();
  }
};

void PrintTo(const Published& published, std::ostream* out) {
  *out << published.operation << ' ' << published.result << ' '
       << published.code << '/' << published.subcode << ' '
       << published.message;
}

// Copied by hand from MicrosoftDocs/azure-docs,
// articles/communication-services/how-tos/call-automation: play-action.md
// (commit 03acc2f3), recognize-action.md (b12dfcbb), recognize-ai-action.md,
// and their newer combined edition (only there is 8532 "completed"). Without
// 8582 and 8564, because only their numbers are published.
const std::vector<Published> kPublished = {
    {"Play", "Completed", 200, 0, "Action completed successfully."},
    {"Play", "Canceled", 400, 8508,
     "Action failed, the operation was canceled."},
    {"Play", "Failed", 400, 8535, "Action failed, file format is invalid."},
    {"Play", "Failed", 400, 8536,
     "Action failed, file could not be downloaded."},
    {"Play", "Failed", 400, 8565,
     "Action failed, bad request to Azure AI services. Check input "
     "parameters."},
    {"Play", "Failed", 401, 8565,
     "Action failed, Azure AI services authentication error."},
    {"Play", "Failed", 403, 8565,
     "Action failed, forbidden request to Azure AI services, free "
     "subscription used by the request ran out of quota."},
    {"Play", "Failed", 408, 8565,
     "Action failed, request to Azure AI services timed out."},
    {"Play", "Failed", 429, 8565,
     "Action failed, requests exceeded the number of allowed concurrent "
     "requests for the Azure AI services subscription."},
    {"Play", "Failed", 500, 9999, "Unknown internal server error"},
    {"Play", "Failed", 500, 8572,
     "Action failed due to play service shutdown."},
    {"Recognize", "Completed", 200, 8531,
     "Action completed, max digits received."},
    {"Recognize", "Completed", 200, 8514,
     "Action completed as stop tone was detected."},
    {"Recognize", "Completed", 200, 8533,
     "Action completed, DTMF option matched."},
    {"Recognize", "Completed", 200, 8545,
     "Action completed, speech option matched."},
    {"Recognize", "Completed", 200, 8569,
     "Action completed, speech was recognized."},
    {"Recognize", "Completed", 400, 8532,
     "Action failed, inter-digit silence timeout reached."},
    {"Recognize", "Canceled", 400, 8508,
     "Action failed, the operation was canceled."},
    {"Recognize", "Failed", 400, 8510,
     "Action failed, initial silence timeout reached."},
    {"Recognize", "Failed", 500, 8511,
     "Action failed, encountered failure while trying to play the prompt."},
    {"Recognize", "Failed", 500, 8512, "Unknown internal server error."},
    {"Recognize", "Failed", 400, 8547,
     "Action failed, recognized phrase does not match a valid option."},
    {"Recognize", "Failed", 500, 8534,
     "Action failed, incorrect tone entered."},
    {"Recognize", "Failed", 400, 8563,
     "Action failed, speech could not be recognized."},
    {"Recognize", "Failed", 408, 8570,
     "Action failed, speech recognition timed out."},
    {"Recognize", "Failed", 400, 8565,
     "Action failed, bad request to Azure AI services. Check input "
     "parameters."},
    {"Recognize", "Failed", 401, 8565,
     "Action failed, Azure AI services authentication error."},
    {"Recognize", "Failed", 403, 8565,
     "Action failed, forbidden request to Azure AI services, free "
     "subscription used by the request ran out of quota."},
    {"Recognize", "Failed", 408, 8565,
     "Action failed, request to Azure AI services timed out."},
    {"Recognize", "Failed", 429, 8565,
     "Action failed, requests exceeded the number of allowed concurrent "
     "requests for the Azure AI services subscription."},
    {"Recognize", "Failed", 500, 9999, "Unspecified error."},
};

bool IsOfMedia(const OutcomeInfo& info) {
  return info.activity == Activity::kPlay ||
         info.activity == Activity::kRecognize;
}

// The possible outcomes of media operations are exactly the published ones.
TEST(OutcomesTest, AreThePublishedOnes) {
  std::vector<Published> actual;
  for (const OutcomeInfo& info : Outcomes()) {
    if (!IsOfMedia(info)) {
      EXPECT_EQ(info.code, 0) << info.name;
      EXPECT_EQ(info.message, "") << info.name;
      continue;
    }
    actual.push_back({info.activity == Activity::kPlay ? "Play" : "Recognize",
                      ResultTypeName(info.group), info.code, info.subcode,
                      info.message});
  }
  std::vector<Published> expected = kPublished;
  std::sort(actual.begin(), actual.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(actual, expected);
}

TEST(OutcomesTest, TheTableIsInTheOrderOfTheEnumeration) {
  const auto subcode = [](Outcome outcome) { return Info(outcome).subcode; };
  EXPECT_EQ(Info(Outcome::kCompleted).name, "completed");
  EXPECT_EQ(Info(Outcome::kUnreachable).name, "unreachable");
  EXPECT_EQ(Info(Outcome::kPlayCompleted).code, 200);
  EXPECT_EQ(subcode(Outcome::kPlayBadFile), 8535);
  EXPECT_EQ(subcode(Outcome::kPlayShutdown), 8572);
  EXPECT_EQ(Info(Outcome::kPlaySpeechThrottled).code, 429);
  EXPECT_EQ(subcode(Outcome::kMaxDigits), 8531);
  EXPECT_EQ(subcode(Outcome::kStopTone), 8514);
  EXPECT_EQ(subcode(Outcome::kToneMatched), 8533);
  EXPECT_EQ(subcode(Outcome::kPhraseMatched), 8545);
  EXPECT_EQ(subcode(Outcome::kSpeechRecognized), 8569);
  EXPECT_EQ(subcode(Outcome::kInterToneTimeout), 8532);
  EXPECT_EQ(subcode(Outcome::kRecognizeCanceled), 8508);
  EXPECT_EQ(subcode(Outcome::kInitialSilence), 8510);
  EXPECT_EQ(subcode(Outcome::kPromptFailed), 8511);
  EXPECT_EQ(subcode(Outcome::kBeepFailed), 8512);
  EXPECT_EQ(subcode(Outcome::kPhraseNotMatched), 8547);
  EXPECT_EQ(subcode(Outcome::kWrongTone), 8534);
  EXPECT_EQ(subcode(Outcome::kNotUnderstood), 8563);
  EXPECT_EQ(subcode(Outcome::kRecognitionTimedOut), 8570);
  EXPECT_EQ(Info(Outcome::kRecognizeSpeechForbidden).code, 403);
  EXPECT_EQ(subcode(Outcome::kRecognizeInternalError), 9999);
}

// For all activities: each name in a profile is the name of one outcome.
TEST(OutcomesTest, NamesAreUniqueForEachActivity) {
  std::set<std::pair<Activity, std::string_view>> names;
  for (const OutcomeInfo& info : Outcomes()) {
    EXPECT_TRUE(names.emplace(info.activity, info.name).second) << info.name;
  }
}

std::vector<MediaTraits> AllTraits() {
  std::vector<MediaTraits> all;
  for (std::size_t source = 0; source < kSourceCount; ++source) {
    if (source > 0) {
      all.push_back({Activity::kPlay, static_cast<Source>(source)});
    }
    for (std::size_t input = 1; input < kInputCount; ++input) {
      for (const int max_tones : {1, 2, 8}) {
        all.push_back({Activity::kRecognize, static_cast<Source>(source),
                       static_cast<Input>(input), max_tones});
      }
    }
  }
  return all;
}

// For all media and outcomes: an outcome is possible if the documentation lists
// it for that source or input. The expected values are listed by subcode.
TEST(OutcomesTest, ArePossibleWhereTheDocumentationHasThem) {
  for (const MediaTraits& traits : AllTraits()) {
    const bool play = traits.activity == Activity::kPlay;
    const bool file = traits.source == Source::kFile;
    const bool spoken =
        traits.source == Source::kText || traits.source == Source::kSsml;
    const bool tones =
        traits.input == Input::kDtmf || traits.input == Input::kSpeechOrDtmf;
    const bool choices = traits.input == Input::kChoices;
    const bool free_speech =
        traits.input == Input::kSpeech || traits.input == Input::kSpeechOrDtmf;
    std::map<int, bool> by_subcode;
    if (play) {
      by_subcode = {{0, true},    {8508, true}, {9999, true},  {8572, true},
                    {8535, file}, {8536, file}, {8565, spoken}};
    } else {
      by_subcode = {{8508, true},
                    {8510, true},
                    {8512, true},
                    {9999, true},
                    {8511, traits.source != Source::kNone},
                    {8531, tones},
                    {8514, tones},
                    {8532, tones && traits.max_tones > 1},
                    {8533, choices},
                    {8545, choices},
                    {8547, choices},
                    {8534, choices},
                    {8569, free_speech},
                    {8570, free_speech},
                    {8563, choices || free_speech},
                    {8565, choices || free_speech || spoken}};
    }
    for (std::size_t i = 0; i < kOutcomeCount; ++i) {
      const OutcomeInfo& info = Outcomes()[i];
      const bool expected = IsOfMedia(info) &&
                            info.activity == traits.activity &&
                            by_subcode.at(info.subcode);
      EXPECT_EQ(IsPossible(OutcomeAt(i), traits), expected)
          << info.name << ' ' << info.subcode << " of "
          << SourceName(traits.source) << ' ' << InputName(traits.input) << ' '
          << traits.max_tones;
    }
  }
}

TEST(OutcomesTest, EveryOutcomeOfMediaIsPossibleSomehow) {
  const std::vector<MediaTraits> all = AllTraits();
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    const bool possible =
        std::any_of(all.begin(), all.end(), [&](const MediaTraits& traits) {
          return IsPossible(OutcomeAt(i), traits);
        });
    EXPECT_EQ(possible, IsOfMedia(Outcomes()[i])) << Outcomes()[i].name;
  }
}

// Each failure of a media operation is caused either by the service or by the
// caller's behaviour.
TEST(OutcomesTest, FailuresAreTheServicesOrTheCallers) {
  const std::set<Outcome> kCallers = {
      Outcome::kInitialSilence, Outcome::kPhraseNotMatched, Outcome::kWrongTone,
      Outcome::kNotUnderstood, Outcome::kRecognitionTimedOut};
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    const OutcomeInfo& info = Outcomes()[i];
    if (!IsOfMedia(info)) {
      EXPECT_FALSE(info.service_failure) << info.name;
      continue;
    }
    EXPECT_EQ(info.service_failure, info.group == ResultType::kFailed &&
                                        !kCallers.contains(OutcomeAt(i)))
        << info.name;
  }
}

TEST(OutcomesTest, GroupsHaveTheirWords) {
  EXPECT_EQ(ResultTypeName(ResultType::kCompleted), "Completed");
  EXPECT_EQ(ResultTypeName(ResultType::kCanceled), "Canceled");
  EXPECT_EQ(ResultTypeName(ResultType::kFailed), "Failed");
  EXPECT_EQ(GroupName(ResultType::kCompleted), "completed");
  EXPECT_EQ(GroupName(ResultType::kCanceled), "canceled");
  EXPECT_EQ(GroupName(ResultType::kFailed), "failed");
}

TEST(OutcomesTest, CooperationHasAWordForEachKindOfStep) {
  EXPECT_EQ(BehaviourName(Behaviour::kCooperates, Activity::kRecognize),
            "answers");
  EXPECT_EQ(BehaviourName(Behaviour::kCooperates, Activity::kPlay), "listens");
  EXPECT_EQ(BehaviourName(Behaviour::kCooperates, Activity::kInstant), "stays");
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kBehaviourCount; ++i) {
    EXPECT_TRUE(names
                    .insert(BehaviourName(static_cast<Behaviour>(i),
                                          Activity::kRecognize))
                    .second);
  }
}

// For all behaviours and steps: the behaviour is possible if and only if its
// outcome is possible.
TEST(OutcomesTest, CallersCanDoWhatHasAnOutcome) {
  const struct {
    Behaviour behaviour;
    Outcome outcome;
  } kLeadsTo[] = {{Behaviour::kStaysSilent, Outcome::kInitialSilence},
                  {Behaviour::kStopsEarly, Outcome::kInterToneTimeout},
                  {Behaviour::kWrongTone, Outcome::kWrongTone},
                  {Behaviour::kWrongPhrase, Outcome::kPhraseNotMatched},
                  {Behaviour::kUnclear, Outcome::kNotUnderstood},
                  {Behaviour::kTalksOn, Outcome::kRecognitionTimedOut}};
  std::vector<MediaTraits> all = AllTraits();
  all.push_back({Activity::kInstant});
  for (const MediaTraits& traits : all) {
    EXPECT_TRUE(IsPossible(Behaviour::kCooperates, traits));
    EXPECT_TRUE(IsPossible(Behaviour::kHangsUp, traits));
    for (const auto& [behaviour, outcome] : kLeadsTo) {
      EXPECT_EQ(IsPossible(behaviour, traits), IsPossible(outcome, traits))
          << BehaviourName(behaviour, traits.activity) << " of "
          << SourceName(traits.source) << ' ' << InputName(traits.input) << ' '
          << traits.max_tones;
    }
  }
}

}  // namespace
}  // namespace busyhour::internal

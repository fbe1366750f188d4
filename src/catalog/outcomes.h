#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "catalog/media.h"
#include "catalog/operations.h"
#include "catalog/statuses.h"

namespace busyhour {

/// How a step of a call ended in the simulated world, in the order of the table
/// in outcomes.cc.
enum class Outcome : std::uint8_t {
  kCompleted,
  kRequestFailed,
  kVoicemail,
  kNoAnswer,
  kBusy,
  kDeclined,
  kUnreachable,
  kPlayCompleted,
  kPlayCanceled,
  kPlayBadFile,
  kPlayDownloadFailed,
  kPlaySpeechBadRequest,
  kPlaySpeechUnauthorized,
  kPlaySpeechForbidden,
  kPlaySpeechTimedOut,
  kPlaySpeechThrottled,
  kPlayInternalError,
  kPlayShutdown,
  kMaxDigits,
  kStopTone,
  kToneMatched,
  kPhraseMatched,
  kSpeechRecognized,
  kInterToneTimeout,
  kRecognizeCanceled,
  kInitialSilence,
  kPromptFailed,
  kBeepFailed,
  kPhraseNotMatched,
  kWrongTone,
  kNotUnderstood,
  kRecognitionTimedOut,
  kRecognizeSpeechBadRequest,
  kRecognizeSpeechUnauthorized,
  kRecognizeSpeechForbidden,
  kRecognizeSpeechTimedOut,
  kRecognizeSpeechThrottled,
  kRecognizeInternalError,
};
inline constexpr std::size_t kOutcomeCount = 38;

/// `ResultType` of a media summary; as a group of outcomes, also how any other
/// step ended.
enum class ResultType : std::uint8_t { kCompleted, kCanceled, kFailed };
/// As it is logged: `Completed`, `Canceled`, `Failed`.
std::string_view ResultTypeName(ResultType type);
/// As a profile writes it: `completed`, `canceled`, `failed`.
std::string_view GroupName(ResultType type);

/// What must hold for an outcome to be possible.
enum class Condition : std::uint8_t {
  kAlways,         ///< as far as the operation goes
  kFile,           ///< the source is a file
  kSynthesis,      ///< the source is text or SSML
  kPrompt,         ///< a recognize has a prompt
  kDtmf,           ///< tones are collected
  kTwoTones,       ///< more than one tone is collected
  kChoices,        ///< the input is a list of choices
  kSpeech,         ///< free speech is listened for
  kRecognition,    ///< speech is listened for, free or one of the choices
  kSpeechService,  ///< any speech is recognized, or a prompt is synthesized
};

/// What is known of an outcome. See outcomes.cc for the sources.
struct OutcomeInfo {
  /// The word for it in a profile.
  std::string_view name;
  ResultType group = ResultType::kCompleted;
  /// `kPlay` or `kRecognize` for one that a media summary reports; else
  /// `kInstant`.
  Activity activity = Activity::kInstant;
  Condition condition = Condition::kAlways;
  /// `ResultCode`, `ResultSubcode` and `ResultMessage`; only with those two.
  int code = 0;
  int subcode = 0;
  std::string_view message = {};
  /// True for one that befalls the service, not the caller: a profile gives its
  /// share under `media`.
  bool service_failure = false;
};

/// Indexed by `Outcome`.
std::span<const OutcomeInfo, kOutcomeCount> Outcomes();

inline const OutcomeInfo& Info(Outcome outcome) {
  return Outcomes()[static_cast<std::size_t>(outcome)];
}

/// What decides which outcomes a media operation can have.
struct MediaTraits {
  Activity activity = Activity::kPlay;
  Source source = Source::kNone;  ///< of the play, or of the prompt
  Input input = Input::kNone;
  int max_tones = 1;
};

/// True when a play or recognize like this can end so.
bool IsPossible(Outcome outcome, const MediaTraits& traits);

/// What a caller does about a prompt, a menu or a wait.
enum class Behaviour : std::uint8_t {
  kCooperates,   ///< listens, answers or stays, as asked
  kHangsUp,      ///< at some moment of the step
  kStaysSilent,  ///< ... until the initial silence runs out
  kStopsEarly,   ///< ... after some tones, until the gap runs out
  kWrongTone,
  kWrongPhrase,
  kUnclear,  ///< says something that is not understood
  kTalksOn,  ///< speaks until recognition gives up
};
inline constexpr std::size_t kBehaviourCount = 8;

/// The word for it in a profile's `caller_does`. Cooperating is called
/// `answers` in a recognize, `listens` in a play and `stays` in a wait.
std::string_view BehaviourName(Behaviour behaviour, Activity activity);
/// True when a caller can do this in such a step. `activity` is `kPlay`,
/// `kRecognize`, or any other for a wait.
bool IsPossible(Behaviour behaviour, const MediaTraits& traits);

}  // namespace busyhour

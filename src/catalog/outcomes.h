#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "busyhour/catalog.h"
#include "catalog/media.h"
#include "catalog/operations.h"
#include "catalog/statuses.h"

namespace busyhour::internal {

inline constexpr std::size_t kOutcomeCount = 38;

/// The spelling in logs: `Completed`, `Canceled`, `Failed`.
std::string_view ResultTypeName(ResultType type);
/// The spelling in profiles: `completed`, `canceled`, `failed`.
std::string_view GroupName(ResultType type);

/// The condition under which an outcome is possible.
enum class Condition : std::uint8_t {
  kAlways,         ///< for every step with the operation
  kFile,           ///< the source is a file
  kSynthesis,      ///< the source is text or SSML
  kPrompt,         ///< a recognize has a prompt
  kDtmf,           ///< tones are collected
  kTwoTones,       ///< more than one tone is collected
  kChoices,        ///< the input is a list of choices
  kSpeech,         ///< the input is free speech
  kRecognition,    ///< the input is speech, free or one of the choices
  kSpeechService,  ///< any speech is recognized, or a prompt is synthesized
};

/// The facts about an outcome. See outcomes.cc for the sources.
struct OutcomeInfo {
  /// Its name in a profile.
  std::string_view name;
  ResultType group = ResultType::kCompleted;
  /// `kPlay` or `kRecognize` if a media summary reports it; otherwise
  /// `kInstant`.
  Activity activity = Activity::kInstant;
  Condition condition = Condition::kAlways;
  /// `ResultCode`, `ResultSubcode` and `ResultMessage`; only for those two.
  int code = 0;
  int subcode = 0;
  std::string_view message = {};
  /// Whether it is a failure of the service, not of the caller; a profile gives
  /// its share under `media`.
  bool service_failure = false;
};

/// Indexed by `Outcome`.
std::span<const OutcomeInfo, kOutcomeCount> Outcomes();

inline const OutcomeInfo& Info(Outcome outcome) {
  return Outcomes()[static_cast<std::size_t>(outcome)];
}

/// The properties of a media operation that determine its possible outcomes.
struct MediaTraits {
  Activity activity = Activity::kPlay;
  Source source = Source::kNone;  ///< of the play, or of the prompt
  Input input = Input::kNone;
  int max_tones = 1;
};

/// Whether a play or recognize with these properties can have this outcome.
bool IsPossible(Outcome outcome, const MediaTraits& traits);

/// The caller's reaction to a prompt, a menu or a wait.
enum class Behaviour : std::uint8_t {
  kCooperates,   ///< listens, answers or stays, as requested
  kHangsUp,      ///< at a random moment of the step
  kStaysSilent,  ///< until the initial silence has passed
  kStopsEarly,   ///< after some tones, until the gap has passed
  kWrongTone,
  kWrongPhrase,
  kUnclear,  ///< says something that is not recognized
  kTalksOn,  ///< speaks until recognition times out
};
inline constexpr std::size_t kBehaviourCount = 8;

/// Its name in a profile's `caller_does`. `kCooperates` is called `answers` in
/// a recognize, `listens` in a play and `stays` in a wait.
std::string_view BehaviourName(Behaviour behaviour, Activity activity);
/// Whether a caller can react like this in such a step. `activity` is `kPlay`,
/// `kRecognize`, or any other for a wait.
bool IsPossible(Behaviour behaviour, const MediaTraits& traits);

}  // namespace busyhour::internal

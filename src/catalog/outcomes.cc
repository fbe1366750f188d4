#include "catalog/outcomes.h"

#include <iterator>

namespace busyhour::internal {
namespace {

using enum Activity;
using enum ResultType;

constexpr std::string_view kCanceledMessage =
    "Action failed, the operation was canceled.";
constexpr std::string_view kBadRequestMessage =
    "Action failed, bad request to Azure AI services. Check input parameters.";
constexpr std::string_view kUnauthorizedMessage =
    "Action failed, Azure AI services authentication error.";
constexpr std::string_view kForbiddenMessage =
    "Action failed, forbidden request to Azure AI services, free subscription "
    "used by the request ran out of quota.";
constexpr std::string_view kTimedOutMessage =
    "Action failed, request to Azure AI services timed out.";
constexpr std::string_view kThrottledMessage =
    "Action failed, requests exceeded the number of allowed concurrent "
    "requests for the Azure AI services subscription.";

// Codes, subcodes and messages: MicrosoftDocs/azure-docs, how-tos/
// call-automation/play-action.md, recognize-action.md, recognize-ai-action.md
// and their newer consolidated edition. 8582 and 8564 are omitted, because
// their code and message are not published. If two messages are published for a
// code, the one in the documentation is used. The names are our own.
constexpr OutcomeInfo kOutcomes[] = {
    {"completed", kCompleted},
    {"request_failed", kFailed},
    {"voicemail", kCompleted},
    {"no_answer", kFailed},
    {"busy", kFailed},
    {"declined", kFailed},
    {"unreachable", kFailed},

    {"completed", kCompleted, kPlay, Condition::kAlways, 200, 0,
     "Action completed successfully."},
    {"canceled", kCanceled, kPlay, Condition::kAlways, 400, 8508,
     kCanceledMessage},
    {"bad_file", kFailed, kPlay, Condition::kFile, 400, 8535,
     "Action failed, file format is invalid.", true},
    {"download_failed", kFailed, kPlay, Condition::kFile, 400, 8536,
     "Action failed, file could not be downloaded.", true},
    {"speech_bad_request", kFailed, kPlay, Condition::kSynthesis, 400, 8565,
     kBadRequestMessage, true},
    {"speech_unauthorized", kFailed, kPlay, Condition::kSynthesis, 401, 8565,
     kUnauthorizedMessage, true},
    {"speech_forbidden", kFailed, kPlay, Condition::kSynthesis, 403, 8565,
     kForbiddenMessage, true},
    {"speech_timed_out", kFailed, kPlay, Condition::kSynthesis, 408, 8565,
     kTimedOutMessage, true},
    {"speech_throttled", kFailed, kPlay, Condition::kSynthesis, 429, 8565,
     kThrottledMessage, true},
    {"internal_error", kFailed, kPlay, Condition::kAlways, 500, 9999,
     "Unknown internal server error", true},
    {"shutdown", kFailed, kPlay, Condition::kAlways, 500, 8572,
     "Action failed due to play service shutdown.", true},

    {"max_digits", kCompleted, kRecognize, Condition::kDtmf, 200, 8531,
     "Action completed, max digits received."},
    {"stop_tone", kCompleted, kRecognize, Condition::kDtmf, 200, 8514,
     "Action completed as stop tone was detected."},
    {"tone_matched", kCompleted, kRecognize, Condition::kChoices, 200, 8533,
     "Action completed, DTMF option matched."},
    {"phrase_matched", kCompleted, kRecognize, Condition::kChoices, 200, 8545,
     "Action completed, speech option matched."},
    {"speech_recognized", kCompleted, kRecognize, Condition::kSpeech, 200, 8569,
     "Action completed, speech was recognized."},
    // Older documentation: Failed; newer: Completed. The profile selects one.
    {"inter_tone_timeout", kCompleted, kRecognize, Condition::kTwoTones, 400,
     8532, "Action failed, inter-digit silence timeout reached."},
    {"canceled", kCanceled, kRecognize, Condition::kAlways, 400, 8508,
     kCanceledMessage},
    {"initial_silence", kFailed, kRecognize, Condition::kAlways, 400, 8510,
     "Action failed, initial silence timeout reached."},
    {"prompt_failed", kFailed, kRecognize, Condition::kPrompt, 500, 8511,
     "Action failed, encountered failure while trying to play the prompt.",
     true},
    {"beep_failed", kFailed, kRecognize, Condition::kAlways, 500, 8512,
     "Unknown internal server error.", true},
    {"phrase_not_matched", kFailed, kRecognize, Condition::kChoices, 400, 8547,
     "Action failed, recognized phrase does not match a valid option."},
    {"wrong_tone", kFailed, kRecognize, Condition::kChoices, 500, 8534,
     "Action failed, incorrect tone entered."},
    {"not_understood", kFailed, kRecognize, Condition::kRecognition, 400, 8563,
     "Action failed, speech could not be recognized."},
    {"recognition_timed_out", kFailed, kRecognize, Condition::kSpeech, 408,
     8570, "Action failed, speech recognition timed out."},
    {"speech_bad_request", kFailed, kRecognize, Condition::kSpeechService, 400,
     8565, kBadRequestMessage, true},
    {"speech_unauthorized", kFailed, kRecognize, Condition::kSpeechService, 401,
     8565, kUnauthorizedMessage, true},
    {"speech_forbidden", kFailed, kRecognize, Condition::kSpeechService, 403,
     8565, kForbiddenMessage, true},
    {"speech_timed_out", kFailed, kRecognize, Condition::kSpeechService, 408,
     8565, kTimedOutMessage, true},
    {"speech_throttled", kFailed, kRecognize, Condition::kSpeechService, 429,
     8565, kThrottledMessage, true},
    {"internal_error", kFailed, kRecognize, Condition::kAlways, 500, 9999,
     "Unspecified error.", true},
};
static_assert(std::size(kOutcomes) == kOutcomeCount);

bool Holds(Condition condition, const MediaTraits& traits) {
  const bool speech =
      traits.input == Input::kSpeech || traits.input == Input::kSpeechOrDtmf;
  const bool tones =
      traits.input == Input::kDtmf || traits.input == Input::kSpeechOrDtmf;
  switch (condition) {
    case Condition::kAlways:
      return true;
    case Condition::kFile:
      return traits.source == Source::kFile;
    case Condition::kSynthesis:
      return NeedsSynthesis(traits.source);
    case Condition::kPrompt:
      return traits.source != Source::kNone;
    case Condition::kDtmf:
      return tones;
    case Condition::kTwoTones:
      return tones && traits.max_tones > 1;
    case Condition::kChoices:
      return traits.input == Input::kChoices;
    case Condition::kSpeech:
      return speech;
    case Condition::kRecognition:
      return NeedsRecognition(traits.input);
    case Condition::kSpeechService:
      return NeedsRecognition(traits.input) || NeedsSynthesis(traits.source);
  }
  return false;
}

}  // namespace

std::string_view ResultTypeName(ResultType type) {
  switch (type) {
    case ResultType::kCompleted:
      return "Completed";
    case ResultType::kCanceled:
      return "Canceled";
    case ResultType::kFailed:
      return "Failed";
  }
  return {};
}

std::string_view GroupName(ResultType type) {
  switch (type) {
    case ResultType::kCompleted:
      return "completed";
    case ResultType::kCanceled:
      return "canceled";
    case ResultType::kFailed:
      return "failed";
  }
  return {};
}

std::span<const OutcomeInfo, kOutcomeCount> Outcomes() { return kOutcomes; }

bool IsPossible(Outcome outcome, const MediaTraits& traits) {
  const OutcomeInfo& info = Info(outcome);
  return info.activity == traits.activity && Holds(info.condition, traits);
}

std::string_view BehaviourName(Behaviour behaviour, Activity activity) {
  switch (behaviour) {
    case Behaviour::kCooperates:
      return activity == Activity::kRecognize ? "answers"
             : activity == Activity::kPlay    ? "listens"
                                              : "stays";
    case Behaviour::kHangsUp:
      return "hangs_up";
    case Behaviour::kStaysSilent:
      return "stays_silent";
    case Behaviour::kStopsEarly:
      return "stops_early";
    case Behaviour::kWrongTone:
      return "wrong_tone";
    case Behaviour::kWrongPhrase:
      return "wrong_phrase";
    case Behaviour::kUnclear:
      return "unclear";
    case Behaviour::kTalksOn:
      return "talks_on";
  }
  return {};
}

bool IsPossible(Behaviour behaviour, const MediaTraits& traits) {
  if (behaviour == Behaviour::kCooperates || behaviour == Behaviour::kHangsUp) {
    return true;
  }
  if (traits.activity != Activity::kRecognize) return false;
  switch (behaviour) {
    case Behaviour::kStaysSilent:
      return true;
    case Behaviour::kStopsEarly:
      return Holds(Condition::kTwoTones, traits);
    case Behaviour::kWrongTone:
    case Behaviour::kWrongPhrase:
      return Holds(Condition::kChoices, traits);
    case Behaviour::kUnclear:
      return Holds(Condition::kRecognition, traits);
    case Behaviour::kTalksOn:
      return Holds(Condition::kSpeech, traits);
    default:
      return false;
  }
}

}  // namespace busyhour::internal

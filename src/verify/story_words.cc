#include "verify/story_words.h"

namespace busyhour::internal {

std::string_view KindName(ParticipantKind kind) {
  switch (kind) {
    case ParticipantKind::kApp:
      return "application";
    case ParticipantKind::kPstn:
      return "telephone";
    case ParticipantKind::kAcs:
      return "ACS user";
    case ParticipantKind::kTeams:
      return "Teams user";
  }
  return {};
}

std::string_view DoingOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kInitialSilence:
      return "stayed silent";
    case Outcome::kInterToneTimeout:
      return "stopped after some tones";
    case Outcome::kWrongTone:
      return "pressed a key that is not a choice";
    case Outcome::kPhraseNotMatched:
      return "said something that is not a choice";
    case Outcome::kNotUnderstood:
      return "was not understood";
    case Outcome::kRecognitionTimedOut:
      return "kept talking";
    default:
      return "did something else";
  }
}

}  // namespace busyhour::internal

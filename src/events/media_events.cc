// The events of plays, recognizes and tones.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/stream.h"
#include "events/event_list.h"

namespace busyhour::internal {
namespace {

// What callers say and choose (our assumption).
struct ChoiceWords {
  std::string_view label;
  std::string_view phrase;
};
constexpr std::array<ChoiceWords, 4> kChoices = {{
    {"Confirm", "yes"},
    {"Cancel", "no"},
    {"Agent", "speak to an agent"},
    {"Repeat", "say that again"},
}};
constexpr std::array<std::string_view, 6> kSpeech = {
    "I would like to change my appointment.",
    "Where is my order?",
    "Can I speak to somebody?",
    "I want to pay my bill.",
    "What are your opening hours?",
    "Please cancel my booking.",
};

// A confidence from 0.7 to 0.99 (our assumption).
double Confidence(std::uint64_t draw) {
  return static_cast<double>(70 + PickBelow(draw, 30)) / 100;
}

// The tones of a call, with their keys.
struct PressedKey {
  std::uint16_t request = 0;
  std::uint32_t at_ms = 0;
  Tone tone = 0;
};

std::vector<PressedKey> PressedKeys(const EventList& list) {
  std::vector<PressedKey> keys;
  for (const Note& note : list.call().notes) {
    if (note.kind != Note::Kind::kTone) continue;
    const auto digit = static_cast<Tone>(
        PickBelow(Draw(list.key(), Purpose::kTone, keys.size()), kPound));
    keys.push_back(
        {note.request, note.at_ms, note.value == 1 ? kPound : digit});
  }
  return keys;
}

RecognizeData RecognizedOf(const EventList& list, const Media& media,
                           const std::vector<PressedKey>& keys) {
  RecognizeData data;
  const std::uint64_t request = media.request;
  const ChoiceWords& choice = kChoices[PickBelow(
      Draw(list.key(), Purpose::kChoice, request), kChoices.size())];
  data.confidence = Confidence(Draw(list.key(), Purpose::kConfidence, request));
  switch (media.outcome) {
    case Outcome::kToneMatched:
      data.kind = RecognizeData::Kind::kChoices;
      data.label = choice.label;
      break;
    case Outcome::kPhraseMatched:
      data.kind = RecognizeData::Kind::kChoices;
      data.label = choice.label;
      data.phrase = choice.phrase;
      break;
    case Outcome::kSpeechRecognized:
      data.kind = RecognizeData::Kind::kSpeech;
      data.phrase = kSpeech[PickBelow(
          Draw(list.key(), Purpose::kPhrase, request), kSpeech.size())];
      break;
    default:
      // A stop tone is not part of the input (our assumption).
      for (const PressedKey& key : keys) {
        if (key.request == media.request && key.tone != kPound) {
          data.tones.push_back(key.tone);
        }
      }
      break;
  }
  return data;
}

// When the sound of a request began, if it did so before `end_ms`.
std::optional<std::uint32_t> SoundBegan(const Call& call, const Media& media,
                                        std::uint32_t end_ms) {
  // A service failure is reported instead of a start (our assumption).
  if (Info(media.outcome).service_failure) return std::nullopt;
  for (const Note& note : call.notes) {
    if (note.kind == Note::Kind::kSoundBegan && note.request == media.request &&
        note.at_ms < std::min(end_ms, call.ended_ms)) {
      return note.at_ms;
    }
  }
  return std::nullopt;
}

EventType EndType(bool is_play, ResultType type) {
  switch (type) {
    case ResultType::kCompleted:
      return is_play ? EventType::kPlayCompleted
                     : EventType::kRecognizeCompleted;
    case ResultType::kCanceled:
      return is_play ? EventType::kPlayCanceled : EventType::kRecognizeCanceled;
    case ResultType::kFailed:
      break;
  }
  return is_play ? EventType::kPlayFailed : EventType::kRecognizeFailed;
}

void AddMedia(EventList& list, const Media& media,
              const std::vector<PressedKey>& keys) {
  const Call& call = list.call();
  const Request& request = call.requests[media.request];
  const std::uint32_t end_ms = request.answered_ms() + media.duration_ms;
  if (const auto began_ms = SoundBegan(call, media, end_ms)) {
    list.Add(EventType::kPlayStarted, *began_ms, media.request);
  }
  const MediaResult& result =
      list.words().media[static_cast<std::size_t>(media.outcome)];
  const bool is_play = request.operation == Operation::kPlay;
  CallEvent& event =
      list.Add(EndType(is_play, result.type), end_ms, media.request,
               {result.code, result.subcode, result.message});
  if (event.type == EventType::kRecognizeCompleted) {
    event.data = RecognizedOf(list, media, keys);
  } else if (event.type == EventType::kPlayFailed ||
             media.outcome == Outcome::kPromptFailed) {
    event.data = PlayFailureData{};
  }
}

// Each tone while continuous recognition is on.
void AddContinuousTones(EventList& list, const std::vector<PressedKey>& keys) {
  const Call& call = list.call();
  std::uint32_t sequence = 0;
  std::optional<std::uint16_t> on;
  for (std::uint16_t i = 0; i <= call.requests.size(); ++i) {
    const bool is_last = i == call.requests.size();
    const Request* const request = is_last ? nullptr : &call.requests[i];
    if (!is_last && !list.HadEffect(i)) continue;
    if (!is_last &&
        request->operation == Operation::kStartContinuousDtmfRecognition) {
      if (!on) on = i;
      continue;
    }
    const bool stops = is_last || request->operation ==
                                      Operation::kStopContinuousDtmfRecognition;
    if (!stops || !on) continue;
    const std::uint32_t from_ms = call.requests[*on].answered_ms();
    const std::uint32_t until_ms =
        is_last ? call.ended_ms : request->answered_ms();
    for (const PressedKey& key : keys) {
      if (key.at_ms < from_ms || key.at_ms >= until_ms ||
          key.at_ms >= call.ended_ms) {
        continue;
      }
      list.Add(EventType::kContinuousDtmfRecognitionToneReceived, key.at_ms,
               *on)
          .data = ToneData{++sequence, key.tone};
    }
    if (!is_last) {
      list.Add(EventType::kContinuousDtmfRecognitionStopped, until_ms, i);
    }
    on.reset();
  }
}

}  // namespace

std::string_view ToneName(Tone tone) {
  constexpr std::array<std::string_view, 11> kNames = {
      "zero", "one",   "two",   "three", "four", "five",
      "six",  "seven", "eight", "nine",  "pound"};
  return kNames[tone];
}

void AddMediaEvents(EventList& list) {
  const std::vector<PressedKey> keys = PressedKeys(list);
  for (const Media& media : list.call().media) AddMedia(list, media, keys);
  AddContinuousTones(list, keys);
  // The tones could not be sent because the call ended (our assumption).
  constexpr EventResult kNotSent{400, 8508,
                                 "Action failed, the operation was canceled."};
  for (const Note& note : list.call().notes) {
    if (note.kind != Note::Kind::kTonesSent) continue;
    if (note.value == 1) {
      list.Add(EventType::kSendDtmfTonesCompleted, note.at_ms, note.request);
    } else {
      list.Add(EventType::kSendDtmfTonesFailed, note.at_ms, note.request,
               kNotSent);
    }
  }
}

}  // namespace busyhour::internal

// Plays and recognizes: how long they take, what the caller does, and how they
// end.

#include <cstdint>

#include "scenario/walk.h"

namespace busyhour::internal {
namespace {

// Maximum duration of speech before recognition times out (our assumption).
constexpr std::uint32_t kRecognitionLimitMs = 20'000;

}  // namespace

Outcome Walk::ServiceFailure(const StepPlan& step) noexcept {
  const Outcome outcome = step.failures(DrawOf(Purpose::kMediaFailure));
  if (outcome != Outcome::kCompleted || IsCalm()) return outcome;
  return FailedByIncidents(step).value_or(Outcome::kCompleted);
}

Behaviour Walk::CallerBehaviour(const StepPlan& step) noexcept {
  if (!IsCalm()) {
    if (const auto changed = ChangedByIncidents(step)) return *changed;
  }
  return step.caller_does(DrawOf(Purpose::kBehaviour));
}

Walk::Progress Walk::Play(const StepPlan& step) noexcept {
  const std::uint32_t starts_ms =
      now_ms_ + Span(plan_.media_start, Purpose::kMediaStart);
  std::uint8_t flags = 0;
  if (step.loop) flags |= kFlagInLoop;
  if (step.to_participant) flags |= kFlagToParticipant;
  TakeNote(Note::Kind::kSoundBegan, LastRequest(), starts_ms);
  Outcome outcome = ServiceFailure(step);
  std::uint32_t ends_ms = kForever;
  if (outcome != Outcome::kCompleted) {
    ends_ms = starts_ms + Span(plan_.media_failure, Purpose::kMediaFailureTime);
  } else {
    outcome = Outcome::kPlayCompleted;
    if (!step.loop) {
      ends_ms = starts_ms + Span(step.length, Purpose::kPromptLength);
    }
  }
  if (step.background) {
    background_.active = true;
    background_.request = static_cast<std::uint16_t>(call_.requests.size() - 1);
    background_.flags = flags;
    background_.accepted_ms = now_ms_;
    background_.ends_ms = ends_ms;
    background_.outcome = outcome;
    outcome_ = Outcome::kPlayCompleted;
    return PassTo(now_ms_);
  }
  if (!step.caller_does.empty() &&
      step.caller_does(DrawOf(Purpose::kBehaviour)) == Behaviour::kHangsUp) {
    LeaveBy(kCallerLeg,
            starts_ms + Part(ends_ms - starts_ms, Purpose::kHangUpInstant));
  }
  return FinishMedia(step, outcome, ends_ms, flags);
}

Walk::Progress Walk::Recognize(const StepPlan& step) noexcept {
  const std::uint32_t starts_ms =
      now_ms_ + Span(plan_.media_start, Purpose::kMediaStart);
  const bool has_prompt = step.source != Source::kNone;
  const std::uint32_t prompt_ends_ms =
      starts_ms + (has_prompt ? Span(step.length, Purpose::kPromptLength) : 0);
  std::uint8_t flags = has_prompt ? kFlagToParticipant : 0;
  if (has_prompt) TakeNote(Note::Kind::kSoundBegan, LastRequest(), starts_ms);
  Outcome outcome = ServiceFailure(step);
  std::uint32_t ends_ms = 0;
  if (outcome != Outcome::kCompleted) {
    ends_ms = starts_ms + Span(plan_.media_failure, Purpose::kMediaFailureTime);
  } else {
    outcome = Response(step, starts_ms, prompt_ends_ms, &ends_ms, &flags);
  }
  return FinishMedia(step, outcome, ends_ms, flags);
}

// Time from the first to the last of `count` tones.
std::uint32_t Walk::Tones(const StepPlan& step, std::uint32_t count) noexcept {
  std::uint32_t span = 0;
  for (std::uint32_t i = 1; i < count; ++i) {
    span += step.tone_gap(DrawOf(Purpose::kToneGap, i));
  }
  return span;
}

void Walk::NoteTones(const StepPlan& step, std::uint32_t at_ms,
                     std::uint32_t count, bool has_stop_tone) noexcept {
  if (!takes_notes_) return;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (i > 0) at_ms += step.tone_gap(DrawOf(Purpose::kToneGap, i));
    AddNote({Note::Kind::kTone, Outcome::kCompleted, LastRequest(), at_ms,
             has_stop_tone && i + 1 == count ? 1u : 0u});
  }
}

// The caller's reaction, its outcome, and when it ends.
Outcome Walk::Response(const StepPlan& step, std::uint32_t prompt_starts_ms,
                       std::uint32_t prompt_ends_ms, std::uint32_t* ends_ms,
                       std::uint8_t* flags) noexcept {
  const Behaviour behaviour = CallerBehaviour(step);
  const std::uint32_t silence_ends_ms =
      prompt_ends_ms + step.initial_silence_ms;
  if (behaviour == Behaviour::kStaysSilent) {
    *ends_ms = silence_ends_ms;
    return Outcome::kInitialSilence;
  }
  if (behaviour == Behaviour::kHangsUp) {
    LeaveBy(kCallerLeg,
            prompt_starts_ms + Part(silence_ends_ms - prompt_starts_ms,
                                    Purpose::kHangUpInstant));
    *ends_ms = silence_ends_ms;
    return Outcome::kInitialSilence;
  }
  std::uint32_t begins_ms = 0;
  if (prompt_ends_ms > prompt_starts_ms && step.interrupt_prompt &&
      Happens(DrawOf(Purpose::kBargeIn), step.barge_in)) {
    begins_ms = prompt_starts_ms + Part(prompt_ends_ms - prompt_starts_ms - 1,
                                        Purpose::kBargeInInstant);
    *flags |= kFlagInterrupted;
  } else {
    begins_ms =
        prompt_ends_ms + (step.initial_silence_ms == 0
                              ? 0
                              : step.response(DrawOf(Purpose::kResponseTime)));
  }
  const auto spoken_ms = [&] {
    return begins_ms + Span(step.utterance, Purpose::kUtterance) +
           step.end_silence_ms;
  };
  const auto tones_ms = [&](std::uint32_t count) {
    return begins_ms + Tones(step, count);
  };
  switch (behaviour) {
    case Behaviour::kStopsEarly: {
      const auto count = static_cast<std::uint32_t>(
          1 + PickBelow(DrawOf(Purpose::kToneCount), step.max_tones - 1));
      *ends_ms = tones_ms(count) + step.inter_tone_ms;
      NoteTones(step, begins_ms, count);
      return Outcome::kInterToneTimeout;
    }
    case Behaviour::kWrongTone:
      *ends_ms = begins_ms;
      NoteTones(step, begins_ms, 1);
      return Outcome::kWrongTone;
    case Behaviour::kWrongPhrase:
      *ends_ms = spoken_ms();
      return Outcome::kPhraseNotMatched;
    case Behaviour::kUnclear:
      *ends_ms = spoken_ms();
      return Outcome::kNotUnderstood;
    case Behaviour::kTalksOn:
      *ends_ms = begins_ms + kRecognitionLimitMs;
      return Outcome::kRecognitionTimedOut;
    default:
      break;
  }
  const bool either =
      step.input == Input::kChoices || step.input == Input::kSpeechOrDtmf;
  const bool spoken =
      step.input == Input::kSpeech ||
      (either && Happens(DrawOf(Purpose::kAnswerMode), step.by_speech));
  if (spoken) {
    *ends_ms = spoken_ms();
    return step.input == Input::kChoices ? Outcome::kPhraseMatched
                                         : Outcome::kSpeechRecognized;
  }
  if (step.input == Input::kChoices) {
    *ends_ms = begins_ms;
    NoteTones(step, begins_ms, 1);
    return Outcome::kToneMatched;
  }
  if (step.stop_tone) {
    // Some tones, then the stop tone; the maximum number of tones would end the
    // input without one.
    const auto count = static_cast<std::uint32_t>(
        1 + PickBelow(DrawOf(Purpose::kToneCount), step.max_tones));
    if (count < step.max_tones) {
      *ends_ms = tones_ms(count + 1);
      NoteTones(step, begins_ms, count + 1, /*has_stop_tone=*/true);
      return Outcome::kStopTone;
    }
  }
  *ends_ms = tones_ms(step.max_tones);
  NoteTones(step, begins_ms, step.max_tones);
  return Outcome::kMaxDigits;
}

// Runs the media until it ends by itself or the end of the call stops it, and
// records the outcome.
Walk::Progress Walk::FinishMedia(const StepPlan& step, Outcome outcome,
                                 std::uint32_t ends_ms,
                                 std::uint8_t flags) noexcept {
  const std::uint32_t accepted_ms = now_ms_;
  Media media;
  media.request = static_cast<std::uint16_t>(call_.requests.size() - 1);
  const Progress progress = PassTo(std::max(ends_ms, accepted_ms + 1));
  if (progress != Progress::kDone) {
    outcome = step.activity == Activity::kPlay ? Outcome::kPlayCanceled
                                               : Outcome::kRecognizeCanceled;
    // A prompt that was cut off by the end of the call was not interrupted by
    // an answer.
    flags &= static_cast<std::uint8_t>(~kFlagInterrupted);
    ends_ms = std::max(now_ms_, accepted_ms) +
              std::max(Span(plan_.media_stop, Purpose::kMediaStop), 1u);
  }
  media.outcome = outcome;
  media.flags = flags;
  media.prompt =
      step.activity == Activity::kRecognize ? step.source : Source::kNone;
  media.duration_ms = std::max(ends_ms, accepted_ms + 1) - accepted_ms;
  call_.media.push_back(media);
  outcome_ = outcome;
  return progress;
}

// Records how a play in the background ended: by itself before `at_ms`, or
// stopped at that time.
void Walk::StopBackground(std::uint32_t at_ms, bool interrupted) noexcept {
  if (!background_.active) return;
  background_.active = false;
  Media media;
  media.request = background_.request;
  media.outcome = background_.outcome;
  media.flags = background_.flags;
  std::uint32_t ends_ms = background_.ends_ms;
  if (ends_ms > at_ms) {
    media.outcome = Outcome::kPlayCanceled;
    if (interrupted) media.flags |= kFlagInterrupted;
    ends_ms = std::max(at_ms, background_.accepted_ms) +
              std::max(Span(plan_.media_stop, Purpose::kMediaStop, 1), 1u);
  }
  media.duration_ms =
      std::max(ends_ms, background_.accepted_ms + 1) - background_.accepted_ms;
  call_.media.push_back(media);
}

}  // namespace busyhour::internal

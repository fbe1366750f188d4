// Media streaming and transcription sessions: when they begin and end.

#include <cstddef>
#include <cstdint>

#include "scenario/walk.h"

namespace busyhour::internal {

void Walk::StartSession(Modality modality, std::uint32_t at_ms,
                        std::uint8_t epoch) noexcept {
  StreamingSession session;
  session.modality = modality;
  session.began_ms = at_ms;
  session.ended_ms = kForever;
  session.correlation_epoch = epoch;
  call_.sessions.push_back(session);
}

void Walk::StartSessions(const StepPlan& step, std::uint32_t at_ms,
                         std::uint8_t epoch) noexcept {
  const auto start = [&](Toggle toggle, Modality modality) {
    toggles_ |= 1u << static_cast<unsigned>(toggle);
    StartSession(modality, at_ms, epoch);
  };
  if (step.starts_media_streaming) {
    start(Toggle::kMediaStreaming, step.audio);
  }
  if (step.starts_transcription) {
    start(Toggle::kTranscription, Modality::kTranscription);
  }
}

void Walk::StopSession(Toggle toggle, std::uint32_t at_ms) noexcept {
  for (StreamingSession& session : call_.sessions) {
    const bool is_transcription = session.modality == Modality::kTranscription;
    if (is_transcription == (toggle == Toggle::kTranscription) &&
        session.ended_ms == kForever) {
      session.ended_ms = at_ms;
    }
  }
}

// Open sessions end with the call, and errors end some sessions earlier. The
// application does not learn of these errors in time: its later requests are
// the same as without them (our assumption).
void Walk::FinishSessions() noexcept {
  std::uint64_t number = 0;
  for (StreamingSession& session : call_.sessions) {
    const std::uint64_t index = number++;
    if (session.ended_ms == kForever) {
      session.ended_ms = call_.ended_ms;
      session.end = StreamingEnd::kCallEnded;
    }
    session.ended_ms = std::max(session.ended_ms, session.began_ms + 1);
    const std::uint64_t draw =
        Draw(key_, Purpose::kStreamingFailure, index) >> 32;
    for (const auto& [error, until] :
         plan_.streaming_failures[static_cast<std::size_t>(session.modality)]) {
      if (draw >= until) continue;
      const std::uint64_t when =
          Draw(key_, Purpose::kStreamingFailureTime, index);
      const std::uint32_t whole_ms = session.ended_ms - session.began_ms;
      const std::uint32_t after_ms =
          Info(error).at_once
              ? std::min(whole_ms, static_cast<std::uint32_t>(
                                       (*plan_.media_failure)(when)))
              : static_cast<std::uint32_t>(PickBelow(when, whole_ms));
      session.ended_ms = session.began_ms + std::max(after_ms, 1u);
      session.end = error;
      break;
    }
  }
}

}  // namespace busyhour::internal

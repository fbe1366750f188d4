#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "busyhour/catalog.h"

// Media streaming and transcription sessions: what they carry and how they end.

namespace busyhour::internal {

struct ModalityInfo {
  Modality modality;
  /// Its name in the streaming usage log.
  std::string_view name;
  /// Whether each participant is billed separately and has a separate record.
  bool is_per_participant;
};

/// In the order of `Modality`. Source: Azure's page on the Call Automation
/// logs, which gives the three names as examples.
inline constexpr std::array<ModalityInfo, 3> kModalities = {{
    {Modality::kAudioMixed, "AudioStreamingMixed", false},
    {Modality::kAudioUnmixed, "AudioStreamingUnmixed", true},
    {Modality::kTranscription, "Transcription", true},
}};
inline constexpr const ModalityInfo& Info(Modality modality) {
  return kModalities[static_cast<std::size_t>(modality)];
}

struct StreamingEndInfo {
  StreamingEnd end;
  /// Its name in a profile; empty if it is not an error.
  std::string_view word;
  /// Azure's subcode and its name, as in callbacks; the log does not contain
  /// them.
  int subcode;
  std::string_view meaning;
  /// The kinds of session that it can end.
  bool of_audio;
  bool of_transcription;
  /// Whether the session fails at its start: it ends within seconds.
  bool at_once;
};

/// In the order of `StreamingEnd`. Source of subcodes and names: Azure's page
/// on Call Automation's error codes (2024-07-22). `at_once` is our assumption.
inline constexpr std::array<StreamingEndInfo, 9> kStreamingEnds = {{
    {StreamingEnd::kStopped, "", 0, "stopped by a request", true, true, false},
    {StreamingEnd::kCallEnded, "", 0, "ended with the call", true, true, false},
    {StreamingEnd::kTranscriptionFailed, "transcription_failed", 8578,
     "Transcription Failed", false, true, false},
    {StreamingEnd::kTranscriptionCanceled, "transcription_canceled", 8579,
     "Transcription Canceled", false, true, false},
    {StreamingEnd::kTranscriptionShutdown, "transcription_shutdown", 8580,
     "Transcription Service Shutdown", false, true, false},
    {StreamingEnd::kInvalidStreamUrl, "invalid_stream_url", 8581,
     "Invalid Stream URL", true, true, true},
    {StreamingEnd::kMediaStreamingFailed, "media_streaming_failed", 8603,
     "Media Streaming Failed", true, false, false},
    {StreamingEnd::kMediaStreamingCanceled, "media_streaming_canceled", 8604,
     "Media Streaming Canceled", true, false, false},
    {StreamingEnd::kSpeechModelUnsupported, "speech_model_unsupported", 8605,
     "Transcription Custom Speech Model Not Supported", false, true, true},
}};
inline constexpr const StreamingEndInfo& Info(StreamingEnd end) {
  return kStreamingEnds[static_cast<std::size_t>(end)];
}

namespace streaming_internal {
constexpr bool InOrder() {
  for (std::size_t i = 0; i < kModalities.size(); ++i) {
    if (kModalities[i].modality != static_cast<Modality>(i)) return false;
  }
  for (std::size_t i = 0; i < kStreamingEnds.size(); ++i) {
    if (kStreamingEnds[i].end != static_cast<StreamingEnd>(i)) return false;
  }
  return true;
}
static_assert(InOrder());
}  // namespace streaming_internal

/// Whether a session of this modality can end in this way.
constexpr bool IsPossible(StreamingEnd end, Modality modality) {
  return modality == Modality::kTranscription ? Info(end).of_transcription
                                              : Info(end).of_audio;
}

}  // namespace busyhour::internal

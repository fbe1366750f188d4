// The events of media streaming, transcription and recording.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "events/event_list.h"

namespace busyhour::internal {
namespace {

// The HTTP-like codes of the errors (our assumption); the subcodes are Azure's.
int CodeOf(StreamingEnd end) {
  switch (end) {
    case StreamingEnd::kInvalidStreamUrl:
    case StreamingEnd::kSpeechModelUnsupported:
      return 400;
    default:
      return 500;
  }
}

// The details of a failed session (our assumption).
std::string_view FailureDetails(StreamingEnd end) {
  switch (end) {
    case StreamingEnd::kInvalidStreamUrl:
      return "streamConnectionUnsuccessful";
    case StreamingEnd::kTranscriptionShutdown:
      return "serviceShutdown";
    case StreamingEnd::kTranscriptionFailed:
      return "speechServicesConnectionError";
    case StreamingEnd::kMediaStreamingFailed:
      return "streamConnectionInterrupted";
    case StreamingEnd::kSpeechModelUnsupported:
      return "badRequest";
    default:
      return "unspecifiedError";
  }
}

// What differs between media streaming and transcription.
struct Words {
  Operation start;
  Operation stop;
  EventType started;
  EventType stopped;
  EventType failed;
  std::string_view status_started;
  std::string_view status_stopped;
  std::string_view status_failed;
};
constexpr Words kMediaStreaming = {
    Operation::kStartMediaStreaming,   Operation::kStopMediaStreaming,
    EventType::kMediaStreamingStarted, EventType::kMediaStreamingStopped,
    EventType::kMediaStreamingFailed,  "mediaStreamingStarted",
    "mediaStreamingStopped",           "mediaStreamingFailed"};
constexpr Words kTranscription = {
    Operation::kStartTranscription,   Operation::kStopTranscription,
    EventType::kTranscriptionStarted, EventType::kTranscriptionStopped,
    EventType::kTranscriptionFailed,  "transcriptionStarted",
    "transcriptionStopped",           "transcriptionFailed"};

void AddSession(EventList& list, const StreamingSession& session) {
  const Words& words = session.modality == Modality::kTranscription
                           ? kTranscription
                           : kMediaStreaming;
  const std::uint16_t starter =
      list.RequestAnsweredAt(session.began_ms, words.start);
  list.Add(words.started, session.began_ms, starter).data =
      StreamingData{words.status_started, "subscriptionStarted"};
  if (session.end == StreamingEnd::kStopped ||
      session.end == StreamingEnd::kCallEnded) {
    std::uint16_t request = starter;
    if (session.end == StreamingEnd::kStopped) {
      request = list.RequestAnsweredAt(session.ended_ms, words.stop);
    }
    list.Add(words.stopped, session.ended_ms, request).data =
        StreamingData{words.status_stopped, "subscriptionStopped"};
    return;
  }
  const StreamingEndInfo& error = Info(session.end);
  list.Add(words.failed, session.ended_ms, starter,
           {CodeOf(session.end), error.subcode, error.meaning})
      .data = StreamingData{words.status_failed, FailureDetails(session.end)};
}

bool IsTranscribing(const Call& call, std::uint32_t at_ms) {
  return std::any_of(call.sessions.begin(), call.sessions.end(),
                     [at_ms](const StreamingSession& session) {
                       return session.modality == Modality::kTranscription &&
                              session.began_ms <= at_ms &&
                              at_ms < session.ended_ms;
                     });
}

}  // namespace

void AddStreamingEvents(EventList& list) {
  const Call& call = list.call();
  for (const StreamingSession& session : call.sessions) {
    AddSession(list, session);
  }
  for (std::uint16_t i = 0; i < call.requests.size(); ++i) {
    const Request& request = call.requests[i];
    if (request.operation == Operation::kUpdateTranscription &&
        list.IsAccepted(request) &&
        IsTranscribing(call, request.answered_ms())) {
      list.Add(EventType::kTranscriptionUpdated, request.answered_ms(), i)
          .data =
          StreamingData{"transcriptionUpdated", "transcriptionLocaleUpdated"};
    }
  }
}

void AddRecordingEvents(EventList& list) {
  const Call& call = list.call();
  std::optional<RecordingData> recording;
  std::uint16_t count = 0;
  const auto change = [&](std::uint32_t at_ms, bool is_active) {
    if (recording->is_active == is_active) return;
    recording->is_active = is_active;
    CallEvent& event = list.AddOfCall(EventType::kRecordingStateChanged, at_ms);
    event.result = EventResult{};
    event.data = *recording;
  };
  for (std::uint16_t i = 0; i < call.requests.size(); ++i) {
    const Request& request = call.requests[i];
    const std::uint32_t at_ms = request.answered_ms();
    if (!list.IsAccepted(request) || at_ms > call.ended_ms) continue;
    if (request.operation == Operation::kStartRecording) {
      if (recording) {
        // A call has one recording at a time (our assumption).
        list.Add(EventType::kStartRecordingFailed, at_ms, i, kHadNoEffect)
            .data = RecordingFailureData{recording->number};
        continue;
      }
      recording = RecordingData{count++, false, at_ms};
    }
    if (!recording) continue;
    switch (request.operation) {
      case Operation::kStartRecording:
      case Operation::kResumeRecording:
        change(at_ms, true);
        break;
      case Operation::kPauseRecording:
        change(at_ms, false);
        break;
      case Operation::kStopRecording:
        change(at_ms, false);
        recording.reset();
        break;
      default:
        break;
    }
  }
  if (recording) change(call.ended_ms, false);
}

}  // namespace busyhour::internal

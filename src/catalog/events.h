#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "catalog/operations.h"
#include "catalog/outcomes.h"

// The events that an application receives about its calls, and the results that
// they report.

namespace busyhour::internal {

/// The types of events, in the order of the table: the callback events of Call
/// Automation, then `IncomingCall` of Event Grid.
enum class EventType : std::uint8_t {
  kCallConnected,
  kCreateCallFailed,
  kAnswerFailed,
  kConnectFailed,
  kCallDisconnected,
  kParticipantsUpdated,
  kAddParticipantSucceeded,
  kAddParticipantFailed,
  kCancelAddParticipantSucceeded,
  kCancelAddParticipantFailed,
  kRemoveParticipantSucceeded,
  kRemoveParticipantFailed,
  kMoveParticipantSucceeded,
  kMoveParticipantFailed,
  kCallTransferAccepted,
  kCallTransferFailed,
  kPlayStarted,
  kPlayCompleted,
  kPlayFailed,
  kPlayCanceled,
  kRecognizeCompleted,
  kRecognizeFailed,
  kRecognizeCanceled,
  kContinuousDtmfRecognitionToneReceived,
  kContinuousDtmfRecognitionToneFailed,
  kContinuousDtmfRecognitionStopped,
  kSendDtmfTonesCompleted,
  kSendDtmfTonesFailed,
  kHoldFailed,
  kMediaStreamingStarted,
  kMediaStreamingStopped,
  kMediaStreamingFailed,
  kTranscriptionStarted,
  kTranscriptionStopped,
  kTranscriptionUpdated,
  kTranscriptionFailed,
  kRecordingStateChanged,
  kStartRecordingFailed,
  kIncomingCall,
};

struct EventInfo {
  EventType type;
  /// The last part of the type: `CallConnected`.
  std::string_view name;
  /// Its `EventTypeName` in the metric `AcsCallAutomationCallbackEvent`; empty
  /// if the metric does not count it.
  std::string_view metric_name;
};

/// The number of types of callback events.
inline constexpr std::size_t kCallbackEventCount = 38;

/// In the order of `EventType`. Names: npm @azure/communication-call-automation
/// 1.6.0 (callAutomationEventParser.js). Names in the metric: azure-docs,
/// call-automation-metrics.md.
inline constexpr std::array<EventInfo, kCallbackEventCount + 1> kEvents = {{
    {EventType::kCallConnected, "CallConnected", "CallConnected"},
    {EventType::kCreateCallFailed, "CreateCallFailed", "CreateCallFailed"},
    {EventType::kAnswerFailed, "AnswerFailed", "AnswerCallFailed"},
    {EventType::kConnectFailed, "ConnectFailed", "ConnectFailed"},
    {EventType::kCallDisconnected, "CallDisconnected", "CallDisconnected"},
    {EventType::kParticipantsUpdated, "ParticipantsUpdated",
     "ParticipantsUpdated"},
    {EventType::kAddParticipantSucceeded, "AddParticipantSucceeded",
     "AddParticipantSucceeded"},
    {EventType::kAddParticipantFailed, "AddParticipantFailed",
     "AddParticipantFailed"},
    {EventType::kCancelAddParticipantSucceeded, "CancelAddParticipantSucceeded",
     "CancelAddParticipantSucceeded"},
    {EventType::kCancelAddParticipantFailed, "CancelAddParticipantFailed",
     "CancelAddParticipantFailed"},
    {EventType::kRemoveParticipantSucceeded, "RemoveParticipantSucceeded",
     "RemoveParticipantSucceeded"},
    {EventType::kRemoveParticipantFailed, "RemoveParticipantFailed",
     "RemoveParticipantFailed"},
    {EventType::kMoveParticipantSucceeded, "MoveParticipantSucceeded", ""},
    {EventType::kMoveParticipantFailed, "MoveParticipantFailed", ""},
    {EventType::kCallTransferAccepted, "CallTransferAccepted",
     "CallTransferAccepted"},
    {EventType::kCallTransferFailed, "CallTransferFailed",
     "CallTransferFailed"},
    {EventType::kPlayStarted, "PlayStarted", "PlayStarted"},
    {EventType::kPlayCompleted, "PlayCompleted", "PlayCompleted"},
    {EventType::kPlayFailed, "PlayFailed", "PlayFailed"},
    {EventType::kPlayCanceled, "PlayCanceled", "PlayCanceled"},
    {EventType::kRecognizeCompleted, "RecognizeCompleted",
     "RecognizeCompleted"},
    {EventType::kRecognizeFailed, "RecognizeFailed", "RecognizeFailed"},
    {EventType::kRecognizeCanceled, "RecognizeCanceled", "RecognizeCanceled"},
    {EventType::kContinuousDtmfRecognitionToneReceived,
     "ContinuousDtmfRecognitionToneReceived",
     "ContinuousDtmfRecognitionToneReceived"},
    {EventType::kContinuousDtmfRecognitionToneFailed,
     "ContinuousDtmfRecognitionToneFailed",
     "ContinuousDtmfRecognitionToneFailed"},
    {EventType::kContinuousDtmfRecognitionStopped,
     "ContinuousDtmfRecognitionStopped", "ContinuousDtmfRecognitionStopped"},
    {EventType::kSendDtmfTonesCompleted, "SendDtmfTonesCompleted",
     "SendDtmfTonesCompleted"},
    {EventType::kSendDtmfTonesFailed, "SendDtmfTonesFailed",
     "SendDtmfTonesFailed"},
    {EventType::kHoldFailed, "HoldFailed", "HoldFailed"},
    {EventType::kMediaStreamingStarted, "MediaStreamingStarted",
     "MediaStreamingStarted"},
    {EventType::kMediaStreamingStopped, "MediaStreamingStopped",
     "MediaStreamingStopped"},
    {EventType::kMediaStreamingFailed, "MediaStreamingFailed",
     "MediaStreamingFailed"},
    {EventType::kTranscriptionStarted, "TranscriptionStarted",
     "TranscriptionStarted"},
    {EventType::kTranscriptionStopped, "TranscriptionStopped",
     "TranscriptionStopped"},
    {EventType::kTranscriptionUpdated, "TranscriptionUpdated",
     "TranscriptionUpdated"},
    {EventType::kTranscriptionFailed, "TranscriptionFailed",
     "TranscriptionFailed"},
    {EventType::kRecordingStateChanged, "RecordingStateChanged",
     "RecordingStateChanged"},
    {EventType::kStartRecordingFailed, "StartRecordingFailed", ""},
    {EventType::kIncomingCall, "IncomingCall", ""},
}};
inline constexpr const EventInfo& Info(EventType type) {
  return kEvents[static_cast<std::size_t>(type)];
}

static_assert([] {
  for (std::size_t i = 0; i < kEvents.size(); ++i) {
    if (kEvents[i].type != static_cast<EventType>(i)) return false;
  }
  return true;
}());

/// `resultInformation` of an event.
struct EventResult {
  int code = 200;
  int subcode = 0;
  std::string_view message = "Action completed successfully.";

  friend bool operator==(const EventResult&, const EventResult&) = default;
};

/// The result of ringing a participant, who is on the telephone network or not.
EventResult RingResult(Outcome outcome, bool is_pstn);

/// The type that tells that an accepted request for this operation had no
/// effect; nothing if there is none. Operations with results of their own, such
/// as `Play`, have none.
std::optional<EventType> LaterFailureOf(Operation operation);

/// The result of such an event: our assumption.
inline constexpr EventResult kHadNoEffect{500, 0,
                                          "Action failed. DiagCode: 500#0.@"};

/// How a connection ended.
enum class CallEnd : std::uint8_t {
  kByApplication,  ///< it hung up, or the flow or the longest call ended
  kInboundPstn,    ///< a caller on the telephone network hung up
  kOutboundPstn,   ///< a called person there hung up
  kByUser,         ///< a person in an app hung up
};
EventResult DisconnectResult(CallEnd end);

}  // namespace busyhour::internal

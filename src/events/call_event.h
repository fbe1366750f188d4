#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "catalog/events.h"
#include "catalog/streaming.h"
#include "profile/profile.h"
#include "scenario/participant_code.h"

// An event of a call, as values; event_json.h writes it. All times are
// milliseconds since the start of the slot in which the call began.

namespace busyhour::internal {

/// A participant of a call.
struct EventParticipant {
  /// One who never joined has the request that rang it, added to
  /// `ParticipantCode::kOthers`.
  ParticipantCode code{0};
  ParticipantKind kind = ParticipantKind::kApp;

  friend bool operator==(const EventParticipant&,
                         const EventParticipant&) = default;
};

/// Of AddParticipant*, RemoveParticipant* and MoveParticipant*.
struct ParticipantData {
  EventParticipant participant;
  /// Of a moved participant: the request that moved it, which stands for the
  /// other call.
  std::optional<std::uint16_t> from_call;
};

/// Of CallTransferAccepted.
struct TransferData {
  EventParticipant target;
  EventParticipant transferee;
};

/// Of CancelAddParticipant*: the request that made the invitation.
struct InvitationData {
  std::uint16_t request = 0;
};

/// Of ParticipantsUpdated.
struct RosterData {
  struct Entry {
    EventParticipant participant;
    bool is_muted = false;
    bool is_on_hold = false;
  };
  std::vector<Entry> participants;
  std::uint32_t sequence = 0;  ///< from 1
};

/// Of PlayFailed, and of RecognizeFailed if the prompt failed.
struct PlayFailureData {};

/// A key of a telephone: 0 to 9, then `kPound`.
using Tone = std::uint8_t;
inline constexpr Tone kPound = 10;
/// Its name in events.
std::string_view ToneName(Tone tone);

/// Of RecognizeCompleted.
struct RecognizeData {
  enum class Kind : std::uint8_t { kDtmf, kChoices, kSpeech };
  Kind kind = Kind::kDtmf;
  std::vector<Tone> tones;  ///< of kDtmf
  std::string_view label;   ///< of kChoices
  std::string_view phrase;  ///< what was said; empty if a key was pressed
  double confidence = 0.0;  ///< of the phrase
};

/// Of ContinuousDtmfRecognitionToneReceived.
struct ToneData {
  std::uint32_t sequence = 0;  ///< from 1
  Tone tone = 0;
};

/// Of MediaStreaming* and Transcription*.
struct StreamingData {
  std::string_view status;
  std::string_view details;
};

/// Of RecordingStateChanged.
struct RecordingData {
  std::uint16_t number = 0;  ///< among the recordings of the call
  bool is_active = false;
  std::uint32_t started_ms = 0;
};

/// Of StartRecordingFailed: the recording that was in progress.
struct RecordingFailureData {
  std::uint16_t number = 0;  ///< among the recordings of the call
};

/// Of IncomingCall.
struct IncomingData {
  ParticipantKind caller = ParticipantKind::kPstn;
};

struct CallEvent {
  EventType type = EventType::kCallConnected;
  std::uint32_t at_ms = 0;
  /// Number of earlier changes of the call's correlation id.
  std::uint8_t correlation_epoch = 0;
  /// Number among the call's events, in order of time. `IncomingCall` has the
  /// number 0, like the first callback event.
  std::uint16_t number = 0;
  /// Index of the flow's step whose operation context it has; -1 for none.
  std::int32_t step = -1;
  std::optional<EventResult> result;
  std::variant<std::monostate, ParticipantData, TransferData, InvitationData,
               RosterData, PlayFailureData, RecognizeData, ToneData,
               StreamingData, RecordingData, RecordingFailureData, IncomingData>
      data;
};

}  // namespace busyhour::internal

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace busyhour {

/// A Call Automation request, in the order of the table in operations.cc.
enum class Operation : std::uint8_t {
  kCreateCall,
  kAnswerCall,
  kRedirectCall,
  kRejectCall,
  kConnectCall,
  kGetCall,
  kHangUpCall,
  kTerminateCall,
  kTransferCallToParticipant,
  kGetParticipant,
  kGetParticipants,
  kAddParticipant,
  kCancelAddParticipant,
  kMoveParticipants,
  kRemoveParticipant,
  kMuteParticipants,
  kPlay,
  kRecognize,
  kCancelAllMediaOperations,
  kSendDtmfTones,
  kStartContinuousDtmfRecognition,
  kStopContinuousDtmfRecognition,
  kHold,
  kUnhold,
  kStartRecording,
  kGetRecordingProperties,
  kPauseRecording,
  kResumeRecording,
  kStopRecording,
  kStartMediaStreaming,
  kStopMediaStreaming,
  kStartTranscription,
  kUpdateTranscription,
  kStopTranscription,
};
inline constexpr std::size_t kOperationCount = 34;

/// How a request takes its time and what it does to the call. An operation
/// needs a new one only if it behaves as none of these does.
enum class Activity : std::uint8_t {
  kDial,          ///< rings a callee; connects the call
  kPickUp,        ///< connects a call that is waiting or running
  kTurnAway,      ///< the call goes elsewhere, or nowhere
  kInstant,       ///< answered, and that is all
  kHangUp,        ///< the application leaves
  kTerminate,     ///< the call ends for everyone
  kTransfer,      ///< rings a target; the application loses the call
  kInvite,        ///< rings a participant, who joins
  kCancelInvite,  ///< takes back an invitation that still rings
  kMove,          ///< a participant comes over from another call
  kRemove,        ///< a participant is put out
  kPlay,
  kRecognize,
  kCancelMedia,  ///< ends what is playing or listening
  kSendTones,    ///< takes as long as the tones
  kStart,        ///< starts something that stays on (see `Toggle`)
  kStop,         ///< stops it
  kAdjust,       ///< changes it while it is on
};

/// What a call can have switched on by one request and off by another.
enum class Toggle : std::uint8_t {
  kNone,
  kContinuousDtmf,
  kHold,
  kRecording,
  kMediaStreaming,
  kTranscription,
};
inline constexpr std::size_t kToggleCount = 6;

/// What is known of an operation. See operations.cc for the sources.
struct OperationInfo {
  /// `OperationName` in the logs, and the word for it in a profile.
  std::string_view name;
  Activity activity = Activity::kInstant;
  /// HTTP status of a request that is accepted.
  int success_status = 200;
  Toggle toggle = Toggle::kNone;
};

/// Indexed by `Operation`.
std::span<const OperationInfo, kOperationCount> Operations();

inline const OperationInfo& Info(Operation operation) {
  return Operations()[static_cast<std::size_t>(operation)];
}

std::optional<Operation> FindOperation(std::string_view name);

/// True for the requests that bring a call about, before there is a connection.
bool StartsCall(Operation operation);
/// True for requests to the recording interface, which exists beside the call.
bool IsRecording(Operation operation);

}  // namespace busyhour

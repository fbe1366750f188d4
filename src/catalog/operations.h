#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "busyhour/catalog.h"

namespace busyhour::internal {

inline constexpr std::size_t kOperationCount = 34;

/// The timing and effect of a request. An operation needs a new activity only
/// if none of these fits.
enum class Activity : std::uint8_t {
  kDial,          ///< rings a callee; connects the call
  kPickUp,        ///< connects a call that is waiting or running
  kTurnAway,      ///< the call goes elsewhere, or ends
  kInstant,       ///< no effect beyond the answer
  kHangUp,        ///< the application leaves
  kTerminate,     ///< the call ends for everyone
  kTransfer,      ///< rings a target; the application loses the call
  kInvite,        ///< rings a participant, who joins
  kCancelInvite,  ///< cancels an invitation that still rings
  kMove,          ///< a participant joins from another call
  kRemove,        ///< removes a participant
  kPlay,
  kRecognize,
  kCancelMedia,  ///< ends plays and recognizes
  kSendTones,    ///< takes as long as the tones
  kStart,        ///< starts a state (see `Toggle`)
  kStop,         ///< ends it
  kAdjust,       ///< changes it while it is active
};

/// A state of a call that one request starts and another ends.
enum class Toggle : std::uint8_t {
  kNone,
  kContinuousDtmf,
  kHold,
  kRecording,
  kMediaStreaming,
  kTranscription,
};
inline constexpr std::size_t kToggleCount = 6;

/// The facts about an operation. See operations.cc for the sources.
struct OperationInfo {
  /// `OperationName` in the logs, and its name in a profile.
  std::string_view name;
  Activity activity = Activity::kInstant;
  /// HTTP status of an accepted request.
  int success_status = 200;
  Toggle toggle = Toggle::kNone;
};

/// Indexed by `Operation`.
std::span<const OperationInfo, kOperationCount> Operations();

inline const OperationInfo& Info(Operation operation) {
  return Operations()[static_cast<std::size_t>(operation)];
}

std::optional<Operation> FindOperation(std::string_view name);

/// Whether the request sets up a call, before there is a connection.
bool StartsCall(Operation operation);
/// Whether the request goes to the recording interface, which is separate from
/// the call.
bool IsRecording(Operation operation);

}  // namespace busyhour::internal

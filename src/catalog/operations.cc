#include "catalog/operations.h"

#include <cstddef>

namespace busyhour::internal {
namespace {

// Names: CreateCall, AnswerCall, Play, Recognize, Start/StopMediaStreaming and
// Start/Stop/UpdateTranscription have this spelling in the Azure Monitor table
// reference and its example queries. Start-, Stop-, Pause- and ResumeRecording
// are in the ACSCallRecordingIncomingOperations reference. All others are our
// assumption: the API's name in the same style.
// Statuses: the generated REST client of npm
// @azure/communication-call-automation 1.0.0 to 1.6.0.
constexpr OperationInfo kOperations[] = {
    {"CreateCall", Activity::kDial, 201},
    {"AnswerCall", Activity::kPickUp, 200},
    {"RedirectCall", Activity::kTurnAway, 204},
    {"RejectCall", Activity::kTurnAway, 204},
    {"ConnectCall", Activity::kPickUp, 200},
    {"GetCall", Activity::kInstant, 200},
    {"HangUpCall", Activity::kHangUp, 204},
    {"TerminateCall", Activity::kTerminate, 204},
    {"TransferCallToParticipant", Activity::kTransfer, 202},
    {"GetParticipant", Activity::kInstant, 200},
    {"GetParticipants", Activity::kInstant, 200},
    {"AddParticipant", Activity::kInvite, 202},
    {"CancelAddParticipant", Activity::kCancelInvite, 202},
    {"MoveParticipants", Activity::kMove, 202},
    {"RemoveParticipant", Activity::kRemove, 202},
    {"MuteParticipants", Activity::kInstant, 200},
    {"Play", Activity::kPlay, 202},
    {"Recognize", Activity::kRecognize, 202},
    {"CancelAllMediaOperations", Activity::kCancelMedia, 202},
    {"SendDtmfTones", Activity::kSendTones, 202},
    {"StartContinuousDtmfRecognition", Activity::kStart, 200,
     Toggle::kContinuousDtmf},
    {"StopContinuousDtmfRecognition", Activity::kStop, 200,
     Toggle::kContinuousDtmf},
    {"Hold", Activity::kStart, 200, Toggle::kHold},
    {"Unhold", Activity::kStop, 200, Toggle::kHold},
    {"StartRecording", Activity::kStart, 200, Toggle::kRecording},
    {"GetRecordingProperties", Activity::kAdjust, 200, Toggle::kRecording},
    {"PauseRecording", Activity::kAdjust, 202, Toggle::kRecording},
    {"ResumeRecording", Activity::kAdjust, 202, Toggle::kRecording},
    {"StopRecording", Activity::kStop, 204, Toggle::kRecording},
    {"StartMediaStreaming", Activity::kStart, 202, Toggle::kMediaStreaming},
    {"StopMediaStreaming", Activity::kStop, 202, Toggle::kMediaStreaming},
    {"StartTranscription", Activity::kStart, 202, Toggle::kTranscription},
    {"UpdateTranscription", Activity::kAdjust, 202, Toggle::kTranscription},
    {"StopTranscription", Activity::kStop, 202, Toggle::kTranscription},
};
static_assert(std::size(kOperations) == kOperationCount);

}  // namespace

std::span<const OperationInfo, kOperationCount> Operations() {
  return kOperations;
}

std::optional<Operation> FindOperation(std::string_view name) {
  for (std::size_t i = 0; i < kOperationCount; ++i) {
    if (kOperations[i].name == name) return static_cast<Operation>(i);
  }
  return std::nullopt;
}

bool StartsCall(Operation operation) {
  const Activity activity = Info(operation).activity;
  return activity == Activity::kDial || activity == Activity::kPickUp ||
         activity == Activity::kTurnAway;
}

bool IsRecording(Operation operation) {
  return Info(operation).toggle == Toggle::kRecording;
}

}  // namespace busyhour::internal

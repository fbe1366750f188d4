#include "catalog/metrics.h"

#include <iterator>

namespace busyhour::internal {
namespace {

// In the order of `Operation`. Azure's page on Call Automation metrics has
// Create, Answer, Redirect, Reject, Get, HangUp and Terminate Call, Transfer
// Call To Participant, Get Participant(s), Add and Remove Participants, Play,
// Recognize and Cancel All Media Operations. The others are our assumption: the
// operation's name with spaces.
constexpr std::string_view kNames[] = {
    "Create Call",
    "Answer Call",
    "Redirect Call",
    "Reject Call",
    "Connect Call",
    "Get Call",
    "HangUp Call",
    "Terminate Call",
    "Transfer Call To Participant",
    "Get Participant",
    "Get Participants",
    "Add Participants",
    "Cancel Add Participant",
    "Move Participants",
    "Remove Participants",
    "Mute Participants",
    "Play",
    "Recognize",
    "Cancel All Media Operations",
    "Send Dtmf Tones",
    "Start Continuous Dtmf Recognition",
    "Stop Continuous Dtmf Recognition",
    "Hold",
    "Unhold",
    "Start Recording",
    "Get Recording Properties",
    "Pause Recording",
    "Resume Recording",
    "Stop Recording",
    "Start Media Streaming",
    "Stop Media Streaming",
    "Start Transcription",
    "Update Transcription",
    "Stop Transcription",
};
static_assert(std::size(kNames) == kOperationCount);

}  // namespace

std::string_view MetricOperationName(Operation operation) {
  return kNames[static_cast<std::size_t>(operation)];
}

}  // namespace busyhour::internal

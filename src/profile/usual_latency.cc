#include "profile/usual_latency.h"

#include "profile/mix.h"

namespace busyhour::internal {
namespace {

// One request in a hundred is in the tail, where the value that one in 1,000
// exceeds is 6.3 times the value that one in 100 exceeds.
constexpr double kTailShare = 0.01;
constexpr double kTailExponent = 1.25;
constexpr double kLeastMs = 8;
constexpr double kMostMs = 10'000;

DistributionSpec Usual(double median_ms, double sigma) {
  return HeavyMs(median_ms, sigma, kTailShare, kTailExponent, kLeastMs,
                 kMostMs);
}

DistributionSpec Fast(double median_ms) {
  return LognormalMs(median_ms, 0.5, 3, 2'000);
}

}  // namespace

DistributionSpec UsualLatency(Operation operation) {
  switch (operation) {
    // Set-ups and invitations concern the signalling of a leg.
    case Operation::kCreateCall:
      return Usual(320, 0.5);
    case Operation::kAnswerCall:
      return Usual(240, 0.5);
    case Operation::kConnectCall:
      return Usual(270, 0.5);
    case Operation::kTransferCallToParticipant:
      return Usual(260, 0.5);
    case Operation::kAddParticipant:
    case Operation::kMoveParticipants:
      return Usual(290, 0.5);
    case Operation::kRedirectCall:
    case Operation::kRejectCall:
    case Operation::kRemoveParticipant:
    case Operation::kCancelAddParticipant:
      return Usual(140, 0.45);
    case Operation::kHangUpCall:
    case Operation::kTerminateCall:
      return Usual(110, 0.45);
    // Reading changes nothing.
    case Operation::kGetCall:
    case Operation::kGetParticipant:
    case Operation::kGetParticipants:
    case Operation::kGetRecordingProperties:
      return Usual(45, 0.4);
    // A recorder or a connection to another service must be set up first.
    case Operation::kStartRecording:
      return Usual(640, 0.55);
    case Operation::kStartMediaStreaming:
    case Operation::kStartTranscription:
      return Usual(210, 0.5);
    case Operation::kStopRecording:
      return Usual(220, 0.5);
    case Operation::kPauseRecording:
    case Operation::kResumeRecording:
    case Operation::kStopMediaStreaming:
    case Operation::kUpdateTranscription:
    case Operation::kStopTranscription:
      return Usual(130, 0.45);
    default:
      return Usual(82, 0.45);
  }
}

DistributionSpec UsualStatusLatency(int status) {
  switch (status) {
    case 408:
      return UniformMs(30'000, 30'250);
    case 504:
      return UniformMs(60'000, 60'400);
    case 500:
      return LognormalMs(180, 1.3, 8, 30'000);
    case 502:
      return LognormalMs(350, 1.2, 8, 30'000);
    case 503:
      return LognormalMs(90, 1.5, 5, 30'000);
    case 401:
    case 403:
    case 405:
    case 406:
    case 429:
      return Fast(14);
    case 400:
    case 404:
      return Fast(26);
    default:
      return Fast(32);
  }
}

}  // namespace busyhour::internal

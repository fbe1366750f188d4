#pragma once

#include <cstdint>
#include <string_view>

// What the logs and calls name, as types.
//
//   std::cout << busyhour::NameOf(busyhour::Operation::kPlay);  // Play

namespace busyhour {

/// The logs, in the order in which a call's records are numbered.
enum class LogType : std::uint8_t {
  kOperational,
  kMediaSummary,
  kUsage,
  kStreamingUsage,
  kCallSummary,
  kCallSummaryUpdates,
  kCallDiagnostics,
  kCallDiagnosticsUpdates,
  kRecordingOperational,
  kRecordingSummary,
};

/// The Call Automation requests.
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

/// The outcomes of a step in the simulated world.
enum class Outcome : std::uint8_t {
  kCompleted,
  kRequestFailed,
  kVoicemail,
  kNoAnswer,
  kBusy,
  kDeclined,
  kUnreachable,
  kPlayCompleted,
  kPlayCanceled,
  kPlayBadFile,
  kPlayDownloadFailed,
  kPlaySpeechBadRequest,
  kPlaySpeechUnauthorized,
  kPlaySpeechForbidden,
  kPlaySpeechTimedOut,
  kPlaySpeechThrottled,
  kPlayInternalError,
  kPlayShutdown,
  kMaxDigits,
  kStopTone,
  kToneMatched,
  kPhraseMatched,
  kSpeechRecognized,
  kInterToneTimeout,
  kRecognizeCanceled,
  kInitialSilence,
  kPromptFailed,
  kBeepFailed,
  kPhraseNotMatched,
  kWrongTone,
  kNotUnderstood,
  kRecognitionTimedOut,
  kRecognizeSpeechBadRequest,
  kRecognizeSpeechUnauthorized,
  kRecognizeSpeechForbidden,
  kRecognizeSpeechTimedOut,
  kRecognizeSpeechThrottled,
  kRecognizeInternalError,
};

/// `ResultType` of a media summary. It also groups the outcomes of other steps.
enum class ResultType : std::uint8_t { kCompleted, kCanceled, kFailed };

/// Who takes part in a call: the application, a telephone, an ACS user or a
/// Teams user.
enum class ParticipantKind : std::uint8_t { kApp, kPstn, kAcs, kTeams };

/// How a call attempt ended, as its caller or, if it was made by the
/// application, its callee experienced it.
enum class AttemptEnd : std::uint8_t {
  kCompleted,
  kDisturbed,
  kAbandoned,
  kDropped,
  kFailed,
  kNoAnswer,
  kBusy,
  kDeclined,
  kUnreachable,
  kVoicemail,
};

/// What a session carries.
enum class Modality : std::uint8_t {
  kAudioMixed,    ///< the sound of all participants in one stream
  kAudioUnmixed,  ///< a stream for each participant
  kTranscription,
};

/// How a session ended.
enum class StreamingEnd : std::uint8_t {
  kStopped,    ///< by a request
  kCallEnded,  ///< with the call
  kTranscriptionFailed,
  kTranscriptionCanceled,
  kTranscriptionShutdown,
  kInvalidStreamUrl,
  kMediaStreamingFailed,
  kMediaStreamingCanceled,
  kSpeechModelUnsupported,
};

/// The name in options, profiles and manifests: `usage`.
std::string_view NameOf(LogType log);
/// `OperationName` in the logs: `Play`.
std::string_view NameOf(Operation operation);
/// The name in profiles and in `--where`: `initial_silence`.
std::string_view NameOf(Outcome outcome);
/// `ResultType` in the media summary: `Completed`.
std::string_view NameOf(ResultType type);
/// The name in profiles: `pstn`.
std::string_view NameOf(ParticipantKind kind);
/// The name in profiles: `no_answer`.
std::string_view NameOf(AttemptEnd end);
/// The name in the streaming usage log: `Transcription`.
std::string_view NameOf(Modality modality);
/// What it means: `stopped by a request`.
std::string_view NameOf(StreamingEnd end);

}  // namespace busyhour

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/distribution.h"
#include "base/guid.h"
#include "base/time.h"
#include "catalog/faults.h"
#include "catalog/logs.h"
#include "catalog/media.h"
#include "catalog/operations.h"
#include "catalog/outcomes.h"
#include "catalog/streaming.h"

// A profile: the user's description of the calls to simulate. Its values are
// plain. profile/load.h checks them and documents the meaning, unit, range,
// default and source of each; docs/profile.md shows this documentation.

namespace busyhour {

/// Weights by name or value; only their ratios count.
template <class Key>
using Mix = std::vector<std::pair<Key, double>>;

inline DistributionSpec ConstantMs(double ms) {
  DistributionSpec spec;
  spec.a = spec.min = spec.max = ms;
  return spec;
}
inline DistributionSpec UniformMs(double from_ms, double to_ms) {
  DistributionSpec spec;
  spec.kind = DistributionSpec::Kind::kUniform;
  spec.a = spec.min = from_ms;
  spec.b = spec.max = to_ms;
  return spec;
}
inline DistributionSpec LognormalMs(double median_ms, double sigma,
                                    double min_ms, double max_ms) {
  DistributionSpec spec;
  spec.kind = DistributionSpec::Kind::kLognormal;
  spec.a = median_ms;
  spec.b = sigma;
  spec.min = min_ms;
  spec.max = max_ms;
  return spec;
}

struct Resource {
  /// If not set, it is derived from the seed.
  std::optional<Guid> subscription;
  std::string group = "contoso-voice-rg";
  std::string name = "contoso-voice";
  /// Name of an Azure region; determines the nodes that carry the calls.
  std::string region = "eastus2";

  friend bool operator==(const Resource&, const Resource&) = default;
};

/// The rate of call attempts, and how it varies in time and at random.
struct Traffic {
  /// Call attempts per second.
  double rate_cps = 2.0;
  /// Whether `rate_cps` is the rate of the busiest hour, not the mean of the
  /// week.
  bool rate_is_busy_hour = false;
  SimTime start{1'772'438'400'000};  // 2026-03-02T08:00:00Z, a Monday
  /// Relative rate by hour of the week, from Monday 00:00 local time.
  std::array<double, 168> hours_of_week = [] {
    std::array<double, 168> flat;
    flat.fill(1.0);
    return flat;
  }();
  /// Local time minus UTC.
  std::int64_t utc_offset_ms = 0;
  /// The random factor of a whole day; its mean is 1.
  double day_cv = 0.0;
  double day_autocorrelation = 0.0;
  /// The random factor of a short period; its mean is 1.
  double busyness_cv = 0.0;
  std::int64_t busyness_period_ms = 6 * kMsPerMinute;
  /// Attempts per second that the service accepts before it answers 429; 0 for
  /// no limit.
  double capacity_cps = 0.0;

  friend bool operator==(const Traffic&, const Traffic&) = default;
};

enum class ParticipantKind : std::uint8_t { kApp, kPstn, kAcs, kTeams };
inline constexpr std::size_t kParticipantKindCount = 4;

struct Participants {
  Mix<ParticipantKind> callers = {{ParticipantKind::kPstn, 1.0}};
  /// Number of different agents; each takes part in many calls.
  std::uint32_t agents = 50;
  /// Country of the fictional phone numbers.
  enum class Numbers : std::uint8_t { kUs, kUk } numbers = Numbers::kUs;

  friend bool operator==(const Participants&, const Participants&) = default;
};

/// A version of the application that makes requests.
struct Client {
  std::string sdk_type;
  std::string sdk_version;
  std::string api_version;
  double weight = 1.0;

  friend bool operator==(const Client&, const Client&) = default;
};

struct Timing {
  /// From an event to the application's next request.
  DistributionSpec reaction = LognormalMs(120, 0.6, 5, 5'000);
  /// `DurationMs` of a request.
  DistributionSpec api_latency = LognormalMs(95, 0.45, 8, 20'000);
  std::vector<std::pair<Operation, DistributionSpec>> api_latency_of;
  /// From an accepted answer or a callee's answer to a connected call.
  DistributionSpec setup = LognormalMs(900, 0.35, 150, 10'000);
  /// How long a callee or invited participant rings before answering.
  DistributionSpec ring = LognormalMs(9'000, 0.55, 1'000, 170'000);
  std::int64_t ring_limit_ms = 45'000;
  /// From an accepted play or recognize to the first sound.
  DistributionSpec media_start = LognormalMs(250, 0.35, 40, 3'000);
  /// From the time at which the sound was due to the report of its failure.
  DistributionSpec media_failure = UniformMs(2'000, 5'000);
  /// From a cancelling request or a hang-up to the report that media stopped.
  DistributionSpec media_stop = LognormalMs(60, 0.4, 5, 1'000);
  /// From the end of a prompt to the caller's answer.
  DistributionSpec response = LognormalMs(1'800, 0.6, 150, 300'000);
  /// Between two tones.
  DistributionSpec tone_gap = LognormalMs(450, 0.45, 80, 60'000);
  DistributionSpec utterance = LognormalMs(2'200, 0.55, 300, 60'000);
  /// From the end of a call to the release of all its legs.
  DistributionSpec disconnect = UniformMs(800, 1'500);
  std::int64_t longest_call_ms = 4 * kMsPerHour;
  std::uint32_t max_steps = 200;

  friend bool operator==(const Timing&, const Timing&) = default;
};

/// Share of requests that are refused, and the statuses of these by weight.
struct RequestFailures {
  double share = 0.0;
  Mix<int> statuses = {{500, 1.0}};

  friend bool operator==(const RequestFailures&,
                         const RequestFailures&) = default;
};

struct Requests {
  RequestFailures failures{0.004,
                           {{400, 1}, {408, 1}, {429, 2}, {500, 4}, {503, 2}}};
  std::vector<std::pair<Operation, RequestFailures>> failures_of;
  /// Share of calls in which the application makes one more request before it
  /// learns that the caller has hung up. The request gets 404.
  double late_share = 0.02;

  friend bool operator==(const Requests&, const Requests&) = default;
};

/// Share of plays and recognizes that fail because of the service, by outcome.
struct MediaFailures {
  std::vector<std::pair<Outcome, double>> play = {
      {Outcome::kPlayBadFile, 0.0002},
      {Outcome::kPlayDownloadFailed, 0.0005},
      {Outcome::kPlaySpeechTimedOut, 0.0004},
      {Outcome::kPlaySpeechThrottled, 0.0004},
      {Outcome::kPlayInternalError, 0.0003}};
  std::vector<std::pair<Outcome, double>> recognize = {
      {Outcome::kPromptFailed, 0.0008},
      {Outcome::kBeepFailed, 0.0001},
      {Outcome::kRecognizeSpeechTimedOut, 0.0004},
      {Outcome::kRecognizeSpeechThrottled, 0.0004},
      {Outcome::kRecognizeInternalError, 0.0003}};

  friend bool operator==(const MediaFailures&, const MediaFailures&) = default;
};

struct Usage {
  /// Whether the application's own leg is billed as a participant.
  bool app_leg = true;
  /// Connected time is rounded up to a multiple of this before it is billed.
  std::int64_t granularity_ms = 1;
  /// From the end of a leg to its usage record.
  DistributionSpec lag = LognormalMs(180'000, 0.5, 10'000, 3'600'000);

  friend bool operator==(const Usage&, const Usage&) = default;
};

/// Media streaming and transcription sessions.
struct Streaming {
  /// Share of the sessions that an error ends, by the error.
  std::vector<std::pair<StreamingEnd, double>> failures = {
      {StreamingEnd::kTranscriptionFailed, 0.001},
      {StreamingEnd::kTranscriptionShutdown, 0.0002},
      {StreamingEnd::kInvalidStreamUrl, 0.0002},
      {StreamingEnd::kMediaStreamingFailed, 0.001}};
  /// From the end of a session to its records.
  DistributionSpec lag = LognormalMs(5'000, 0.6, 500, 120'000);

  friend bool operator==(const Streaming&, const Streaming&) = default;
};

/// How a participant's connection ended.
struct ParticipantEnd {
  /// Its name in a profile, and `ParticipantEndReason`.
  std::string_view word;
  std::string_view subcode;
  /// `ResultCategory`.
  std::string_view category;
};

/// The first is the normal end. Source of reasons and subcodes: Azure's pages
/// on the codes of ended calls; of the categories: its page on call summaries.
/// Which category belongs to which code is our assumption.
inline constexpr std::array<ParticipantEnd, 8> kParticipantEnds = {{
    {"0", "0", "Success"},
    {"408", "10057", "UnexpectedClientError"},
    {"410", "301005", "UnexpectedClientError"},
    {"430", "10315", "UnexpectedClientError"},
    {"487", "0", "ExpectedError"},
    {"490", "4502", "UnexpectedClientError"},
    {"500", "10045", "UnexpectedServerError"},
    {"503", "560503", "UnexpectedServerError"},
}};

/// The logs of call summaries, and of their updates.
struct CallSummary {
  /// Whether the application's own leg has records.
  bool app_leg = false;
  /// From the end of a call to its summaries.
  DistributionSpec lag = LognormalMs(30 * 60'000, 0.5, 5 * 60'000, 7'200'000);
  /// From the end of a call to the first version of an update.
  DistributionSpec first_update =
      LognormalMs(20 * 60'000, 0.45, 60'000, 3'600'000);
  /// From one version to the next.
  DistributionSpec later_update =
      LognormalMs(6 * 3'600'000, 1.2, 600'000, 172'800'000);
  /// Share of versions that another one follows.
  double later_update_share = 0.1;
  std::uint32_t most_updates = 3;
  /// Share of first versions without the participant's start and duration.
  double incomplete_share = 0.1;
  /// Share of participants whose connection ends in an error, by the error.
  std::vector<std::pair<std::size_t, double>> ends = {
      {1, 0.002}, {2, 0.004}, {3, 0.0005}, {4, 0.001},
      {5, 0.001}, {6, 0.001}, {7, 0.0005}};
  /// Share of calls with a record for the service itself.
  double server_share = 0.05;
  /// Shares of records with a redacted or missing value.
  double redacted_id_share = 0.01;
  double missing_id_share = 0.01;
  double missing_start_share = 0.01;
  double missing_duration_share = 0.01;
  /// Share of records that are written again later.
  double repeat_share = 0.01;
  std::string endpoint_type_voip = "VoIP";
  std::string endpoint_type_app = "BOT";
  /// Software of ACS users.
  std::string sdk_version = "1.0.1.0";
  std::string os_version = "Windows 10.0.17763 Arch: x64";
  /// Whether updates have a category of their own, or that of the first log.
  bool own_update_category = false;

  friend bool operator==(const CallSummary&, const CallSummary&) = default;
};

/// The logs of call diagnostics, and of their updates: the quality of media
/// streams.
struct CallDiagnostics {
  /// Whether the receiver of a stream has a record of it, too.
  bool receivers = true;
  /// Means over a stream.
  DistributionSpec round_trip = LognormalMs(62, 0.4, 4, 1'500);
  DistributionSpec jitter = LognormalMs(2, 0.9, 0, 120);
  /// Share of streams that lose packets.
  double lossy_share = 0.25;
  /// Highest mean loss of these.
  double most_loss = 0.15;
  /// Share of streams over TCP.
  double tcp_share = 0.01;
  /// Share of streams in which no media flows.
  double silent_share = 0.001;
  std::string codec_pstn = "G722";
  std::string codec_acs = "OPUS";
  std::string codec_teams = "SATIN";

  friend bool operator==(const CallDiagnostics&,
                         const CallDiagnostics&) = default;
};

/// The content, channels and format of a recording.
enum class RecordingForm : std::uint8_t {
  kMp3Mixed,
  kWavMixed,
  kWavUnmixed,
  kMp4Mixed,
};
inline constexpr std::size_t kRecordingFormCount = 4;

/// Recordings, and their two logs.
struct Recordings {
  Mix<RecordingForm> forms = {{RecordingForm::kMp3Mixed, 0.5},
                              {RecordingForm::kWavMixed, 0.2},
                              {RecordingForm::kWavUnmixed, 0.2},
                              {RecordingForm::kMp4Mixed, 0.1}};
  /// From the end of a recording to its summary.
  DistributionSpec lag = ConstantMs(0);
  /// A recording has a chunk for each started length of this.
  std::int64_t chunk_ms = 4 * kMsPerHour;
  /// `RecordingEndReason` of a recording that a request stopped.
  std::string end_reason_stopped = "CallEnded";
  /// `ResultType` of a refused request.
  std::string failure_word = "Failure";
  /// `StartCallRecording` or `StartRecording`.
  bool long_operation_names = false;

  friend bool operator==(const Recordings&, const Recordings&) = default;
};

/// From a record's own time to its arrival at the customer.
using Delivery = PerLog<DistributionSpec>;
inline Delivery UsualDelivery() {
  Delivery delivery;
  delivery.fill(LognormalMs(180'000, 0.45, 30'000, 1'200'000));
  return delivery;
}

/// Facts that no source gives; users may know better.
struct Assumptions {
  /// Probability that `CorrelationId` changes when a participant joins or
  /// leaves.
  double correlation_change = 0.5;
  /// Whether 8532 is reported as `Completed` (newer documentation) or `Failed`.
  bool inter_tone_timeout_completes = true;
  /// `TextToSpeech` or `Text`.
  std::string text_source_name = "TextToSpeech";
  /// Whether recording requests are in the operational log.
  bool recording_operations = true;
  /// Whether only plays and recognizes carry an `OperationId`.
  bool media_operation_ids_only = false;
  /// Whether `ServerCallId` has the long host, with a private address as node.
  bool aks_server_call_id = false;
  std::string level_of_success = "Informational";
  std::string level_of_client_failure = "Warning";
  std::string level_of_server_failure = "Error";
  std::string usage_operation_name = "Usage";
  std::string usage_operation_version = "1.0";
  std::string usage_type_pstn = "PSTN";
  std::string usage_type_voip = "Audio";
  std::string usage_unit = "minutes";
  std::string streaming_operation_name = "CallAutomationStreamingUsage";

  friend bool operator==(const Assumptions&, const Assumptions&) = default;
};

/// A recurring period in which requests or media fail, or latency or rate
/// changes.
struct Incident {
  std::string name;
  /// Windows begin at multiples of `every_ms` since 1970 (UTC), plus `offset`.
  std::int64_t every_ms = kMsPerDay;
  std::int64_t offset_ms = 0;
  std::int64_t length_ms = 10 * kMsPerMinute;
  /// The affected operations; empty for all.
  std::vector<Operation> operations;
  /// Share of requests that are refused in addition, and their statuses.
  RequestFailures requests;
  /// Share of plays and recognizes that fail in addition, by outcome.
  MediaFailures media{{}, {}};
  double latency_factor = 1.0;
  double rate_factor = 1.0;

  friend bool operator==(const Incident&, const Incident&) = default;
};

/// The target `end`; any other target is an index into the flow's steps.
inline constexpr int kEndStep = -1;

struct Transition {
  /// The outcome that it applies to; with `any_of_group`, all outcomes of
  /// `group`.
  Outcome outcome = Outcome::kCompleted;
  ResultType group = ResultType::kCompleted;
  bool any_of_group = false;
  /// How often the same step is repeated first.
  std::uint32_t retries = 0;
  Mix<int> targets;

  friend bool operator==(const Transition&, const Transition&) = default;
};

/// The default for what a caller does: what is requested.
inline Mix<Behaviour> WhatIsAsked() { return {{Behaviour::kCooperates, 1.0}}; }

/// A sound to play: its source and length.
struct Sound {
  Source source = Source::kNone;
  DistributionSpec length = ConstantMs(5'000);

  friend bool operator==(const Sound&, const Sound&) = default;
};

/// Time without a request: people talk, or wait in a queue.
struct WaitStep {
  DistributionSpec length = ConstantMs(0);
  /// Whether the time of this step counts against the caller's patience.
  bool tests_patience = false;
  Mix<Behaviour> caller_does = WhatIsAsked();

  friend bool operator==(const WaitStep&, const WaitStep&) = default;
};

struct PlayStep {
  static constexpr Operation operation = Operation::kPlay;

  Sound sound;
  bool loop = false;
  bool to_participant = false;
  /// Whether the flow continues as soon as the request is accepted.
  bool background = false;
  Mix<Behaviour> caller_does = WhatIsAsked();

  friend bool operator==(const PlayStep&, const PlayStep&) = default;
};

struct RecognizeStep {
  static constexpr Operation operation = Operation::kRecognize;

  Input input = Input::kNone;
  /// If not set, there is no prompt.
  std::optional<Sound> prompt;
  std::int64_t initial_silence_ms = 5'000;
  std::int64_t inter_tone_ms = 2'000;
  std::int64_t end_silence_ms = 500;
  std::uint32_t max_tones = 1;
  bool stop_tone = false;
  bool interrupt_prompt = true;
  /// Share of answers that come before the end of the prompt.
  double barge_in = 0.3;
  /// Share of answers that are spoken, if tones are possible, too.
  double by_speech = 0.5;
  /// Overrides of `Timing` for this step.
  std::optional<DistributionSpec> response;
  std::optional<DistributionSpec> utterance;
  Mix<Behaviour> caller_does = WhatIsAsked();

  friend bool operator==(const RecognizeStep&, const RecognizeStep&) = default;
};

/// Sessions that begin with the call.
struct StartedStreaming {
  bool media_streaming = false;
  bool transcription = false;
  /// Whether media streaming has a stream for each participant.
  bool audio_unmixed = false;

  friend bool operator==(const StartedStreaming&,
                         const StartedStreaming&) = default;
};

/// `AnswerCall` or `ConnectCall`.
struct AnswerStep {
  Operation operation = Operation::kAnswerCall;
  StartedStreaming streaming;

  friend bool operator==(const AnswerStep&, const AnswerStep&) = default;
};

/// A request that rings a participant: `CreateCall`, `AddParticipant`,
/// `MoveParticipants` or `TransferCallToParticipant`.
struct RingStep {
  Operation operation = Operation::kCreateCall;
  ParticipantKind who = ParticipantKind::kAcs;
  Mix<Outcome> callee_does = {{Outcome::kCompleted, 1.0}};
  /// Overrides of `Timing` for this step.
  std::optional<DistributionSpec> ring;
  /// Not for `CreateCall`, which uses `Timing::ring_limit_ms`.
  std::int64_t invitation_timeout_ms = 60'000;
  /// How long an added or moved participant stays; if not set, to the end.
  std::optional<DistributionSpec> stays;
  /// Whether the flow continues as soon as `AddParticipant` is accepted.
  bool background = false;
  /// Whether the time of `AddParticipant` counts against the caller's patience.
  bool tests_patience = false;
  /// Only for `CreateCall`.
  StartedStreaming streaming;

  friend bool operator==(const RingStep&, const RingStep&) = default;
};

struct StartMediaStreamingStep {
  static constexpr Operation operation = Operation::kStartMediaStreaming;

  bool audio_unmixed = false;

  friend bool operator==(const StartMediaStreamingStep&,
                         const StartMediaStreamingStep&) = default;
};

struct SendTonesStep {
  static constexpr Operation operation = Operation::kSendDtmfTones;

  std::uint32_t tones = 1;

  friend bool operator==(const SendTonesStep&, const SendTonesStep&) = default;
};

/// Any other request.
struct RequestStep {
  Operation operation = Operation::kGetCall;

  friend bool operator==(const RequestStep&, const RequestStep&) = default;
};

/// A step of a flow, and its targets by outcome.
struct Step {
  std::string name;
  /// `operationContext` of the events that the request causes; empty: `name`.
  std::string operation_context;
  std::variant<WaitStep, PlayStep, RecognizeStep, AnswerStep, RingStep,
               StartMediaStreamingStep, SendTonesStep, RequestStep>
      action;
  std::vector<Transition> on;
  /// Targets of all other outcomes; empty if there are none.
  Mix<int> next;

  friend bool operator==(const Step&, const Step&) = default;
};

struct Flow {
  std::string name;
  double weight = 1.0;
  /// Total time that the caller is willing to wait; if not set, no limit.
  std::optional<DistributionSpec> patience;
  /// When the caller hangs up, in whatever step the flow is; if not set, never.
  std::optional<DistributionSpec> caller_stays;
  Mix<ParticipantKind> caller_kinds;  ///< empty: `Participants::callers`
  int start = 0;
  /// The next step after the caller has left while others are still in the
  /// call.
  int on_caller_left = kEndStep;
  std::vector<Step> steps;

  friend bool operator==(const Flow&, const Flow&) = default;
};

/// A rule for a fault in delivered records: how often, when and in which.
struct FaultRule {
  FaultKind kind = FaultKind::kDrop;
  /// Share of the records that it affects, [0, 1].
  double rate = 0.0;
  LogSet logs = LogSet::All();
  /// Windows as for an `Incident`. The time of a record is that of its delivery
  /// without faults. No length: always active.
  std::int64_t every_ms = kMsPerDay;
  std::int64_t offset_ms = 0;
  std::int64_t length_ms = 0;
  /// The delay, or the offset of the clock; if not set, the usual one for its
  /// kind.
  std::optional<DistributionSpec> by;
  /// The affected field, by its name in any shape; empty to draw one.
  std::string field;
  /// Length of an oversized value.
  std::uint32_t bytes = 64 * 1024;

  friend bool operator==(const FaultRule&, const FaultRule&) = default;
};

struct Profile {
  std::string name;
  std::string description;
  Resource resource;
  Traffic traffic;
  Participants participants;
  std::vector<Client> clients = {{"dotnet", "1.2.0", "2024-04-15", 4.0},
                                 {"unknown", "", "2023-03-06", 2.0},
                                 {"js", "1.5.1", "2025-06-15", 1.0}};
  /// Number of servers of the application, each with its own address.
  std::uint32_t servers = 8;
  Timing timing;
  Requests requests;
  MediaFailures media;
  Usage usage;
  Streaming streaming;
  CallSummary call_summary;
  CallDiagnostics call_diagnostics;
  Recordings recordings;
  Delivery delivery = UsualDelivery();
  Assumptions assumptions;
  std::vector<Incident> incidents;
  std::vector<FaultRule> faults;
  std::vector<Flow> flows;
  LogSet logs = LogSet::Default();
  /// The text of the profile, for the manifest.
  std::string text;

  friend bool operator==(const Profile&, const Profile&) = default;
};

}  // namespace busyhour

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/distribution.h"
#include "catalog/media.h"
#include "catalog/operations.h"
#include "catalog/outcomes.h"
#include "catalog/participants.h"
#include "profile/mix.h"
#include "profile/redials.h"

// The flows of a profile: what happens in a call, step by step.

namespace busyhour::internal {

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
  /// Whether it lasts until an agent is free (`Agents`), instead of `length`.
  bool for_agent = false;
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
  /// Targets if it completes while an agent is free (`Agents`); empty if that
  /// makes no difference.
  Mix<int> agent_free;
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
  std::optional<Redials> redials;     ///< if not set: `Profile::redials`
  int start = 0;
  /// The next step after the caller has left while others are still in the
  /// call.
  int on_caller_left = kEndStep;
  std::vector<Step> steps;

  friend bool operator==(const Flow&, const Flow&) = default;
};

}  // namespace busyhour::internal

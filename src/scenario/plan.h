#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/choice.h"
#include "base/distribution.h"
#include "catalog/attempt_ends.h"
#include "conditions/agent_pool.h"
#include "conditions/agent_rota.h"
#include "conditions/bad_times.h"
#include "conditions/conditions.h"
#include "conditions/pick.h"
#include "conditions/servers.h"
#include "profile/profile.h"

// A profile compiled for simulation: distributions as tables, weights as alias
// tables, names as indices. The walk of a call reads nothing else.

namespace busyhour::internal {

inline constexpr std::uint32_t kForever = 0x7fffffff;
/// Maximum latency of a request, including incidents (our assumption).
inline constexpr std::uint32_t kLongestRequestMs = 600'000;

/// A distribution of durations under the condition that the value is below a
/// limit.
struct LimitedDraw {
  const Distribution* distribution = nullptr;
  std::uint64_t last_draw = 0;
  std::int32_t limit = 0;

  LimitedDraw() = default;
  LimitedDraw(const Distribution& of, std::int64_t limit_ms);

  std::uint32_t operator()(std::uint64_t draw) const noexcept {
    const std::int32_t value = (*distribution)(ScaleDraw(draw, last_draw));
    return static_cast<std::uint32_t>(value < limit ? value : limit - 1);
  }
};

/// Service failures of one kind of media step, in ascending order: a draw below
/// `until` selects the outcome.
struct MediaFailurePlan {
  struct Part {
    std::uint64_t until = 0;
    Outcome outcome = Outcome::kPlayInternalError;
  };
  std::vector<Part> parts;

  /// The failure that occurs, or `kCompleted` for none.
  Outcome operator()(std::uint64_t draw) const noexcept {
    const std::uint64_t part_draw = draw >> 32;
    for (const Part& part : parts) {
      if (part_draw < part.until) return part.outcome;
    }
    return Outcome::kCompleted;
  }
};

/// The next step after an outcome.
struct TransitionPlan {
  Pick<int> targets;
  std::uint32_t retries = 0;
  /// Index of the retry counter among the flow's counters, if there are
  /// retries.
  std::uint32_t counter = 0;
};

struct StepPlan {
  bool is_wait = false;
  /// Whether it is a wait until an agent is free.
  bool is_for_agent = false;
  bool starts_call = false;
  Operation operation = Operation::kGetCall;
  Activity activity = Activity::kInstant;
  Toggle toggle = Toggle::kNone;
  /// Index of the success status in `Statuses()`.
  std::uint8_t success = 0;
  /// `Record::sub_operation`.
  std::uint8_t sub_operation = 0;
  Source source = Source::kNone;
  Input input = Input::kNone;
  bool loop = false;
  bool to_participant = false;
  bool background = false;
  bool stop_tone = false;
  bool interrupt_prompt = false;
  bool tests_patience = false;
  /// Whether it starts or stops a media streaming or transcription session.
  bool is_streamed = false;
  /// Whether such sessions begin with the call that this step starts.
  bool starts_media_streaming = false;
  bool starts_transcription = false;
  /// The modality of the session that this step starts.
  Modality audio = Modality::kAudioMixed;
  ParticipantKind who = ParticipantKind::kAcs;
  std::uint32_t initial_silence_ms = 0;
  std::uint32_t inter_tone_ms = 0;
  std::uint32_t end_silence_ms = 0;
  std::uint32_t invitation_timeout_ms = 0;
  std::uint32_t max_tones = 1;
  std::uint32_t tones = 1;
  std::uint64_t barge_in = 0;
  std::uint64_t by_speech = 0;
  const Distribution* latency = nullptr;
  const Refusals* refusals = nullptr;
  std::uint64_t no_effect = 0;
  const Distribution* length = nullptr;
  const Distribution* utterance = nullptr;
  const Distribution* stays = nullptr;  ///< null: to the end of the call
  const Distribution* wait = nullptr;
  LimitedDraw response;
  LimitedDraw tone_gap;
  LimitedDraw ring;
  Pick<Behaviour> caller_does;
  Pick<Outcome> callee_does;
  MediaFailurePlan failures;
  /// By `Outcome`: index into `transitions`, or -1.
  std::array<std::int16_t, kOutcomeCount> on;
  std::vector<TransitionPlan> transitions;
  /// The next step if it completes while an agent is free; may be empty.
  Pick<int> agent_free;
};

/// Whether a caller calls again after a certain end of a call, as a fraction of
/// 2^32, and when.
struct RedialPlan {
  std::uint64_t share = 0;
  const Distribution* delay = nullptr;
};

struct FlowPlan {
  int start = 0;
  int on_caller_left = kEndStep;
  bool inbound = true;
  const Distribution* patience = nullptr;  ///< null: unlimited
  const Distribution* caller_stays = nullptr;
  Pick<ParticipantKind> caller_kinds;
  std::vector<StepPlan> steps;
  std::uint32_t counters = 0;
  /// By `AttemptEnd`.
  std::array<RedialPlan, kAttemptEnds.size()> redials;
  std::uint32_t most_redials = 0;  ///< 0 if nobody calls again
};

/// Parameters of the logs of call summaries, call diagnostics and recordings.
/// Shares are fractions of 2^32.
struct CallLogsPlan {
  const Distribution* summary_lag = nullptr;
  const Distribution* first_update = nullptr;
  const Distribution* later_update = nullptr;
  std::uint64_t later_update_share = 0;
  std::uint64_t incomplete_share = 0;
  /// Indices into `kParticipantEnds`, in ascending order of `second`: a draw
  /// of 32 bits below it selects the end.
  std::vector<std::pair<std::uint8_t, std::uint64_t>> ends;
  std::uint64_t server_share = 0;
  std::uint64_t redacted_id_share = 0;
  std::uint64_t missing_id_share = 0;
  std::uint64_t missing_start_share = 0;
  std::uint64_t missing_duration_share = 0;
  std::uint64_t repeat_share = 0;
  const Distribution* round_trip = nullptr;
  const Distribution* jitter = nullptr;
  std::uint64_t lossy_share = 0;
  std::uint64_t tcp_share = 0;
  std::uint64_t silent_share = 0;
  /// Number of `kLossRates` above none that a lossy stream can have.
  std::uint32_t loss_rates = 1;
  const Distribution* recording_lag = nullptr;
  Pick<RecordingForm> recording_forms;
};

/// Distributions by what they are made from. Their addresses do not change.
class DistributionTables {
 public:
  const Distribution* Of(const DistributionSpec& spec);

 private:
  std::vector<std::pair<DistributionSpec, std::unique_ptr<Distribution>>>
      tables_;
};

/// Everything that the walk of a call reads. Not copyable, because its parts
/// refer to each other.
class Plan {
 public:
  /// Incidents depend on the run, and all draws on its key. `tables`, if given,
  /// are shared with other plans and must outlive the plan.
  explicit Plan(const Profile& profile, const RunKey& run = {},
                DistributionTables* tables = nullptr);
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  const Profile& profile() const noexcept { return profile_; }
  const RunKey& run() const noexcept { return run_; }

  Conditions conditions;
  std::vector<FlowPlan> flows;
  Choice flow_choice;
  Servers servers;
  BadTimes bad_times;
  /// Null if an agent is always free.
  std::unique_ptr<const AgentPool> agents;
  /// Null if it is drawn who answers: an agent is always free, or there are too
  /// few to take turns.
  std::unique_ptr<const AgentRota> agent_rota;
  std::uint64_t correlation_change = 0;
  std::uint64_t late_share = 0;

  /// By index in `Statuses()`: the latency of refused requests.
  std::vector<const Distribution*> status_latency;
  const Distribution* reaction = nullptr;
  const Distribution* setup = nullptr;
  const Distribution* media_start = nullptr;
  const Distribution* media_failure = nullptr;
  const Distribution* media_stop = nullptr;
  const Distribution* leg_gap = nullptr;
  const Distribution* disconnect = nullptr;
  const Distribution* usage_lag = nullptr;
  const Distribution* streaming_lag = nullptr;
  /// By `Modality`: the errors that end sessions, in ascending order. A draw of
  /// 32 bits below `second` selects the error.
  std::array<std::vector<std::pair<StreamingEnd, std::uint64_t>>,
             kModalities.size()>
      streaming_failures;
  PerLog<const Distribution*> delivery{};
  CallLogsPlan call_logs;

  /// By number of the campaign: the flow of its calls.
  std::vector<std::uint32_t> campaign_flows;
  /// How often a caller can call again at most, in any flow.
  std::uint32_t most_redials = 0;

  std::uint32_t longest_call_ms = 0;
  std::uint32_t max_steps = 0;
  /// Upper limit of the time from a first attempt's slot to the end of
  /// everything in the call and in the calls that follow from it.
  std::uint32_t longest_history_ms = 0;

 private:
  const Distribution* Table(const DistributionSpec& spec) {
    return tables_->Of(spec);
  }
  void SetAgents();
  const Refusals* RefusalsFor(const RequestFailures& failures);
  void SetStatusLatency();
  void AddFlow(const Flow& flow);
  StepPlan MakeStep(const Step& step, FlowPlan& into);
  void SetRequest(Operation operation, StepPlan& plan);
  void SetAction(const WaitStep& wait, StepPlan& plan);
  void SetAction(const PlayStep& play, StepPlan& plan);
  void SetAction(const RecognizeStep& recognize, StepPlan& plan);
  void SetAction(const AnswerStep& answer, StepPlan& plan);
  void SetAction(const RingStep& ring, StepPlan& plan);
  void SetAction(const StartMediaStreamingStep& start, StepPlan& plan);
  void SetAction(const SendTonesStep& send, StepPlan& plan);
  void SetAction(const RequestStep& request, StepPlan& plan);
  void AddTransitions(const Step& step, StepPlan& into, FlowPlan& flow);
  CallLogsPlan MakeCallLogs();
  void SetRedials(const Redials& redials, FlowPlan& into);
  std::uint32_t LongestHistory() const;

  Profile profile_;
  RunKey run_;
  std::uint32_t longest_redial_ms_ = 0;
  std::unique_ptr<DistributionTables> own_tables_;  // unless they are shared
  DistributionTables* tables_;
  // Stable addresses: steps point to these.
  std::vector<std::unique_ptr<Refusals>> refusals_;
};

}  // namespace busyhour::internal

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/choice.h"
#include "base/distribution.h"
#include "profile/profile.h"

// A profile made ready to be simulated: distributions as tables, weights as
// alias tables, names as indices. The walk of a call reads nothing else.

namespace busyhour {

inline constexpr std::uint32_t kForever = 0x7fffffff;
/// No request takes longer, whatever incidents make of it (our assumption).
inline constexpr std::uint32_t kLongestRequestMs = 600'000;

/// A probability as a fraction of 2^32, for `Happens`.
std::uint64_t ShareOf(double probability);

/// A distribution of durations cut off below a limit: what is drawn, given that
/// it stays below.
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

/// A weighted choice among values.
template <class Value>
struct Pick {
  Choice choice;
  std::vector<Value> values;

  Pick() = default;
  explicit Pick(const Mix<Value>& mix) {
    std::vector<double> weights;
    for (const auto& [value, weight] : mix) {
      values.push_back(value);
      weights.push_back(weight);
    }
    if (!weights.empty()) choice = Choice(weights);
  }

  bool empty() const noexcept { return values.empty(); }
  const Value& operator()(std::uint64_t draw) const noexcept {
    return values.size() == 1 ? values.front() : values[choice(draw)];
  }
};

/// Refusals of one operation: the share, and the status (as an index into
/// `Statuses()`).
struct RefusalPlan {
  std::uint64_t share = 0;
  Pick<std::uint8_t> status;
};

/// Service failures of one kind of media step: for a draw below `until`, the
/// outcome; ascending.
struct MediaFailurePlan {
  struct Part {
    std::uint64_t until = 0;
    Outcome outcome = Outcome::kPlayInternalError;
  };
  std::vector<Part> parts;

  /// The outcome that befalls, or nothing (`kCompleted`).
  Outcome operator()(std::uint64_t draw) const noexcept {
    const std::uint64_t part_draw = draw >> 32;
    for (const Part& part : parts) {
      if (part_draw < part.until) return part.outcome;
    }
    return Outcome::kCompleted;
  }
};

/// Where an outcome of a step leads.
struct TransitionPlan {
  Pick<int> targets;
  std::uint32_t retries = 0;
  /// Place of the retry counter among the flow's, when there are retries.
  std::uint32_t counter = 0;
};

struct StepPlan {
  bool is_wait = false;
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
  bool has_stays = false;
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
  const RefusalPlan* refusals = nullptr;
  const Distribution* length = nullptr;
  const Distribution* utterance = nullptr;
  const Distribution* stays = nullptr;
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
};

struct FlowPlan {
  int start = 0;
  int on_caller_left = kEndStep;
  bool inbound = true;
  const Distribution* patience = nullptr;  ///< null: for ever
  const Distribution* caller_stays = nullptr;
  Pick<ParticipantKind> caller_kinds;
  std::vector<StepPlan> steps;
  std::uint32_t counters = 0;
};

struct IncidentPlan {
  std::int64_t every_ms = 0;
  std::int64_t offset_ms = 0;
  std::int64_t length_ms = 0;
  std::array<bool, kOperationCount> concerns{};
  RefusalPlan refusals;
  MediaFailures media;
  std::uint32_t latency_factor_256 = 256;
  double rate_factor = 1.0;

  bool Active(std::int64_t at_ms) const noexcept {
    return (at_ms - offset_ms) % every_ms < length_ms && at_ms >= offset_ms;
  }
};

/// Everything that the walk of a call reads. Not copied: its parts point at one
/// another.
class Plan {
 public:
  explicit Plan(const Profile& profile);
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  const Profile& profile() const noexcept { return profile_; }

  std::vector<FlowPlan> flows;
  Choice flow_choice;
  Choice client_choice;
  std::vector<IncidentPlan> incidents;
  std::uint64_t correlation_change = 0;
  std::uint64_t late_share = 0;

  const Distribution* reaction = nullptr;
  const Distribution* setup = nullptr;
  const Distribution* media_start = nullptr;
  const Distribution* media_failure = nullptr;
  const Distribution* media_stop = nullptr;
  const Distribution* disconnect = nullptr;
  const Distribution* usage_lag = nullptr;
  /// By `LogType`.
  std::array<const Distribution*, 3> delivery{};

  std::uint32_t longest_call_ms = 0;
  std::uint32_t max_steps = 0;
  /// No record of a call is delivered later than this after the call's slot.
  std::uint32_t horizon_ms = 0;

 private:
  const Distribution* Table(const DistributionSpec& spec);
  const RefusalPlan* Refusals(const RequestFailures& failures);
  void AddFlow(const Flow& flow);
  StepPlan MakeStep(const Step& step, FlowPlan& into);
  void AddTransitions(const Step& step, StepPlan& into, FlowPlan& flow);
  std::uint32_t Horizon() const;

  Profile profile_;
  // Stable addresses: steps point into these.
  std::vector<std::pair<DistributionSpec, std::unique_ptr<Distribution>>>
      tables_;
  std::vector<std::unique_ptr<RefusalPlan>> refusals_;
};

}  // namespace busyhour

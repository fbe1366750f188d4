#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/stream.h"
#include "base/time.h"
#include "conditions/bad_times.h"
#include "scenario/agent_queue.h"
#include "scenario/arrivals.h"
#include "scenario/call.h"
#include "scenario/plan.h"

namespace busyhour::internal {

/// Simulates one call through its flow.
///
/// Time advances only in `PassTo`, which also processes the events that need no
/// request: participants leave, invitations end, the longest call ends.
class Walk {
 public:
  /// `call` contains its key, flow, server and attempt; the walk fills in the
  /// rest. `bad_times_key` is `BadTimes::KeyOf` the run, `load` that of the
  /// call's slot, and `calm_until` a time before which no incident affects it.
  /// `agent_queue` is that of the same key.
  /// `retries` is storage for the flow's counters. `takes_notes`: `Call::notes`
  /// is filled.
  Walk(const Plan& plan, std::uint64_t key, std::uint64_t bad_times_key,
       const Arrivals::Load& load, SimTime calm_until, AgentQueue& agent_queue,
       Call& call, std::vector<std::uint8_t>& retries,
       bool takes_notes = false) noexcept
      : plan_(plan),
        flow_(plan.flows[call.flow]),
        key_(key),
        draws_(key),
        bad_times_key_(bad_times_key),
        load_(load),
        agent_queue_(agent_queue),
        slot_ms_(static_cast<std::int64_t>(call.key.slot) * kMsPerSecond),
        calm_until_ms_(ToMs(calm_until.ms)),
        takes_notes_(takes_notes),
        call_(call),
        retries_(retries) {}

  void Run() noexcept;

 private:
  // The state of the walk after a step.
  enum class Progress : std::uint8_t {
    kDone,        // the step ended with outcome_
    kCallerLeft,  // the caller hung up; others are still connected
    kOver,        // the call has ended
  };

  struct Background {
    bool active = false;
    std::uint16_t request = 0;
    std::uint8_t flags = 0;
    std::uint32_t accepted_ms = 0;
    std::uint32_t ends_ms = kForever;
    Outcome outcome = Outcome::kPlayCompleted;
  };
  struct Invitation {
    bool active = false;
    std::uint32_t resolves_ms = 0;
    Outcome outcome = Outcome::kCompleted;
    ParticipantKind who = ParticipantKind::kAcs;
    std::uint8_t epoch = 0;
    std::uint16_t request = 0;
    const Distribution* stays = nullptr;
  };

  SimTime Now() const noexcept { return {slot_ms_ + now_ms_}; }
  // Milliseconds since 1970 as those since the start of the slot; `kForever` if
  // that is later than any call.
  std::uint32_t ToMs(std::int64_t ms) const noexcept {
    return static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(ms - slot_ms_, 0, kForever));
  }
  void BeginStep() noexcept {
    ++step_number_;
    draws_.NextStep();
  }
  // The draws of the current step.
  std::uint64_t DrawOf(Purpose purpose) const noexcept {
    return draws_(purpose);
  }
  std::uint64_t DrawOf(Purpose purpose, std::uint64_t index) const noexcept {
    return draws_(purpose, index);
  }
  // The draws of the current step, as the conditions take them.
  auto Draws() const noexcept {
    return [this](Purpose purpose, std::uint64_t index) {
      return DrawOf(purpose, index);
    };
  }
  std::uint32_t Span(const Distribution* of, Purpose purpose) noexcept {
    return static_cast<std::uint32_t>((*of)(DrawOf(purpose)));
  }
  std::uint32_t Span(const Distribution* of, Purpose purpose,
                     std::uint64_t index) noexcept {
    return static_cast<std::uint32_t>((*of)(DrawOf(purpose, index)));
  }
  // The same for what determines how long an agent stays in the call: the first
  // wait, or the agent's own stay.
  std::uint32_t SessionSpan(const Distribution* of, Purpose purpose,
                            std::uint64_t index = 0) noexcept;
  // A random share of `span`.
  std::uint32_t Part(std::uint32_t span, Purpose purpose) noexcept {
    return static_cast<std::uint32_t>(PickBelow(DrawOf(purpose), span + 1ull));
  }

  // Whether no incident affects anything now.
  bool IsCalm() const noexcept { return now_ms_ < calm_until_ms_; }
  Scope ScopeOf(const StepPlan& step) const noexcept {
    return {call_.scope, step.operation, step.sub_operation};
  }
  std::uint32_t IndexOf(const StepPlan& step) const noexcept {
    return static_cast<std::uint32_t>(&step - flow_.steps.data());
  }
  // Index of the last request.
  // The participant who joined last, of those who are present.
  std::uint32_t LastLeg() const noexcept {
    return static_cast<std::uint32_t>(63 - std::countl_zero(present_));
  }
  std::uint16_t LastRequest() const noexcept {
    return static_cast<std::uint16_t>(call_.requests.size() - 1);
  }
  void TakeNote(Note::Kind kind, std::uint16_t request, std::uint32_t at_ms,
                std::uint32_t value = 0,
                Outcome outcome = Outcome::kCompleted) noexcept {
    if (takes_notes_) [[unlikely]] {
      AddNote({kind, outcome, request, at_ms, value});
    }
  }
  void AddNote(const Note& note) noexcept;
  // Notes the tones of the current step, the first at `at_ms`.
  void NoteTones(const StepPlan& step, std::uint32_t at_ms, std::uint32_t count,
                 bool has_stop_tone = false) noexcept;

  // Always inline, because they are most of every step: compilers find them too
  // large.
  [[gnu::always_inline]] inline Progress RunStep(const StepPlan& step) noexcept;
  [[gnu::always_inline]] inline bool Ask(const StepPlan& step) noexcept;
  [[gnu::always_inline]] inline Progress Effect(const StepPlan& step) noexcept;
  [[gnu::always_inline]] inline int Follow(const StepPlan& step,
                                           Outcome outcome, int self) noexcept;
  inline bool Refused(const StepPlan& step, std::uint8_t* status) noexcept;
  Progress Wait(const StepPlan& step) noexcept;
  // How long the caller still has to wait for an agent. The first call of this
  // puts the caller into the queue.
  std::uint32_t AgentWait() noexcept;
  // Decides who the first added participant is, if it is an agent for whom the
  // caller has waited.
  void TakeTurn(Leg& leg) noexcept;
  // Makes `state_` that of the present time; its latency includes the load.
  void UpdateState() noexcept {
    if (now_ms_ < state_until_ms_) return;
    state_ = plan_.bad_times.At(bad_times_key_, call_.scope.server, Now().ms);
    state_.latency_256 = state_.latency_256 * load_.latency_256 / 256;
    state_until_ms_ = ToMs(state_.until_ms);
  }
  // The latency of an accepted request.
  std::uint64_t AcceptedLatency(const StepPlan& step) noexcept {
    std::uint64_t latency_ms = Span(step.latency, Purpose::kApiLatency);
    if (!IsCalm()) [[unlikely]] {
      latency_ms = SlowedByIncidents(step, latency_ms);
    }
    return latency_ms * state_.latency_256 / 256;
  }
  // What incidents do, at times that are not calm.
  std::uint64_t SlowedByIncidents(const StepPlan& step,
                                  std::uint64_t ms) const noexcept;
  std::optional<std::uint8_t> RefusedByIncidents(
      const StepPlan& step) const noexcept;
  std::optional<Outcome> FailedByIncidents(const StepPlan& step) const noexcept;
  std::optional<Behaviour> ChangedByIncidents(
      const StepPlan& step) const noexcept;
  bool UnreachableByIncidents(const StepPlan& step) const noexcept;
  bool Allowed(const StepPlan& step) const noexcept;
  Progress HaveNoEffect(const StepPlan& step) noexcept;
  Progress Dial(const StepPlan& step) noexcept;
  Progress PickUp(const StepPlan& step) noexcept;
  Progress Transfer(const StepPlan& step) noexcept;
  Progress Invite(const StepPlan& step) noexcept;
  Progress Play(const StepPlan& step) noexcept;
  Progress Recognize(const StepPlan& step) noexcept;
  Progress FinishMedia(const StepPlan& step, Outcome outcome,
                       std::uint32_t ends_ms, std::uint8_t flags) noexcept;

  Outcome Resolution(const StepPlan& step, std::uint32_t* after_ms) noexcept;
  Outcome Response(const StepPlan& step, std::uint32_t prompt_starts_ms,
                   std::uint32_t prompt_ends_ms, std::uint32_t* ends_ms,
                   std::uint8_t* flags) noexcept;
  std::uint32_t Tones(const StepPlan& step, std::uint32_t count) noexcept;
  Outcome ServiceFailure(const StepPlan& step) noexcept;
  Behaviour CallerBehaviour(const StepPlan& step) noexcept;

  Progress PassTo(std::uint32_t to_ms) noexcept {
    if (to_ms >= quiet_until_ms_) return PassEvents(to_ms);
    now_ms_ = std::max(now_ms_, to_ms);
    return Progress::kDone;
  }
  Progress PassEvents(std::uint32_t to_ms) noexcept;
  // Makes `leg` leave at `at_ms` at the latest.
  void LeaveBy(std::size_t leg, std::uint32_t at_ms) noexcept {
    leaves_ms_[leg] = std::min(leaves_ms_[leg], at_ms);
    quiet_until_ms_ = std::min(quiet_until_ms_, at_ms);
  }
  Progress WaitPatiently(const StepPlan& step, std::uint32_t to_ms) noexcept;
  void Connect(std::uint32_t at_ms, std::uint8_t epoch) noexcept;
  void Join(ParticipantKind kind, std::uint32_t at_ms, std::uint8_t epoch,
            const Distribution* stays) noexcept;
  void Leave(std::size_t leg, std::uint32_t at_ms) noexcept;
  void StartSession(Modality modality, std::uint32_t at_ms,
                    std::uint8_t epoch) noexcept;
  // Starts the step's sessions, which begin with the call.
  void StartSessions(const StepPlan& step, std::uint32_t at_ms,
                     std::uint8_t epoch) noexcept;
  void StopSession(Toggle toggle, std::uint32_t at_ms) noexcept;
  void FinishSessions() noexcept;
  void ChangeCorrelation() noexcept;
  void Resolve(std::uint32_t at_ms) noexcept;
  void StopBackground(std::uint32_t at_ms, bool interrupted) noexcept;
  void End(std::uint32_t at_ms) noexcept;
  void AskTooLate(const StepPlan& step) noexcept;
  void Finish() noexcept;
  void FinishLegs() noexcept;

  const Plan& plan_;
  const FlowPlan& flow_;
  const std::uint64_t key_;
  StepDraws draws_;
  const std::uint64_t bad_times_key_;
  const Arrivals::Load& load_;
  AgentQueue& agent_queue_;
  const std::int64_t slot_ms_;
  const std::uint32_t calm_until_ms_;
  const bool takes_notes_;
  Call& call_;
  std::vector<std::uint8_t>& retries_;

  std::uint32_t step_number_ = 0;
  std::uint32_t now_ms_ = 0;
  Outcome outcome_ = Outcome::kCompleted;
  bool connected_ = false;
  bool over_ = false;
  bool caller_hung_up_ = false;
  std::uint8_t epoch_ = 0;
  std::uint64_t comings_and_goings_ = 0;
  std::uint32_t toggles_ = 0;
  std::uint32_t patience_ms_ = kForever;
  // There are no events before this time.
  std::uint32_t quiet_until_ms_ = 0;
  ServiceState state_;
  std::uint32_t state_until_ms_ = 0;
  Background background_;
  Invitation invitation_;
  // Of the agent, until the length of the session is drawn.
  std::optional<AgentRota::Turn> turn_;
  // The planned time at which each leg leaves; kForever if it stays or has
  // left.
  std::uint32_t leaves_ms_[kMaxLegs];
  std::uint64_t present_ = 0;  // one bit per leg
};

}  // namespace busyhour::internal

#include "scenario/walk.h"

#include <bit>
#include <cstddef>

#include "catalog/statuses.h"

namespace busyhour::internal {
namespace {

// Length of a sent tone with its pause (our assumption).
constexpr std::uint32_t kSentToneMs = 300;

}  // namespace

void Walk::Run() noexcept {
  now_ms_ = call_.attempted_ms;
  // Counted from the slot in which the call is attempted.
  call_.ended_ms =
      call_.attempted_ms -
      call_.attempted_ms % static_cast<std::uint32_t>(kMsPerSecond) +
      plan_.longest_call_ms;
  retries_.assign(flow_.counters, 0);
  if (flow_.patience != nullptr) {
    patience_ms_ = Span(flow_.patience, Purpose::kPatience);
  }
  int step_index = flow_.start;
  while (step_index != kEndStep && step_number_ < plan_.max_steps) {
    const StepPlan& step = flow_.steps[static_cast<std::size_t>(step_index)];
    BeginStep();
    const Progress progress = RunStep(step);
    if (progress == Progress::kOver) {
      if (caller_hung_up_) AskTooLate(step);
      break;
    }
    if (progress == Progress::kCallerLeft) {
      if (flow_.on_caller_left == kEndStep) break;
      step_index = flow_.on_caller_left;
      continue;
    }
    step_index = Follow(step, outcome_, step_index);
  }
  if (!over_) {
    // The flow has ended: the remaining participants soon hang up.
    BeginStep();
    const std::uint32_t to_ms =
        now_ms_ + Span(plan_.reaction, Purpose::kReaction);
    if (PassTo(to_ms) != Progress::kOver) End(now_ms_);
  }
  Finish();
}

Walk::Progress Walk::RunStep(const StepPlan& step) noexcept {
  if (step.is_wait) return Wait(step);
  const std::uint32_t to_ms =
      now_ms_ + Span(plan_.reaction, Purpose::kReaction);
  if (const Progress progress = PassTo(to_ms); progress != Progress::kDone) {
    return progress;
  }
  if (!Ask(step)) {
    outcome_ = Outcome::kRequestFailed;
    return PassTo(now_ms_);
  }
  return Effect(step);
}

Walk::Progress Walk::Wait(const StepPlan& step) noexcept {
  outcome_ = Outcome::kCompleted;
  const std::uint32_t span =
      step.is_for_agent ? AgentWait() : SessionSpan(step.wait, Purpose::kWait);
  if (!step.caller_does.empty() &&
      step.caller_does(DrawOf(Purpose::kBehaviour)) == Behaviour::kHangsUp &&
      connected_) {
    LeaveBy(kCallerLeg, now_ms_ + Part(span, Purpose::kHangUpInstant));
  }
  return WaitPatiently(step, now_ms_ + span);
}

std::uint32_t Walk::AgentWait() noexcept {
  if (call_.queued_ms == 0) {
    call_.queued_ms = std::max(now_ms_, 1u);
    call_.agent_wait_ms =
        agent_queue_.WaitAt(Now(), Draw(key_, Purpose::kAgentWait));
  }
  const std::uint32_t free_ms = call_.queued_ms + call_.agent_wait_ms;
  return free_ms - std::min(now_ms_, free_ms);
}

void Walk::TakeTurn(Leg& leg) noexcept {
  if (call_.queued_ms == 0 || plan_.agent_rota == nullptr) return;
  if (leg.kind == ParticipantKind::kPstn) return;  // has no name
  turn_ = agent_queue_.TurnOf(
      call_.key, call_.key.slot + call_.attempted_ms / kMsPerSecond,
      Draw(key_, Purpose::kAgentTurn));
  leg.agent = turn_->agent;
}

std::uint32_t Walk::SessionSpan(const Distribution* of, Purpose purpose,
                                std::uint64_t index) noexcept {
  std::uint64_t draw = DrawOf(purpose, index);
  if (turn_) {
    draw = turn_->Within(draw);
    turn_.reset();
  }
  return static_cast<std::uint32_t>((*of)(draw));
}

// Sends the step's request and waits for the answer, even if the call ends
// meanwhile. True if the request was accepted.
bool Walk::Ask(const StepPlan& step) noexcept {
  std::uint8_t status = 0;
  UpdateState();
  const bool refused = Refused(step, &status);
  const std::uint64_t latency_ms =
      refused ? Span(plan_.status_latency[status], Purpose::kApiLatency)
              : AcceptedLatency(step);
  Request& request = call_.requests.emplace_back();
  request.at_ms = now_ms_;
  request.duration_ms = static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(latency_ms, 1, kLongestRequestMs));
  request.operation = step.operation;
  request.status = status;
  request.sub_operation = step.sub_operation;
  request.correlation_epoch = epoch_;
  request.connected =
      connected_ || (!refused && step.activity != Activity::kTurnAway);
  TakeNote(Note::Kind::kSent, LastRequest(), now_ms_, IndexOf(step));
  now_ms_ += request.duration_ms;
  return !refused;
}

bool Walk::Refused(const StepPlan& step, std::uint8_t* status) noexcept {
  *status = step.success;
  if (step.starts_call &&
      Happens(DrawOf(Purpose::kThrottle), load_.throttled)) {
    *status = StatusIndex(429);
    return true;
  }
  if (Happens(DrawOf(Purpose::kRequestOutcome),
              step.refusals->share * state_.refusals_256 / 256)) {
    *status = step.refusals->status(DrawOf(Purpose::kRequestStatus));
    return true;
  }
  if (!IsCalm()) [[unlikely]] {
    if (const auto refusal = RefusedByIncidents(step)) {
      *status = *refusal;
      return true;
    }
  }
  if (!Allowed(step)) {
    *status = StatusIndex(404);
    return true;
  }
  return false;
}

// Whether the object of the request exists; otherwise the service answers 404
// (our assumption).
bool Walk::Allowed(const StepPlan& step) const noexcept {
  const bool on = (toggles_ >> static_cast<unsigned>(step.toggle) & 1) != 0;
  switch (step.activity) {
    case Activity::kStop:
    case Activity::kAdjust:
      return on;
    case Activity::kRemove:
      return (present_ >> (kCallerLeg + 1)) != 0;
    case Activity::kCancelInvite:
      return invitation_.active;
    default:
      return true;
  }
}

// The effect of an accepted request.
Walk::Progress Walk::Effect(const StepPlan& step) noexcept {
  outcome_ = Outcome::kCompleted;
  if (step.no_effect != 0 &&
      Happens(DrawOf(Purpose::kNoEffect), step.no_effect)) [[unlikely]] {
    return HaveNoEffect(step);
  }
  const std::uint32_t toggle = 1u << static_cast<unsigned>(step.toggle);
  switch (step.activity) {
    case Activity::kDial:
      return Dial(step);
    case Activity::kPickUp:
      return PickUp(step);
    case Activity::kTurnAway:
      call_.end = step.operation == Operation::kRejectCall
                      ? AttemptEnd::kDeclined
                      : AttemptEnd::kCompleted;
      [[fallthrough]];
    case Activity::kHangUp:
    case Activity::kTerminate:
      if (PassTo(now_ms_) != Progress::kOver) End(now_ms_);
      return Progress::kOver;
    case Activity::kTransfer:
      return Transfer(step);
    case Activity::kInvite:
    case Activity::kMove:
      return Invite(step);
    case Activity::kCancelInvite:
      invitation_.active = false;
      TakeNote(Note::Kind::kCanceled, LastRequest(), now_ms_,
               invitation_.request);
      return PassTo(now_ms_);
    case Activity::kRemove: {
      const std::size_t last = LastLeg();
      LeaveBy(last, now_ms_ + Span(plan_.media_stop, Purpose::kStay));
      TakeNote(Note::Kind::kRemoved, LastRequest(), leaves_ms_[last],
               static_cast<std::uint32_t>(last));
      return PassTo(std::min(leaves_ms_[last], kForever));
    }
    case Activity::kPlay:
      StopBackground(now_ms_, true);
      return Play(step);
    case Activity::kRecognize:
      StopBackground(now_ms_, true);
      return Recognize(step);
    case Activity::kCancelMedia:
      StopBackground(now_ms_, false);
      return PassTo(now_ms_);
    case Activity::kSendTones: {
      const Progress progress = PassTo(now_ms_ + step.tones * kSentToneMs);
      TakeNote(Note::Kind::kTonesSent, LastRequest(), now_ms_,
               progress == Progress::kDone ? 1 : 0);
      return progress;
    }
    case Activity::kStart:
      if (step.is_streamed && (toggles_ & toggle) == 0) {
        StartSession(step.audio, now_ms_,
                     call_.requests.back().correlation_epoch);
      }
      toggles_ |= toggle;
      return PassTo(now_ms_);
    case Activity::kStop:
      if (step.is_streamed) StopSession(step.toggle, now_ms_);
      toggles_ &= ~toggle;
      return PassTo(now_ms_);
    case Activity::kAdjust:
    case Activity::kInstant:
      return PassTo(now_ms_);
  }
  return Progress::kDone;
}

Walk::Progress Walk::HaveNoEffect(const StepPlan& step) noexcept {
  std::uint32_t about = 0;
  if (step.activity == Activity::kRemove) about = LastLeg();
  if (step.activity == Activity::kCancelInvite) about = invitation_.request;
  TakeNote(Note::Kind::kNoEffect, LastRequest(),
           now_ms_ + Span(plan_.media_stop, Purpose::kStay), about);
  return PassTo(now_ms_);
}

// Advances the time to `to_ms` and processes the events on the way. Leaves
// now_ms_ there, or at the event that stopped it.
Walk::Progress Walk::PassEvents(std::uint32_t to_ms) noexcept {
  if (over_) return Progress::kOver;
  for (;;) {
    std::uint32_t next_ms = call_.ended_ms;  // the maximum length of a call
    std::size_t leaver = kMaxLegs;
    for (std::uint64_t legs = present_; legs != 0; legs &= legs - 1) {
      const auto leg = static_cast<std::size_t>(std::countr_zero(legs));
      if (leaves_ms_[leg] < next_ms) {
        next_ms = leaves_ms_[leg];
        leaver = leg;
      }
    }
    const bool resolves =
        invitation_.active && invitation_.resolves_ms < next_ms;
    if (resolves) next_ms = invitation_.resolves_ms;
    if (next_ms > to_ms) {
      quiet_until_ms_ = next_ms;
      now_ms_ = std::max(now_ms_, to_ms);
      return Progress::kDone;
    }
    if (resolves) {
      Resolve(next_ms);
      continue;
    }
    now_ms_ = std::max(now_ms_, next_ms);
    if (leaver == kMaxLegs) {
      call_.end = AttemptEnd::kDropped;
      End(next_ms);
      return Progress::kOver;
    }
    Leave(leaver, next_ms);
    const bool humans_left = (present_ >> kCallerLeg) != 0;
    if (leaver == kCallerLeg && !humans_left) {
      caller_hung_up_ = true;
      // Nobody but the application has spoken to the caller.
      if (call_.legs.size() == kCallerLeg + 1)
        call_.end = AttemptEnd::kAbandoned;
    }
    if (!humans_left) {
      End(next_ms);
      return Progress::kOver;
    }
    if (leaver == kCallerLeg) {
      // Without `on_caller_left`, the call ends with the caller.
      if (flow_.on_caller_left != kEndStep) return Progress::kCallerLeft;
      caller_hung_up_ = true;
      End(next_ms);
      return Progress::kOver;
    }
  }
}

Walk::Progress Walk::WaitPatiently(const StepPlan& step,
                                   std::uint32_t to_ms) noexcept {
  if (step.tests_patience && patience_ms_ != kForever && connected_ &&
      (present_ >> kCallerLeg & 1) != 0) {
    const std::uint32_t span = to_ms - std::min(now_ms_, to_ms);
    if (span > patience_ms_) {
      LeaveBy(kCallerLeg, now_ms_ + patience_ms_);
      patience_ms_ = 0;
    } else {
      patience_ms_ -= span;
    }
  }
  return PassTo(to_ms);
}

void Walk::AddNote(const Note& note) noexcept { call_.notes.push_back(note); }

void Walk::End(std::uint32_t at_ms) noexcept {
  over_ = true;
  quiet_until_ms_ = 0;
  call_.ended_ms = at_ms;
}

// Adds a request that the application makes before it learns that the call is
// over.
void Walk::AskTooLate(const StepPlan& step) noexcept {
  if (!Happens(DrawOf(Purpose::kLateRequest), plan_.late_share)) return;
  const int next = Follow(step, Outcome::kCompleted, kEndStep);
  if (next == kEndStep) return;
  const StepPlan& late = flow_.steps[static_cast<std::size_t>(next)];
  if (late.is_wait || late.starts_call) return;
  BeginStep();
  Request request;
  request.at_ms = now_ms_ + Span(plan_.reaction, Purpose::kReaction);
  request.operation = late.operation;
  request.sub_operation = late.sub_operation;
  request.status = StatusIndex(404);
  request.duration_ms = std::max(
      Span(plan_.status_latency[request.status], Purpose::kApiLatency), 1u);
  request.correlation_epoch = epoch_;
  request.connected = true;
  call_.requests.push_back(request);
}

// The next step. `self` is this step's index, for a retry.
int Walk::Follow(const StepPlan& step, Outcome outcome, int self) noexcept {
  if (!step.agent_free.empty() && outcome == Outcome::kCompleted &&
      AgentWait() == 0) {
    return step.agent_free(DrawOf(Purpose::kBranch));
  }
  const std::int16_t index = step.on[static_cast<std::size_t>(outcome)];
  if (index < 0) return kEndStep;
  const TransitionPlan& transition =
      step.transitions[static_cast<std::size_t>(index)];
  if (transition.retries > 0 && self != kEndStep &&
      retries_[transition.counter] < transition.retries) {
    ++retries_[transition.counter];
    return self;
  }
  return transition.targets(DrawOf(Purpose::kBranch));
}

void Walk::Finish() noexcept {
  StopBackground(call_.ended_ms, false);
  FinishSessions();
  std::sort(
      call_.media.begin(), call_.media.end(),
      [](const Media& a, const Media& b) { return a.request < b.request; });
  if (!connected_) {
    call_.connected_ms = call_.ended_ms;
    return;
  }
  FinishLegs();
}

}  // namespace busyhour::internal

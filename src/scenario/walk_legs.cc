// Participants: how they are called, join and leave.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "scenario/walk.h"

namespace busyhour::internal {
namespace {

constexpr std::uint8_t kLastEpoch = 255;

// The end of a call whose callee did not answer.
AttemptEnd EndOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kNoAnswer:
      return AttemptEnd::kNoAnswer;
    case Outcome::kBusy:
      return AttemptEnd::kBusy;
    case Outcome::kDeclined:
      return AttemptEnd::kDeclined;
    default:
      return AttemptEnd::kUnreachable;
  }
}

}  // namespace

// How ringing a participant ends, and when, relative to the accepted request.
Outcome Walk::Resolution(const StepPlan& step,
                         std::uint32_t* after_ms) noexcept {
  Outcome outcome = step.callee_does(DrawOf(Purpose::kInvitation));
  if (!IsCalm() && UnreachableByIncidents(step)) {
    outcome = Outcome::kUnreachable;
  }
  switch (outcome) {
    case Outcome::kNoAnswer:
      *after_ms = step.invitation_timeout_ms;
      break;
    case Outcome::kBusy:
    case Outcome::kUnreachable:
      *after_ms = Span(plan_.setup, Purpose::kSetup);
      break;
    default:
      *after_ms = step.ring(DrawOf(Purpose::kRing));
      break;
  }
  return outcome;
}

Walk::Progress Walk::Dial(const StepPlan& step) noexcept {
  std::uint32_t ringing_ms = 0;
  outcome_ = Resolution(step, &ringing_ms);
  if (Info(outcome_).group == ResultType::kFailed) {
    if (PassTo(now_ms_ + ringing_ms) != Progress::kOver) End(now_ms_);
    call_.end = EndOf(outcome_);
    TakeNote(Note::Kind::kNotConnected, LastRequest(), now_ms_, 0, outcome_);
    return Progress::kOver;
  }
  if (PassTo(now_ms_ + ringing_ms) == Progress::kOver) return Progress::kOver;
  return PickUp(step);
}

Walk::Progress Walk::PickUp(const StepPlan& step) noexcept {
  const std::uint32_t setup_ms = Span(plan_.setup, Purpose::kSetup, 1);
  if (PassTo(now_ms_ + setup_ms) == Progress::kOver) return Progress::kOver;
  Connect(now_ms_, epoch_);
  StartSessions(step, now_ms_, epoch_);
  return PassTo(now_ms_);
}

Walk::Progress Walk::Transfer(const StepPlan& step) noexcept {
  std::uint32_t ringing_ms = 0;
  const Outcome outcome = Resolution(step, &ringing_ms);
  const Progress progress = WaitPatiently(step, now_ms_ + ringing_ms);
  if (progress != Progress::kDone) return progress;
  outcome_ = outcome;
  TakeNote(Note::Kind::kTransferred, LastRequest(), now_ms_, 0, outcome);
  if (Info(outcome).group != ResultType::kCompleted) return Progress::kDone;
  End(now_ms_);
  return Progress::kOver;
}

Walk::Progress Walk::Invite(const StepPlan& step) noexcept {
  std::uint32_t ringing_ms = 0;
  Invitation invitation;
  invitation.active = true;
  invitation.outcome = Resolution(step, &ringing_ms);
  invitation.resolves_ms = now_ms_ + ringing_ms;
  invitation.who = step.who;
  invitation.epoch = epoch_;
  invitation.request = LastRequest();
  invitation.stays = step.stays;
  // A second invitation waits until the first one has ended.
  if (invitation_.active) {
    if (const Progress progress = PassTo(invitation_.resolves_ms);
        progress != Progress::kDone) {
      return progress;
    }
    invitation.resolves_ms = std::max(invitation.resolves_ms, now_ms_ + 1);
  }
  invitation_ = invitation;
  quiet_until_ms_ = std::min(quiet_until_ms_, invitation.resolves_ms);
  outcome_ = Outcome::kCompleted;
  if (step.background) return PassTo(now_ms_);
  const Progress progress = WaitPatiently(step, invitation.resolves_ms);
  if (progress == Progress::kDone) outcome_ = invitation.outcome;
  return progress;
}

void Walk::Connect(std::uint32_t at_ms, std::uint8_t epoch) noexcept {
  connected_ = true;
  call_.end = outcome_ == Outcome::kVoicemail ? AttemptEnd::kVoicemail
                                              : AttemptEnd::kCompleted;
  call_.connected_ms = at_ms;
  call_.legs.push_back({ParticipantKind::kApp, epoch, at_ms, 0});
  call_.legs.push_back({call_.scope.caller, epoch, at_ms, 0});
  leaves_ms_[kAppLeg] = kForever;
  leaves_ms_[kCallerLeg] = kForever;
  if (flow_.caller_stays != nullptr) {
    LeaveBy(kCallerLeg,
            at_ms + static_cast<std::uint32_t>(
                        (*flow_.caller_stays)(Draw(key_, Purpose::kStay))));
  }
  present_ = 3;
  const auto dropped = plan_.conditions.DropIn(
      {slot_ms_ + at_ms}, {slot_ms_ + call_.ended_ms}, call_.scope);
  if (dropped) {
    call_.ended_ms = static_cast<std::uint32_t>(dropped->ms - slot_ms_);
    quiet_until_ms_ = std::min(quiet_until_ms_, call_.ended_ms);
  }
}

// The release of the legs that are still connected, the application's last; and
// the beginning of the caller's leg, soon after the application's. Nothing in
// the walk depends on this.
void Walk::FinishLegs() noexcept {
  const std::uint32_t down_ms = Span(plan_.disconnect, Purpose::kDisconnect);
  const std::uint32_t spread_ms =
      down_ms - static_cast<std::uint32_t>(plan_.disconnect->min());
  std::uint32_t last_joined_ms = call_.ended_ms;
  for (std::size_t i = 0; i < call_.legs.size(); ++i) {
    Leg& leg = call_.legs[i];
    if ((present_ >> i & 1) != 0) {
      leg.left_ms = call_.ended_ms + down_ms;
      if (i != kAppLeg) {
        leg.left_ms -= static_cast<std::uint32_t>(PickBelow(
            DrawOf(Purpose::kDisconnect, i), std::uint64_t{spread_ms} + 1));
      }
    }
    if (i > kCallerLeg)
      last_joined_ms = std::min(last_joined_ms, leg.joined_ms);
  }
  Leg& caller = call_.legs[kCallerLeg];
  last_joined_ms = std::min(last_joined_ms,
                            std::max(caller.left_ms, caller.joined_ms + 1) - 1);
  const auto gap_ms = static_cast<std::uint32_t>(
      (*plan_.leg_gap)(Draw(key_, Purpose::kLegGap)));
  caller.joined_ms = std::min(caller.joined_ms + gap_ms, last_joined_ms);
}

void Walk::Join(ParticipantKind kind, std::uint32_t at_ms, std::uint8_t epoch,
                const Distribution* stays) noexcept {
  const std::size_t leg = call_.legs.size();
  if (leg == kMaxLegs) return;
  call_.legs.push_back({kind, epoch, at_ms, 0});
  if (leg == kAgentLeg) TakeTurn(call_.legs.back());
  leaves_ms_[leg] = kForever;
  if (stays != nullptr) {
    LeaveBy(leg, at_ms + SessionSpan(stays, Purpose::kStay, leg));
  }
  present_ |= std::uint64_t{1} << leg;
  ChangeCorrelation();
}

void Walk::Leave(std::size_t leg, std::uint32_t at_ms) noexcept {
  call_.legs[leg].left_ms = at_ms;
  present_ &= ~(std::uint64_t{1} << leg);
  if (std::popcount(present_) > 1) ChangeCorrelation();
}

void Walk::ChangeCorrelation() noexcept {
  const std::uint64_t draw =
      Draw(key_, Purpose::kCorrelationChange, comings_and_goings_++);
  if (epoch_ < kLastEpoch && Happens(draw, plan_.correlation_change)) ++epoch_;
}

void Walk::Resolve(std::uint32_t at_ms) noexcept {
  invitation_.active = false;
  const std::size_t legs = call_.legs.size();
  if (Info(invitation_.outcome).group == ResultType::kCompleted) {
    Join(invitation_.who, at_ms, invitation_.epoch, invitation_.stays);
  }
  TakeNote(Note::Kind::kInvited, invitation_.request, at_ms,
           call_.legs.size() > legs ? static_cast<std::uint32_t>(legs)
                                    : Note::kNoLeg,
           invitation_.outcome);
}

}  // namespace busyhour::internal

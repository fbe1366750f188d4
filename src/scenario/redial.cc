#include "scenario/redial.h"

#include <algorithm>
#include <cstddef>

#include "base/call_key.h"
#include "base/stream.h"
#include "base/time.h"
#include "catalog/outcomes.h"
#include "catalog/statuses.h"

namespace busyhour::internal {
namespace {

constexpr int kNotFound = 404;
constexpr int kFirstFailure = 400;

bool IsDisturbed(const Call& call) noexcept {
  for (const Request& request : call.requests) {
    const int status = Statuses()[request.status];
    // 404: the application asked for something that was over.
    if (status >= kFirstFailure && status != kNotFound) return true;
  }
  return std::any_of(
      call.media.begin(), call.media.end(),
      [](const Media& media) { return Info(media.outcome).service_failure; });
}

}  // namespace

AttemptEnd EndOf(const Call& call) noexcept {
  const bool may_be = call.end == AttemptEnd::kCompleted ||
                      call.end == AttemptEnd::kAbandoned ||
                      call.end == AttemptEnd::kVoicemail;
  return may_be && !call.legs.empty() && IsDisturbed(call)
             ? AttemptEnd::kDisturbed
             : call.end;
}

std::uint32_t FreeAt(const Call& call) noexcept {
  std::uint32_t free_ms = std::max(call.ended_ms, call.attempted_ms);
  for (const Leg& leg : call.legs) free_ms = std::max(free_ms, leg.left_ms);
  return free_ms;
}

std::optional<NextCall> CallAfter(const Plan& plan, std::uint64_t caller_key,
                                  const Call& call) noexcept {
  const std::uint32_t generation = call.key.generation();
  if (generation >= plan.most_redials) return std::nullopt;
  const std::uint64_t key = call.scope.stream_key;
  NextCall next;
  next.cause.after = EndOf(call);
  next.cause.ended_ms = FreeAt(call);
  const FlowPlan& flow = plan.flows[call.flow];
  const RedialPlan& redial =
      flow.redials[static_cast<std::size_t>(next.cause.after)];
  const Distribution* delay = nullptr;
  if (generation < flow.most_redials && redial.share > 0 &&
      Happens(Draw(key, Purpose::kRedial), redial.share)) {
    delay = redial.delay;
  }
  CallScope caller = call.scope;
  caller.stream_key = caller_key;
  next.cause.incident =
      plan.conditions.CallsAgainAt(call.At(next.cause.ended_ms), caller);
  if (next.cause.incident != nullptr) {
    delay = &*next.cause.incident->calls_again_delay;
  }
  if (delay == nullptr) return std::nullopt;
  next.attempted_ms =
      next.cause.ended_ms +
      static_cast<std::uint32_t>((*delay)(Draw(key, Purpose::kRedialDelay)));
  return next;
}

}  // namespace busyhour::internal

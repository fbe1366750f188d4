#pragma once

#include <cstdint>
#include <optional>

#include "catalog/attempt_ends.h"
#include "scenario/call.h"
#include "scenario/plan.h"

namespace busyhour::internal {

/// The next call of the same caller.
struct NextCall {
  std::uint32_t attempted_ms = 0;  ///< as `Call::attempted_ms`
  RedialCause cause;
};

/// How a finished call ended. A call that was connected is disturbed if a
/// request or a media operation in it failed because of the service.
AttemptEnd EndOf(const Call& call) noexcept;

/// When the caller can call again: after the last leg has been released. As
/// `Call::ended_ms`.
std::uint32_t FreeAt(const Call& call) noexcept;

/// Whether and when the caller calls again after a finished call: a function of
/// the plan, the call and `caller_key`, the stream key of the caller's first
/// attempt.
std::optional<NextCall> CallAfter(const Plan& plan, std::uint64_t caller_key,
                                  const Call& call) noexcept;

}  // namespace busyhour::internal

#pragma once

#include <cstdint>
#include <vector>

#include "events/call_event.h"
#include "logs/vocabulary.h"
#include "scenario/call.h"
#include "scenario/plan.h"

namespace busyhour::internal {

/// The events of a call in order of time: the callback events that its
/// application receives, and, for a call that rings the application, the
/// `IncomingCall` event before them.
///
/// `call` must have notes; `key` is its stream key. A pure function: no event
/// depends on anything but the call, the plan and the draws of the call.
std::vector<CallEvent> EventsOf(const Call& call, const Plan& plan,
                                const Vocabulary& words, std::uint64_t key);

}  // namespace busyhour::internal

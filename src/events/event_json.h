#pragma once

#include <cstdint>
#include <string>

#include "base/call_key.h"
#include "events/call_event.h"
#include "logs/cast.h"
#include "scenario/plan.h"

namespace busyhour {

/// Writes events as JSON: callback events as CloudEvents 1.0, `IncomingCall` in
/// the schema of Event Grid. Members and their order: docs/events.md.
class EventJson {
 public:
  /// Both must outlive it.
  EventJson(const Plan& plan, const Cast& cast) : plan_(plan), cast_(cast) {}

  /// The event as one line without a line end. `flow` is that of the call.
  std::string Text(CallKey call, std::uint32_t flow,
                   const CallEvent& event) const;

 private:
  const Plan& plan_;
  const Cast& cast_;
};

}  // namespace busyhour

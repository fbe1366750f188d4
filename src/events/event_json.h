#pragma once

#include <cstdint>
#include <string>

#include "base/call_key.h"
#include "events/call_event.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// Writes events as JSON: callback events as CloudEvents 1.0, `IncomingCall` in
/// the schema of Event Grid. Members and their order: docs/events.md.
class EventJson {
 public:
  /// `worlds` must outlive it.
  explicit EventJson(const Worlds& worlds) : worlds_(worlds) {}

  /// The event as one line without a line end. `flow` is that of the call.
  std::string Text(CallKey call, std::uint32_t flow,
                   const CallEvent& event) const;

 private:
  const Worlds& worlds_;
};

}  // namespace busyhour::internal

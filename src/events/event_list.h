#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "catalog/statuses.h"
#include "events/call_event.h"
#include "logs/vocabulary.h"
#include "scenario/call.h"
#include "scenario/plan.h"

namespace busyhour::internal {

/// A call whose events are being listed, and the events so far.
class EventList {
 public:
  EventList(const Call& call, const Plan& plan, const Vocabulary& words,
            std::uint64_t key);

  const Call& call() const noexcept { return call_; }
  const Vocabulary& words() const noexcept { return words_; }
  std::uint64_t key() const noexcept { return key_; }
  const std::vector<CallEvent>& events() const noexcept { return events_; }

  /// The request that began the connection, or was accepted and failed to.
  std::optional<std::uint16_t> starter() const noexcept { return starter_; }
  bool is_connected() const noexcept { return !call_.legs.empty(); }
  bool IsAccepted(const Request& request) const noexcept {
    return request.status < kSuccessStatusCount;
  }
  /// Whether a request was accepted and had an effect.
  bool HadEffect(std::uint16_t request) const noexcept;
  /// The step of a request; null for the late request after the call.
  const StepPlan* StepOf(std::uint16_t request) const noexcept;
  /// The last accepted request for `operation` that was answered at `at_ms`, or
  /// the starter.
  std::uint16_t RequestAnsweredAt(std::uint32_t at_ms,
                                  Operation operation) const noexcept;
  /// Number of changes of the correlation id up to `at_ms`.
  std::uint8_t EpochAt(std::uint32_t at_ms) const noexcept;

  /// Adds an event that belongs to a request: it has its operation context and
  /// correlation id.
  CallEvent& Add(EventType type, std::uint32_t at_ms, std::uint16_t request,
                 EventResult result = {});
  /// Adds an event that belongs to no request.
  CallEvent& AddOfCall(EventType type, std::uint32_t at_ms);

  /// The events in order of time, numbered.
  std::vector<CallEvent> Take();

 private:
  const Call& call_;
  const FlowPlan& flow_;
  const Vocabulary& words_;
  const std::uint64_t key_;
  std::vector<std::int32_t> steps_;  // by request; -1 for none
  std::optional<std::uint16_t> starter_;
  // When the correlation id changes.
  std::vector<std::uint32_t> changes_;
  std::vector<CallEvent> events_;
};

/// Adds the events of plays, recognizes and tones.
void AddMediaEvents(EventList& list);
/// Adds the events of media streaming, transcription and recording.
void AddStreamingEvents(EventList& list);
void AddRecordingEvents(EventList& list);

}  // namespace busyhour::internal

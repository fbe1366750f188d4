#pragma once

#include <algorithm>
#include <cstdint>

#include "catalog/operations.h"
#include "catalog/statuses.h"
#include "scenario/call.h"

namespace busyhour::internal {

/// A recording of a call, from an accepted `StartRecording` to its end. Times
/// are milliseconds since the start of the call's slot.
struct Recording {
  std::uint16_t number = 0;            ///< among the recordings of the call
  std::uint8_t correlation_epoch = 0;  ///< of the request that started it
  bool is_stopped = false;             ///< by a request, not with the call
  std::uint32_t began_ms = 0;
  std::uint32_t ended_ms = 0;
  std::uint32_t paused_ms = 0;  ///< total length of its pauses
};

/// Follows the recordings of a call through its requests, in their order.
class RecordingWalk {
 public:
  /// The number of the recording that a request concerns: the current one or,
  /// while none is active, the last one. `kNone` if a refused request to start
  /// one created none. The first number, although there is no such recording,
  /// if the call has had none yet.
  static constexpr std::uint16_t kNone = 0xffff;
  std::uint16_t Follow(const Request& request) noexcept {
    const bool is_accepted = request.status < kSuccessStatusCount;
    const std::uint32_t at_ms = request.answered_ms();
    if (request.operation == Operation::kStartRecording) {
      if (!is_accepted) return kNone;
      if (!is_active_) Begin(request);
    } else if (is_accepted && is_active_) {
      if (request.operation == Operation::kPauseRecording && !is_paused_) {
        is_paused_ = true;
        paused_at_ms_ = at_ms;
      } else if (request.operation == Operation::kResumeRecording) {
        Resume(at_ms);
      } else if (request.operation == Operation::kStopRecording) {
        End(at_ms);
        current_.is_stopped = true;
      }
    }
    return count_ == 0 ? std::uint16_t{0} : current_.number;
  }

  bool is_active() const noexcept { return is_active_; }
  /// The current or the last recording.
  const Recording& current() const noexcept { return current_; }
  /// Ends the current recording.
  void End(std::uint32_t at_ms) noexcept {
    Resume(at_ms);
    current_.ended_ms = std::max(at_ms, current_.began_ms + 1);
    is_active_ = false;
  }

 private:
  void Begin(const Request& request) noexcept {
    current_ = {count_++, request.correlation_epoch,
                false,    request.answered_ms(),
                0,        0};
    is_active_ = true;
  }
  void Resume(std::uint32_t at_ms) noexcept {
    if (is_paused_) {
      current_.paused_ms += at_ms - std::min(at_ms, paused_at_ms_);
    }
    is_paused_ = false;
  }

  Recording current_;
  std::uint16_t count_ = 0;
  std::uint32_t paused_at_ms_ = 0;
  bool is_active_ = false;
  bool is_paused_ = false;
};

/// Calls `take` with each recording of the call, in the order of their ends. A
/// recording that no request stopped ends with the call.
template <class Take>
void EachRecording(const Call& call, const Take& take) {
  RecordingWalk walk;
  for (const Request& request : call.requests) {
    if (!IsRecording(request.operation)) continue;
    const bool was_active = walk.is_active();
    walk.Follow(request);
    if (was_active && !walk.is_active()) take(walk.current());
  }
  if (!walk.is_active()) return;
  walk.End(call.ended_ms);
  take(walk.current());
}

}  // namespace busyhour::internal

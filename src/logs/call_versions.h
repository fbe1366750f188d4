#pragma once

#include <cstdint>

#include "base/stream.h"
#include "logs/call_records.h"

// What the logs of call summaries and call diagnostics share: who has records,
// and when they are written.

namespace busyhour::internal {

/// When the last connection of a call ended; 0 if it had none.
inline std::uint32_t LastLeftMs(const Call& call) noexcept {
  std::uint32_t last_ms = 0;
  for (const Leg& leg : call.legs) last_ms = std::max(last_ms, leg.left_ms);
  return last_ms;
}

/// When the summaries and diagnostics of a call are written.
inline std::uint32_t SummaryTimeMs(const CallRecords& records) noexcept {
  return LastLeftMs(records.call()) +
         static_cast<std::uint32_t>((*records.plan().call_logs.summary_lag)(
             Draw(records.key(), Purpose::kSummaryLag)));
}

/// Calls `take(participant, leg)` with each participant that has records.
template <class Take>
void EachSummarized(const CallRecords& records, const Take& take) noexcept {
  const bool with_app = records.plan().profile().call_summary.app_leg;
  std::uint16_t number = 0;
  for (const Leg& leg : records.call().legs) {
    const std::uint16_t participant = number++;
    if (leg.kind == ParticipantKind::kApp && !with_app) continue;
    take(participant, leg);
  }
}

/// One version of the updates about a participant.
struct UpdateVersion {
  std::uint8_t number = 1;
  std::uint32_t time_ms = 0;
  /// Whether the participant's own data is still missing.
  bool is_incomplete = false;
};

/// Calls `take` with each version of the updates about a participant. They are
/// the same for summaries and diagnostics.
template <class Take>
void EachVersion(const CallRecords& records, std::uint16_t participant,
                 const Take& take) noexcept {
  const CallLogsPlan& plan = records.plan().call_logs;
  const auto draw = [&](Purpose purpose, std::uint32_t number) {
    return Draw(records.key(), purpose,
                std::uint64_t{participant} << 16 | number);
  };
  UpdateVersion version;
  version.time_ms = LastLeftMs(records.call()) +
                    static_cast<std::uint32_t>((*plan.first_update)(
                        Draw(records.key(), Purpose::kUpdateLag)));
  const std::uint32_t most = records.plan().profile().call_summary.most_updates;
  version.is_incomplete = most > 1 && Happens(draw(Purpose::kUpdateVersion, 0),
                                              plan.incomplete_share);
  for (;;) {
    take(version);
    const bool has_next = version.is_incomplete ||
                          Happens(draw(Purpose::kUpdateVersion, version.number),
                                  plan.later_update_share);
    if (!has_next || version.number == most) return;
    version.time_ms += static_cast<std::uint32_t>(
        (*plan.later_update)(draw(Purpose::kUpdateLag, version.number)));
    version.is_incomplete = false;
    ++version.number;
  }
}

inline std::uint32_t MaxUpdateLagMs(const Plan& plan) {
  const std::uint32_t more = plan.profile().call_summary.most_updates - 1;
  return static_cast<std::uint32_t>(plan.call_logs.first_update->max()) +
         more * static_cast<std::uint32_t>(plan.call_logs.later_update->max());
}

}  // namespace busyhour::internal

#pragma once

#include <cstdint>
#include <vector>

#include "scenario/call.h"

namespace busyhour::internal {

/// The payload of a streaming usage record. Times are milliseconds since the
/// start of the call's slot.
struct StreamingUsagePayload {
  std::uint32_t began_ms = 0;
  std::uint32_t duration_ms = 0;
  /// Ticks of 100 ns in addition to `duration_ms`, [0, 10,000).
  std::uint16_t duration_ticks = 0;
  std::uint16_t session = 0;      ///< index of the session in the call
  std::uint16_t participant = 0;  ///< its index, or `kNoParticipant`
  std::uint8_t modality = 0;      ///< a `Modality`
};

/// The participant of a record that covers all participants.
inline constexpr std::uint16_t kNoParticipant = 0xffff;

/// The part of a session that one record bills: that of a participant, or all
/// of it.
struct StreamedSpan {
  std::uint16_t participant = kNoParticipant;
  std::uint32_t began_ms = 0;
  std::uint32_t ended_ms = 0;
};

/// The billed spans of one session. If the participants are mixed, this is the
/// whole session once. Otherwise it is, for each participant, the time in the
/// call during the session. The application only listens, so it has no span
/// (our assumption).
std::vector<StreamedSpan> BilledSpans(const Call& call,
                                      const StreamingSession& session);

}  // namespace busyhour::internal

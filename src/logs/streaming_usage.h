#pragma once

#include <cstdint>
#include <vector>

#include "scenario/call.h"

namespace busyhour {

/// What a streaming usage record says beside its header. Times are milliseconds
/// since the start of the call's slot.
struct StreamingUsagePayload {
  std::uint32_t began_ms = 0;
  std::uint32_t duration_ms = 0;
  std::uint16_t duration_ticks = 0;  ///< 100 ns beyond those, [0, 10,000)
  std::uint16_t session = 0;         ///< which of the call's
  std::uint16_t participant = 0;     ///< or `kNoParticipant`
  std::uint8_t modality = 0;         ///< a `Modality`
};

/// The participant of a record about all of them.
inline constexpr std::uint16_t kNoParticipant = 0xffff;

/// The part of a session that one record bills: a participant's, or all of it.
struct StreamedSpan {
  std::uint16_t participant = kNoParticipant;
  std::uint32_t began_ms = 0;
  std::uint32_t ended_ms = 0;
};

/// What is billed of one session: all of it once where the participants are
/// mixed, else of each participant the time that it was in the call meanwhile.
/// The application, which listens, is none of them (our assumption).
std::vector<StreamedSpan> BilledSpans(const Call& call,
                                      const StreamingSession& session);

}  // namespace busyhour

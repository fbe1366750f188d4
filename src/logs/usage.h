#pragma once

#include <cstdint>

namespace busyhour {

/// What a usage record says beside its header: a participant's time in the
/// call. Times are milliseconds since the start of the call's slot.
struct UsagePayload {
  std::uint32_t joined_ms = 0;
  std::uint32_t left_ms = 0;
  std::uint32_t connected_ms = 0;  ///< from one to the other
  std::uint16_t participant = 0;   ///< which of the call's
  std::uint8_t kind = 0;           ///< a `ParticipantKind`
};

}  // namespace busyhour

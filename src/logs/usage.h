#pragma once

#include <cstdint>

namespace busyhour::internal {

/// The payload of a usage record: a participant's time in the call. Times are
/// milliseconds since the start of the call's slot.
struct UsagePayload {
  std::uint32_t joined_ms = 0;
  std::uint32_t left_ms = 0;
  std::uint32_t connected_ms = 0;  ///< from joining to leaving
  std::uint16_t participant = 0;   ///< `ParticipantCode`
  std::uint8_t kind = 0;           ///< a `ParticipantKind`
};

}  // namespace busyhour::internal

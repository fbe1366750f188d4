#pragma once

#include <cstdint>

namespace busyhour::internal {

/// The payload of a recording summary: a recording that has ended. Times are
/// milliseconds since the start of the call's slot.
struct RecordingSummaryPayload {
  std::uint32_t began_ms = 0;
  std::uint32_t length_ms = 0;  ///< without pauses
  std::uint16_t recording = 0;  ///< its index in the call
  /// A `RecordingForm`, plus `kStoppedRecording` if a request stopped it.
  std::uint8_t form = 0;
  std::uint8_t chunks = 0;
  std::uint8_t channels = 0;  ///< of sound
};

inline constexpr std::uint8_t kStoppedRecording = 4;

}  // namespace busyhour::internal

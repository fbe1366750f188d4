#pragma once

#include <cstdint>

namespace busyhour::internal {

/// The payload of a recording operations record: an answered request to the
/// recording interface.
struct RecordingOperationalPayload {
  std::uint32_t duration_ms = 0;
  std::uint16_t request = 0;    ///< its index in the call
  std::uint16_t recording = 0;  ///< its index, or `RecordingWalk::kNone`
  std::uint8_t operation = 0;   ///< an `Operation`
  std::uint8_t status = 0;      ///< index into `Statuses()`
  std::uint8_t client = 0;      ///< index of the profile's client
  std::uint8_t node = 0;  ///< the node that carries the call, or `kNoNode`
  /// What selects the URL: the client times `kUrlActions`, plus the action.
  std::uint8_t url = 0;
};

}  // namespace busyhour::internal

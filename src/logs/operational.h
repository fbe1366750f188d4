#pragma once

#include <cstdint>

namespace busyhour {

/// What an operational record says beside its header: a request that was
/// answered.
struct OperationalPayload {
  std::uint32_t duration_ms = 0;
  std::uint16_t request = 0;       ///< which of the call's
  std::uint8_t operation = 0;      ///< an `Operation`
  std::uint8_t status = 0;         ///< index into `Statuses()`
  std::uint8_t sub_operation = 0;  ///< index into `Vocabulary::sub_operations`
  std::uint8_t client = 0;         ///< which of the profile's
  std::uint8_t node = 0;           ///< which carries the call, or `kNoNode`
};

}  // namespace busyhour

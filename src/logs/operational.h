#pragma once

#include <cstdint>

namespace busyhour::internal {

/// The payload of an operational record: a request that was answered.
struct OperationalPayload {
  std::uint32_t duration_ms = 0;
  std::uint16_t request = 0;       ///< index of the request in the call
  std::uint8_t operation = 0;      ///< an `Operation`
  std::uint8_t status = 0;         ///< index into `Statuses()`
  std::uint8_t sub_operation = 0;  ///< index into `Vocabulary::sub_operations`
  std::uint8_t client = 0;         ///< index of the profile's client
  std::uint8_t node = 0;  ///< the node that carries the call, or `kNoNode`
};

}  // namespace busyhour::internal

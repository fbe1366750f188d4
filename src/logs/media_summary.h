#pragma once

#include <cstdint>

namespace busyhour::internal {

/// The payload of a media summary record: a play or recognize that has ended.
struct MediaSummaryPayload {
  std::uint32_t duration_ms = 0;
  std::uint16_t request = 0;   ///< index of the request that started it
  std::uint8_t operation = 0;  ///< an `Operation`
  std::uint8_t outcome = 0;    ///< an `Outcome`
  std::uint8_t prompt = 0;     ///< a `Source`
  std::uint8_t flags = 0;      ///< kFlagInLoop ...
  std::uint8_t client = 0;     ///< index of the profile's client
};

}  // namespace busyhour::internal

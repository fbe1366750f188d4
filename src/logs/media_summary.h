#pragma once

#include <cstdint>

namespace busyhour {

/// What a media summary record says beside its header: a play or recognize that
/// has ended.
struct MediaSummaryPayload {
  std::uint32_t duration_ms = 0;
  std::uint16_t request = 0;   ///< which of the call's started it
  std::uint8_t operation = 0;  ///< an `Operation`
  std::uint8_t outcome = 0;    ///< an `Outcome`
  std::uint8_t prompt = 0;     ///< a `Source`
  std::uint8_t flags = 0;      ///< kFlagInLoop ...
  std::uint8_t client = 0;     ///< which of the profile's
};

}  // namespace busyhour

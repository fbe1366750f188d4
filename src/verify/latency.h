#pragma once

#include <cstdint>
#include <optional>

#include "base/histogram.h"
#include "read/received_value.h"

namespace busyhour {

/// How long records were under way, from their delivery as simulated to their
/// arrival. First copies only.
struct Latency {
  Histogram ns;  ///< a negative one as 0
  /// The least and greatest, exactly; negative where clocks disagree.
  std::int64_t min_ns = 0;
  std::int64_t max_ns = 0;
  std::uint64_t negative = 0;    ///< that arrived before they were delivered
  std::uint64_t unreadable = 0;  ///< of which the arrival could not be read

  void Add(SimTime delivery, const std::optional<ArrivalTime>& arrival);
};

}  // namespace busyhour

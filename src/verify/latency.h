#pragma once

#include <cstdint>
#include <optional>

#include "base/histogram.h"
#include "read/received_time.h"

namespace busyhour::internal {

/// Latency of records, from their simulated delivery to their arrival. First
/// copies only.
struct Latency {
  Histogram ns;  ///< negative latencies are counted as 0
  /// The exact minimum and maximum; negative if clocks differ.
  std::int64_t min_ns = 0;
  std::int64_t max_ns = 0;
  std::uint64_t negative = 0;    ///< arrived before their delivery
  std::uint64_t unreadable = 0;  ///< without a readable arrival time

  void Add(SimTime delivery, const std::optional<ReceivedTime>& arrival);
};

}  // namespace busyhour::internal

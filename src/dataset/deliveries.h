#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "logs/record.h"

namespace busyhour::internal {

/// Consecutive records of one log in order of delivery.
struct RecordRange {
  std::uint64_t first = 0;  ///< from 0
  std::uint64_t count = 0;
};

/// The results of sending a job's records to a receiver, by `LogType`. Planned
/// records that are in no list were acknowledged.
struct Deliveries {
  using Lists = PerLog<std::vector<RecordRange>>;

  std::string target;
  /// Only the clock ends the run: the job has no extent, and the recorded one
  /// covers everything that may have been sent.
  bool by_clock = false;
  /// Number of records that were to be sent; later ones were not.
  PerLog<std::uint64_t> planned{};
  Lists failed;    ///< may have arrived nevertheless
  Lists dropped;   ///< never sent
  Lists not_sent;  ///< not sent because the run had ended
};

}  // namespace busyhour::internal

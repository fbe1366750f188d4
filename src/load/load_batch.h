#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "deliver/batch.h"
#include "load/pace.h"
#include "logs/record.h"

namespace busyhour {

/// Records next to each other in the order in which one log's are delivered.
struct RecordRange {
  std::uint64_t first = 0;  ///< from 0
  std::uint64_t count = 0;
};
/// By `LogType`.
using RecordRanges = std::array<RecordRange, kLogTypeCount>;

/// A batch with what the plan says of it.
struct LoadBatch : Batch {
  RecordRanges ranges;
  std::uint64_t records = 0;
  /// The log of each record.
  std::vector<LogType> logs;
  /// When its first and its last record are due; it is sent at the latter, so
  /// that no record goes early.
  Nanos first_due = 0;
  Nanos due = 0;
  /// The second in which its last record is delivered, in simulated time.
  std::uint64_t last_second = 0;
  /// When it was sent, the last time.
  Nanos sent = 0;
};

}  // namespace busyhour

#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "deliver/batch.h"
#include "load/pace.h"
#include "logs/record.h"
#include "run/deliveries.h"

namespace busyhour {

/// By `LogType`.
using RecordRanges = std::array<RecordRange, kLogTypeCount>;

/// A batch with what the plan says of it.
struct LoadBatch : Batch {
  RecordRanges ranges;
  /// The log of each record, where each may be answered for by itself.
  std::vector<LogType> logs;
  /// When its first and its last record are due; it is sent at the latter, so
  /// that no record goes early.
  Nanos first_due = 0;
  Nanos due = 0;
  /// The second in which its last record is delivered, in simulated time.
  std::uint64_t last_second = 0;
  /// It is not sent again before.
  Nanos not_before = 0;
  /// When it was sent, the last time.
  Nanos sent = 0;
};

}  // namespace busyhour

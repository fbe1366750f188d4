#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "dataset/deliveries.h"
#include "deliver/batch_sink.h"
#include "load/pace.h"
#include "logs/record.h"

namespace busyhour::internal {

using RecordRanges = PerLog<RecordRange>;

/// A batch with its data from the plan.
struct LoadBatch : Batch {
  RecordRanges ranges;
  /// The position of a record's text, including the text that the frame adds to
  /// it.
  struct Piece {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
  };

  /// The log of each record, if records may be acknowledged one by one or the
  /// batch may be split.
  std::vector<LogType> logs;
  /// The position of each record in `bytes` before compression, if the batch
  /// may be split.
  std::vector<Piece> pieces;
  /// When its first and its last record are due. The batch is sent when the
  /// last one is due, so that no record is sent before it is due.
  Nanos first_due = 0;
  Nanos due = 0;
  /// When it is planned to be sent: when it is due, and not before the batches
  /// before it. A part of a batch is planned with the whole batch. Lateness is
  /// measured from here, so the time for which a record waits for the other
  /// records of its batch (`BatchLimits::linger`) is part of the plan.
  Nanos send_at = 0;
  /// The same for all three, for a batch without such a wait.
  void BeDueAt(Nanos at) noexcept { first_due = due = send_at = at; }
  /// The earliest and the latest time in its records.
  SimTime earliest;
  SimTime latest;
  /// The simulated second in which its last record is delivered.
  std::uint64_t last_second = 0;
  /// It is not sent again before this time.
  Nanos not_before = 0;
  /// When it was last sent; for a part of a batch, when the whole batch was
  /// sent.
  Nanos sent = kNeverSent;

  static constexpr Nanos kNeverSent = -1;
  bool was_sent() const noexcept { return sent != kNeverSent; }
  /// Its last acknowledgement, in case that is withdrawn.
  struct Acknowledgement {
    Nanos at = 0;
    std::size_t second = 0;  ///< the second of the run in which it was entered
    std::uint64_t records = 0;
    Certainty certainty = Certainty::kConfirmed;
  };
  Acknowledgement acknowledgement;
};

}  // namespace busyhour::internal

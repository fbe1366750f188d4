#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dataset/deliveries.h"
#include "deliver/batch_sink.h"
#include "load/pace.h"
#include "logs/record.h"

namespace busyhour {

using RecordRanges = PerLog<RecordRange>;

/// A batch with what the plan says of it.
struct LoadBatch : Batch {
  RecordRanges ranges;
  /// Where the text of a record is, with what its frame adds to it.
  struct Piece {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
  };

  /// The log of each record, where each may be answered for by itself, or the
  /// batch may be split.
  std::vector<LogType> logs;
  /// The records' pieces of `bytes`, as they are before compression, where the
  /// batch may be split.
  std::vector<Piece> pieces;
  /// When its first and its last record are due; it is sent at the latter, so
  /// that no record goes early.
  Nanos first_due = 0;
  Nanos due = 0;
  /// The second in which its last record is delivered, in simulated time.
  std::uint64_t last_second = 0;
  /// It is not sent again before.
  Nanos not_before = 0;
  /// When it was sent, the last time; of a part, when the whole was.
  Nanos sent = kNeverSent;

  static constexpr Nanos kNeverSent = -1;
  bool was_sent() const noexcept { return sent != kNeverSent; }
  /// How it was acknowledged, the last time, for taking it back.
  struct Acknowledgement {
    Nanos at = 0;
    std::size_t second = 0;  ///< in which it was entered, of the run
    std::uint64_t records = 0;
    Certainty certainty = Certainty::kConfirmed;
  };
  Acknowledgement acknowledgement;
};

}  // namespace busyhour

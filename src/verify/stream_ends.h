#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dataset/deliveries.h"
#include "engine/calendar.h"
#include "logs/delivery_order.h"

namespace busyhour::internal {

/// How far a stream of a job has been written: the number of records of these
/// logs, some of which may be missing.
struct StreamExtent {
  LogSet logs;
  std::uint64_t records = 0;
  /// The missing records: sorted, not overlapping.
  std::vector<RecordRange> gaps{};
};

/// Finds where the streams of a job end and which records are missing. Both are
/// defined by record numbers in the order of delivery.
class StreamEnds {
 public:
  /// `first_slot` is the job's first second. No record is delivered more than
  /// `horizon_ms` after its call's second.
  StreamEnds(const std::vector<StreamExtent>& streams, std::uint64_t first_slot,
             std::uint32_t horizon_ms);

  /// Adds a call's records, as delivered. Calls must be added in their order.
  void Add(CallKey call, std::span<const Record> delivered);

  /// Call this after the last call. Returns for each log where its written
  /// records end, begin again, and so on.
  PerLog<std::vector<DeliveryOrder>> Turns();

 private:
  struct Stream {
    StreamExtent extent;
    std::uint64_t next = 0;
    std::size_t gap = 0;   // the first gap that was not passed
    bool is_there = true;  // whether the last record was written
    std::vector<DeliveryOrder> turns;

    void Take(const Record& record);
  };
  void TakeSecond();

  std::vector<Stream> streams_;
  Calendar calendar_;
  std::vector<Record> due_;
};

}  // namespace busyhour::internal

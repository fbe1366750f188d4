#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dataset/deliveries.h"
#include "engine/calendar.h"
#include "logs/delivery_order.h"

namespace busyhour {

/// How far a stream of a job had been written: so many records, of those logs,
/// but for some of them.
struct StreamExtent {
  LogSet logs;
  std::uint64_t records = 0;
  /// What is not there, in order, none overlapping.
  std::vector<RecordRange> gaps{};
};

/// Finds where the streams of a job end and what they lack, which is known by
/// the numbers of records in the order of delivery.
class StreamEnds {
 public:
  /// `first_slot` is the job's first second; no record is delivered more than
  /// `horizon_ms` after its call's.
  StreamEnds(const std::vector<StreamExtent>& streams, std::uint64_t first_slot,
             std::uint32_t horizon_ms);

  /// Takes a call's records as they are delivered; calls come in their order.
  void Add(CallKey call, std::span<const Record> delivered);

  /// After the last call: of each log, where what is there ends, begins again,
  /// and so on.
  PerLog<std::vector<DeliveryOrder>> Turns();

 private:
  struct Stream {
    StreamExtent extent;
    std::uint64_t next = 0;
    std::size_t gap = 0;   // the first that is not passed
    bool is_there = true;  // whether it has the last record
    std::vector<DeliveryOrder> turns;

    void Take(const Record& record);
  };
  void TakeSecond();

  std::vector<Stream> streams_;
  Calendar calendar_;
  std::vector<Record> due_;
};

}  // namespace busyhour

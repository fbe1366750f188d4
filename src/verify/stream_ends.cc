#include "verify/stream_ends.h"

namespace busyhour::internal {

StreamEnds::StreamEnds(const std::vector<StreamExtent>& streams,
                       std::uint64_t first_slot, std::uint32_t horizon_ms)
    : calendar_(first_slot, horizon_ms) {
  for (const StreamExtent& extent : streams) {
    streams_.push_back({.extent = extent, .turns = {}});
  }
}

void StreamEnds::Add(CallKey call, std::span<const Record> delivered) {
  // No later call leaves a record before its own second.
  while (calendar_.next_second() < call.slot) TakeSecond();
  calendar_.Add(delivered);
}

PerLog<std::vector<DeliveryOrder>> StreamEnds::Turns() {
  while (!calendar_.empty()) TakeSecond();
  PerLog<std::vector<DeliveryOrder>> turns;
  for (const Stream& stream : streams_) {
    for (const LogType log : stream.extent.logs) turns[log] = stream.turns;
  }
  return turns;
}

void StreamEnds::Stream::Take(const Record& record) {
  const std::uint64_t number = next++;
  const std::vector<RecordRange>& gaps = extent.gaps;
  while (gap < gaps.size() && gaps[gap].first + gaps[gap].count <= number) {
    ++gap;
  }
  const bool has_it = number < extent.records &&
                      (gap == gaps.size() || number < gaps[gap].first);
  if (has_it != is_there) turns.push_back(DeliveryOrder::Of(record));
  is_there = has_it;
}

void StreamEnds::TakeSecond() {
  due_.clear();
  calendar_.TakeSecond(due_);
  for (const Record& record : due_) {
    for (Stream& stream : streams_) {
      if (stream.extent.logs.Has(record.log())) stream.Take(record);
    }
  }
}

}  // namespace busyhour::internal

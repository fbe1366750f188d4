#include "load/event_batcher.h"

#include <cstddef>
#include <memory>
#include <utility>

namespace busyhour::internal {

EventBatcher::EventBatcher(const Worlds& worlds, const Job& job, PaceUnit unit,
                           Pace pace, Nanos end, Lookahead& lookahead)
    : worlds_(worlds),
      job_(job),
      json_(worlds),
      unit_(unit),
      pace_(std::move(pace)),
      end_(end),
      lookahead_(lookahead) {}

Nanos EventBatcher::DueOf(SimTime at, const CallEvent& event,
                          std::size_t bytes) {
  // The first callback event of a call has the number 0.
  if (event.number == 0) ++calls_;
  const std::uint64_t before = bytes_;
  bytes_ += bytes;
  switch (unit_) {
    case PaceUnit::kSimulatedSeconds:
      return pace_.TimeOf(static_cast<double>(at.ms - job_.start.ms) /
                          static_cast<double>(kMsPerSecond));
    case PaceUnit::kRecords:
    case PaceUnit::kMessages:
      return pace_.TimeOf(static_cast<double>(events_));
    case PaceUnit::kCalls:
      // Events of a warm-up may be those of no call's first one.
      return pace_.TimeOf(static_cast<double>(calls_ == 0 ? 0 : calls_ - 1));
    case PaceUnit::kBytes:
      return pace_.TimeOf(static_cast<double>(before));
  }
  return 0;
}

void EventBatcher::Add(CallKey call, std::uint32_t flow,
                       const CallEvent& event) {
  if (ended_ || event.type == EventType::kIncomingCall) return;
  const SimTime at{static_cast<std::int64_t>(call.slot) * kMsPerSecond +
                   event.at_ms};
  std::string body = '[' + json_.Text(call, flow, event) + ']';
  const Nanos due = DueOf(at, event, body.size());
  ++events_;
  if (due >= end_) {
    next_due_ = due;
    ended_ = true;
    return;
  }
  std::unique_ptr<LoadBatch> made = lookahead_.New();
  LoadBatch& batch = *made;
  // A reused batch contains values of an earlier one.
  batch = LoadBatch{};
  batch.index = batches_++;
  batch.bytes = std::move(body);
  batch.plain_bytes = batch.bytes.size();
  batch.ends.push_back(static_cast<std::uint32_t>(batch.bytes.size()));
  batch.records = 1;
  batch.BeDueAt(due);
  batch.earliest = batch.latest = at;
  batch.last_second = static_cast<std::uint64_t>(at.ms / kMsPerSecond);
  if (!lookahead_.Put(std::move(made))) ended_ = true;
}

bool EventBatcher::Run(const std::atomic<bool>& stop) {
  EventFeed feed(worlds_, job_);
  const EventOrder::Take take = [this](CallKey call, std::uint32_t flow,
                                       const CallEvent& event) {
    Add(call, flow, event);
  };
  while (!stop.load() && !ended_) {
    if (!feed.Next(take)) return !ended_;
  }
  return false;
}

}  // namespace busyhour::internal

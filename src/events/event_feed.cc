#include "events/event_feed.h"

#include <limits>
#include <utility>

namespace busyhour::internal {

void EventOrder::Push(std::size_t open) {
  const OpenCall& call = open_[open];
  due_.push({static_cast<std::int64_t>(call.key.slot) * kMsPerSecond +
                 call.events[call.next].at_ms,
             call.key, open});
}

void EventOrder::Add(CallKey call, std::uint32_t flow,
                     std::vector<CallEvent> events) {
  if (events.empty()) return;
  if (free_.empty()) {
    free_.push_back(open_.size());
    open_.emplace_back();
  }
  const std::size_t open = free_.back();
  free_.pop_back();
  open_[open] = {call, flow, std::move(events), 0};
  Push(open);
}

void EventOrder::TakeUntil(std::int64_t end_ms, const Take& take) {
  while (!due_.empty() && due_.top().at_ms < end_ms) {
    const std::size_t open = due_.top().open;
    due_.pop();
    OpenCall& call = open_[open];
    take(call.key, call.flow, call.events[call.next]);
    if (++call.next < call.events.size()) {
      Push(open);
    } else {
      call.events.clear();
      free_.push_back(open);
    }
  }
}

void EventOrder::TakeBefore(std::uint64_t slot, const Take& take) {
  TakeUntil(static_cast<std::int64_t>(slot) * kMsPerSecond, take);
}

void EventOrder::TakeAll(const Take& take) {
  TakeUntil(std::numeric_limits<std::int64_t>::max(), take);
}

bool EventFeed::Next(const EventOrder::Take& take) {
  const Call* const call = calls_.Next();
  if (call == nullptr) {
    order_.TakeAll(take);
    return false;
  }
  order_.TakeBefore(calls_.slot(), take);
  std::vector<CallEvent> events =
      EventsOf(*call, worlds_.PlanOf(call->key),
               worlds_.CastOf(call->key).vocabulary(), calls_.stream_key());
  std::erase_if(events, [&](const CallEvent& event) {
    return !window_.Has(call->At(event.at_ms));
  });
  order_.Add(call->key, call->flow, std::move(events));
  return true;
}

}  // namespace busyhour::internal

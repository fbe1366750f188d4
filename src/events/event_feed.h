#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "events/call_events.h"
#include "events/simulated_calls.h"

namespace busyhour::internal {

/// Puts the events of many calls into order of time; ties are in the order of
/// the calls, then of the events of a call.
///
/// Memory: the events of the calls that are open at one time.
class EventOrder {
 public:
  /// Takes an event, with its call and the call's flow.
  using Take = std::function<void(CallKey call, std::uint32_t flow,
                                  const CallEvent& event)>;

  /// Adds the events of a call, which are in order of time.
  void Add(CallKey call, std::uint32_t flow, std::vector<CallEvent> events);
  /// Hands out all events before `slot`, the first slot of the calls to come.
  void TakeBefore(std::uint64_t slot, const Take& take);
  /// Hands out all events.
  void TakeAll(const Take& take);

 private:
  struct OpenCall {
    CallKey key;
    std::uint32_t flow = 0;
    std::vector<CallEvent> events;
    std::size_t next = 0;
  };
  struct Due {
    std::int64_t at_ms = 0;
    CallKey call;
    std::size_t open = 0;  // index of the call in open_
    friend bool operator>(const Due& a, const Due& b) {
      return a.at_ms != b.at_ms ? a.at_ms > b.at_ms : a.call > b.call;
    }
  };

  void TakeUntil(std::int64_t end_ms, const Take& take);
  void Push(std::size_t open);

  std::vector<OpenCall> open_;
  std::vector<std::size_t> free_;  // unused places in open_
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
};

/// The events of a job in order of time: those of its window.
///
///   EventFeed feed(worlds, job);
///   while (feed.Next(take)) {
///   }
class EventFeed {
 public:
  /// `worlds` must outlive it.
  EventFeed(const Worlds& worlds, const Job& job)
      : worlds_(worlds), window_(JobWindowOf(job)), calls_(worlds, job) {}

  /// Simulates one more call, and hands out the events that are now in order.
  /// False after the last call. Throws as `SimulatedCalls::Next`.
  bool Next(const EventOrder::Take& take);

 private:
  const Worlds& worlds_;
  const JobWindow window_;
  SimulatedCalls calls_;
  EventOrder order_;
};

}  // namespace busyhour::internal

#include "events/event_list.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/stream.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kLastEpoch = std::numeric_limits<std::uint8_t>::max();

// When participants come and go while others remain, in order of time. The walk
// draws at each of these times whether the correlation id changes.
std::vector<std::uint32_t> ComingsAndGoings(const Call& call) {
  struct Change {
    std::uint32_t at_ms;
    int by;
  };
  std::vector<Change> changes;
  for (std::size_t i = 0; i < call.legs.size(); ++i) {
    const Leg& leg = call.legs[i];
    if (i > 1) changes.push_back({leg.joined_ms, 1});
    if (leg.left_ms <= call.ended_ms) changes.push_back({leg.left_ms, -1});
  }
  std::stable_sort(
      changes.begin(), changes.end(),
      [](const Change& a, const Change& b) { return a.at_ms < b.at_ms; });
  std::vector<std::uint32_t> times;
  int present = 2;
  for (const Change& change : changes) {
    present += change.by;
    if (change.by > 0 || present > 1) times.push_back(change.at_ms);
  }
  return times;
}

}  // namespace

EventList::EventList(const Call& call, const Plan& plan,
                     const Vocabulary& words, std::uint64_t key)
    : call_(call),
      flow_(plan.flows[call.flow]),
      words_(words),
      key_(key),
      steps_(call.requests.size(), -1) {
  for (const Note& note : call.notes) {
    if (note.kind == Note::Kind::kSent) {
      steps_[note.request] = static_cast<std::int32_t>(note.value);
    }
  }
  for (std::uint16_t i = 0; i < call.requests.size(); ++i) {
    const Request& request = call.requests[i];
    const Activity activity = Info(request.operation).activity;
    if (IsAccepted(request) &&
        (activity == Activity::kDial || activity == Activity::kPickUp)) {
      starter_ = i;
      break;
    }
  }
  std::uint64_t number = 0;
  for (const std::uint32_t at_ms : ComingsAndGoings(call)) {
    const std::uint64_t draw = Draw(key, Purpose::kCorrelationChange, number++);
    if (changes_.size() < kLastEpoch &&
        Happens(draw, plan.correlation_change)) {
      changes_.push_back(at_ms);
    }
  }
}

bool EventList::HadEffect(std::uint16_t request) const noexcept {
  return IsAccepted(call_.requests[request]) &&
         std::none_of(call_.notes.begin(), call_.notes.end(),
                      [request](const Note& note) {
                        return note.kind == Note::Kind::kNoEffect &&
                               note.request == request;
                      });
}

const StepPlan* EventList::StepOf(std::uint16_t request) const noexcept {
  const std::int32_t step = steps_[request];
  return step < 0 ? nullptr : &flow_.steps[static_cast<std::size_t>(step)];
}

std::uint16_t EventList::RequestAnsweredAt(std::uint32_t at_ms,
                                           Operation operation) const noexcept {
  std::uint16_t found = starter_.value_or(0);
  for (std::uint16_t i = 0; i < call_.requests.size(); ++i) {
    const Request& request = call_.requests[i];
    if (request.operation == operation && IsAccepted(request) &&
        request.answered_ms() == at_ms) {
      found = i;
    }
  }
  return found;
}

std::uint8_t EventList::EpochAt(std::uint32_t at_ms) const noexcept {
  return static_cast<std::uint8_t>(
      std::upper_bound(changes_.begin(), changes_.end(), at_ms) -
      changes_.begin());
}

CallEvent& EventList::Add(EventType type, std::uint32_t at_ms,
                          std::uint16_t request, EventResult result) {
  CallEvent& event = events_.emplace_back();
  event.type = type;
  event.at_ms = at_ms;
  event.correlation_epoch = call_.requests[request].correlation_epoch;
  event.step = steps_[request];
  event.result = result;
  return event;
}

CallEvent& EventList::AddOfCall(EventType type, std::uint32_t at_ms) {
  CallEvent& event = events_.emplace_back();
  event.type = type;
  event.at_ms = at_ms;
  event.correlation_epoch = EpochAt(at_ms);
  return event;
}

std::vector<CallEvent> EventList::Take() {
  std::stable_sort(
      events_.begin(), events_.end(),
      [](const CallEvent& a, const CallEvent& b) { return a.at_ms < b.at_ms; });
  std::uint16_t number = 0;
  for (CallEvent& event : events_) event.number = number++;
  return std::move(events_);
}

}  // namespace busyhour::internal

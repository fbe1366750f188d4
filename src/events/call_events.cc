#include "events/call_events.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "base/stream.h"
#include "events/event_list.h"

namespace busyhour::internal {
namespace {

// ParticipantsUpdated follows a change by this time. Range: Azure's SDK test
// recordings, from CallConnected to ParticipantsUpdated.
constexpr std::uint32_t kRosterDelayMs = 100;
constexpr std::uint32_t kRosterDelaySpanMs = 200;

bool IsPstn(ParticipantKind kind) { return kind == ParticipantKind::kPstn; }

EventParticipant LegParticipant(const Call& call, std::size_t leg) {
  return {ParticipantCode(call, leg), call.legs[leg].kind};
}

// The participant that a request rang and that did not join.
EventParticipant NeverJoined(const EventList& list, std::uint16_t request) {
  const StepPlan* step = list.StepOf(request);
  return {ParticipantCode(
              static_cast<std::uint16_t>(ParticipantCode::kOthers | request)),
          step == nullptr ? ParticipantKind::kAcs : step->who};
}

// The changes of who is in the call, muted or on hold.
class Roster {
 public:
  explicit Roster(EventList& list) : list_(list), call_(list.call()) {
    // The caller's leg begins after the application's.
    changes_.push_back(call_.legs[kCallerLeg].joined_ms);
    for (std::size_t i = kCallerLeg; i < call_.legs.size(); ++i) {
      if (i > kCallerLeg) changes_.push_back(call_.legs[i].joined_ms);
      changes_.push_back(call_.legs[i].left_ms);
    }
    for (std::uint16_t i = 0; i < call_.requests.size(); ++i) {
      if (list.HadEffect(i)) AddState(call_.requests[i]);
    }
    std::sort(changes_.begin(), changes_.end());
  }

  void AddEvents() {
    std::uint32_t last_ms = 0;
    std::uint32_t sequence = 0;
    for (const std::uint32_t at_ms : changes_) {
      if (at_ms >= call_.ended_ms) break;
      const std::uint64_t draw =
          Draw(list_.key(), Purpose::kEventDelay, sequence);
      last_ms = std::max(last_ms + 1, at_ms + kRosterDelayMs +
                                          static_cast<std::uint32_t>(PickBelow(
                                              draw, kRosterDelaySpanMs)));
      CallEvent& event =
          list_.AddOfCall(EventType::kParticipantsUpdated, last_ms);
      event.correlation_epoch = list_.EpochAt(at_ms);
      event.result = EventResult{};
      event.data = RosterAt(at_ms, ++sequence);
    }
  }

 private:
  struct State {
    std::uint32_t at_ms;
    std::size_t leg;
    bool is_mute;
    bool value;
  };

  bool IsPresent(std::size_t leg, std::uint32_t at_ms) const {
    return call_.legs[leg].joined_ms <= at_ms &&
           at_ms < call_.legs[leg].left_ms;
  }

  // The one whom `Hold` and `MuteParticipants` concern (our assumption): the
  // caller, or the last one who joined.
  std::size_t Concerned(std::uint32_t at_ms) const {
    if (IsPresent(kCallerLeg, at_ms)) return kCallerLeg;
    std::size_t leg = call_.legs.size() - 1;
    while (leg > kCallerLeg && !IsPresent(leg, at_ms)) --leg;
    return leg;
  }

  void AddState(const Request& request) {
    const bool is_mute = request.operation == Operation::kMuteParticipants;
    const bool is_hold = request.operation == Operation::kHold;
    if (!is_mute && !is_hold && request.operation != Operation::kUnhold) return;
    const std::uint32_t at_ms = request.answered_ms();
    if (at_ms < call_.connected_ms || at_ms >= call_.ended_ms) return;
    states_.push_back({at_ms, Concerned(at_ms), is_mute, is_mute || is_hold});
    changes_.push_back(at_ms);
  }

  RosterData RosterAt(std::uint32_t at_ms, std::uint32_t sequence) const {
    RosterData roster;
    roster.sequence = sequence;
    for (std::size_t leg = 0; leg < call_.legs.size(); ++leg) {
      if (!IsPresent(leg, at_ms)) continue;
      RosterData::Entry entry;
      entry.participant = LegParticipant(call_, leg);
      for (const State& state : states_) {
        if (state.leg != leg || state.at_ms > at_ms) continue;
        (state.is_mute ? entry.is_muted : entry.is_on_hold) = state.value;
      }
      roster.participants.push_back(entry);
    }
    return roster;
  }

  EventList& list_;
  const Call& call_;
  std::vector<std::uint32_t> changes_;
  std::vector<State> states_;
};

// The event of a connection that an accepted request did not bring about.
void AddNotConnected(EventList& list) {
  const Call& call = list.call();
  const std::uint16_t request = *list.starter();
  const StepPlan* step = list.StepOf(request);
  // Without a note, the longest call ended while it was set up.
  EventResult result = RingResult(Outcome::kNoAnswer, false);
  for (const Note& note : call.notes) {
    if (note.kind == Note::Kind::kNotConnected) {
      result = RingResult(note.outcome, step != nullptr && IsPstn(step->who));
    }
  }
  const Operation operation = call.requests[request].operation;
  const EventType type =
      operation == Operation::kCreateCall   ? EventType::kCreateCallFailed
      : operation == Operation::kAnswerCall ? EventType::kAnswerFailed
                                            : EventType::kConnectFailed;
  list.Add(type, call.ended_ms, request, result);
}

void AddInvited(EventList& list, const Note& note) {
  const bool is_move = list.call().requests[note.request].operation ==
                       Operation::kMoveParticipants;
  const bool joined = note.value != Note::kNoLeg;
  const EventType type = is_move
                             ? (joined ? EventType::kMoveParticipantSucceeded
                                       : EventType::kMoveParticipantFailed)
                             : (joined ? EventType::kAddParticipantSucceeded
                                       : EventType::kAddParticipantFailed);
  const EventParticipant who = joined ? LegParticipant(list.call(), note.value)
                                      : NeverJoined(list, note.request);
  CallEvent& event = list.Add(type, note.at_ms, note.request,
                              RingResult(note.outcome, IsPstn(who.kind)));
  ParticipantData data{who, std::nullopt};
  if (is_move) data.from_call = note.request;
  event.data = data;
}

void AddTransferred(EventList& list, const Note& note) {
  const EventParticipant target = NeverJoined(list, note.request);
  const EventResult result = RingResult(note.outcome, IsPstn(target.kind));
  if (Info(note.outcome).group != ResultType::kCompleted) {
    list.Add(EventType::kCallTransferFailed, note.at_ms, note.request, result);
    return;
  }
  list.Add(EventType::kCallTransferAccepted, note.at_ms, note.request, result)
      .data = TransferData{target, LegParticipant(list.call(), kCallerLeg)};
}

void AddWithoutEffect(EventList& list, const Note& note) {
  // If the call has ended before, its end is the only report.
  if (note.at_ms > list.call().ended_ms) return;
  const Operation operation = list.call().requests[note.request].operation;
  CallEvent& event = list.Add(*LaterFailureOf(operation), note.at_ms,
                              note.request, kHadNoEffect);
  if (operation == Operation::kRemoveParticipant) {
    event.data =
        ParticipantData{LegParticipant(list.call(), note.value), std::nullopt};
  } else if (operation == Operation::kCancelAddParticipant) {
    event.data = InvitationData{static_cast<std::uint16_t>(note.value)};
  }
}

// The events of participants who are added, moved, removed or transferred.
void AddParticipantEvents(EventList& list) {
  // The result of a cancelled invitation, as in Azure's SDK test recordings;
  // the message is our assumption.
  constexpr EventResult kCanceled{487, 5234, "Canceled. DiagCode: 487#5234.@"};
  for (const Note& note : list.call().notes) {
    switch (note.kind) {
      case Note::Kind::kInvited:
        AddInvited(list, note);
        break;
      case Note::Kind::kCanceled:
        list.Add(EventType::kCancelAddParticipantSucceeded, note.at_ms,
                 note.request, kCanceled)
            .data = InvitationData{static_cast<std::uint16_t>(note.value)};
        break;
      case Note::Kind::kRemoved: {
        const Leg& leg = list.call().legs[note.value];
        // If the call has ended before, its end is the only report.
        if (leg.left_ms > list.call().ended_ms) break;
        list.Add(EventType::kRemoveParticipantSucceeded, leg.left_ms,
                 note.request)
            .data = ParticipantData{LegParticipant(list.call(), note.value),
                                    std::nullopt};
        break;
      }
      case Note::Kind::kTransferred:
        AddTransferred(list, note);
        break;
      case Note::Kind::kNoEffect:
        AddWithoutEffect(list, note);
        break;
      default:
        break;
    }
  }
}

CallEnd EndOf(const EventList& list) {
  const Call& call = list.call();
  const Leg& caller = call.legs[kCallerLeg];
  if (caller.left_ms != call.ended_ms) return CallEnd::kByApplication;
  if (!IsPstn(caller.kind)) return CallEnd::kByUser;
  return call.inbound ? CallEnd::kInboundPstn : CallEnd::kOutboundPstn;
}

// The last event of a connection, when the application's leg is released.
void AddDisconnected(EventList& list) {
  std::uint32_t at_ms = list.call().legs.front().left_ms;
  for (const CallEvent& event : list.events()) {
    at_ms = std::max(at_ms, event.at_ms + 1);
  }
  CallEvent& event = list.Add(EventType::kCallDisconnected, at_ms,
                              *list.starter(), DisconnectResult(EndOf(list)));
  event.correlation_epoch = list.EpochAt(list.call().ended_ms);
}

// Whether Event Grid announces the call to the application: the application
// joins other calls by itself.
bool IsAnnounced(const Call& call) {
  return call.inbound &&
         std::none_of(call.requests.begin(), call.requests.end(),
                      [](const Request& request) {
                        return request.operation == Operation::kConnectCall;
                      });
}

}  // namespace

std::vector<CallEvent> EventsOf(const Call& call, const Plan& plan,
                                const Vocabulary& words, std::uint64_t key) {
  EventList list(call, plan, words, key);
  if (list.is_connected()) {
    list.Add(EventType::kCallConnected, call.connected_ms, *list.starter());
    AddParticipantEvents(list);
    AddMediaEvents(list);
    AddStreamingEvents(list);
    AddRecordingEvents(list);
    Roster(list).AddEvents();
    AddDisconnected(list);
  } else if (list.starter()) {
    AddNotConnected(list);
  }
  std::vector<CallEvent> events = list.Take();
  if (IsAnnounced(call)) {
    CallEvent incoming;
    incoming.type = EventType::kIncomingCall;
    incoming.at_ms = call.attempted_ms;
    // The caller's kind, as the walk draws it when the call is connected.
    incoming.data = IncomingData{
        plan.flows[call.flow].caller_kinds(Draw(key, Purpose::kCallerKind))};
    events.insert(events.begin(), incoming);
  }
  return events;
}

}  // namespace busyhour::internal

#include "busyhour/call.h"

#include <deque>
#include <span>
#include <utility>

#include "engine/job_calls.h"
#include "interface/call_of.h"
#include "interface/job_data.h"
#include "scenario/participant_code.h"

namespace busyhour {
namespace {

std::string TextOf(const internal::Guid& guid) {
  return guid == internal::Guid{} ? std::string() : internal::FormatGuid(guid);
}

// Writes a call of the engine as one of the interface.
class CallWriter {
 public:
  CallWriter(const JobData& data, const internal::Call& call)
      : plan_(data.worlds.PlanOf(call.key)),
        cast_(data.worlds.CastOf(call.key)),
        words_(cast_.vocabulary()),
        from_(call) {}

  Call Write() const {
    const internal::CallFacts facts = cast_.FactsOf(from_.key);
    Call call;
    call.correlation_id = TextOf(cast_.CorrelationOf(from_.key, 0));
    call.connection_id = TextOf(facts.connection);
    call.server_call_id = cast_.ServerCallIdOf(from_.key);
    call.flow = plan_.profile().flows[from_.flow].name;
    call.inbound = from_.inbound;
    call.attempted = At(from_.attempted_ms);
    if (!from_.legs.empty()) call.answered = At(from_.connected_ms);
    call.ended = At(from_.ended_ms);
    call.end = from_.end;
    AddParticipants(call);
    AddRequests(call);
    AddMedia(call);
    AddRings(call);
    for (const internal::StreamingSession& session : from_.sessions) {
      call.sessions.push_back({session.modality, session.end,
                               At(session.began_ms), At(session.ended_ms)});
    }
    return call;
  }

 private:
  Time At(std::uint32_t ms) const { return TimeOf(from_.At(ms)); }

  void AddParticipants(Call& call) const {
    for (std::size_t i = 0; i < from_.legs.size(); ++i) {
      const internal::Leg& leg = from_.legs[i];
      call.participants.push_back({leg.kind, cast_.ParticipantIdOf(from_, i),
                                   At(leg.joined_ms), At(leg.left_ms)});
    }
  }

  void AddRequests(Call& call) const {
    for (const internal::Request& request : from_.requests) {
      const auto number = static_cast<std::uint16_t>(call.requests.size());
      call.requests.push_back(
          {request.operation, words_.requests[request.status].status,
           At(request.at_ms), std::chrono::milliseconds(request.duration_ms),
           TextOf(cast_.OperationIdOf(from_.key, number, request.operation))});
    }
  }

  void AddMedia(Call& call) const {
    for (const internal::Media& media : from_.media) {
      const internal::MediaResult& result =
          words_.media[static_cast<std::size_t>(media.outcome)];
      const internal::Request& request = from_.requests[media.request];
      call.media.push_back({media.request, media.outcome, result.type,
                            result.code, result.subcode,
                            At(request.answered_ms() + media.duration_ms)});
    }
  }

  void AddRings(Call& call) const {
    for (const internal::Note& note : from_.notes) {
      if (!note.is_of_ring()) continue;
      call.rings.push_back({note.request, note.outcome, At(note.at_ms)});
    }
  }

  const internal::Plan& plan_;
  const internal::Cast& cast_;
  const internal::Vocabulary& words_;
  const internal::Call& from_;
};

}  // namespace

Call CallOf(const JobData& data, const internal::Call& call,
            std::span<const internal::Record> records) {
  Call written = CallWriter(data, call).Write();
  for (const internal::Record& record : records) {
    written.records.push_back(data.RecordOf(record));
  }
  return written;
}

struct Calls::State {
  explicit State(std::shared_ptr<const JobData> job)
      : data(std::move(job)),
        calls(data->worlds, data->job, 1),
        scribe(data->worlds, data->job, /*takes_notes=*/true) {}

  // Simulates the call again whose records these are.
  Call CallOf(std::span<const internal::Record> records) {
    const internal::CallKey key = records.front().call();
    return busyhour::CallOf(*data, scribe.SimulateCall(key), records);
  }

  const std::shared_ptr<const JobData> data;
  internal::JobCalls calls;
  internal::Scribe scribe;
  std::deque<Call> next;
  bool has_more = true;
};

Calls::Calls(const Job& job)
    : state_(std::make_unique<State>(JobData::Of(job))) {}

Calls::Calls(Calls&&) noexcept = default;
Calls& Calls::operator=(Calls&&) noexcept = default;
Calls::~Calls() = default;

std::optional<Call> Calls::Next() {
  State& state = *state_;
  while (state.next.empty()) {
    if (!state.has_more) return std::nullopt;
    state.has_more =
        state.calls.Next([&](std::span<const internal::Record> records) {
          if (!records.empty()) state.next.push_back(state.CallOf(records));
        });
    if (!state.has_more) state.calls.Check();
  }
  std::optional<Call> call = std::move(state.next.front());
  state.next.pop_front();
  return call;
}

}  // namespace busyhour

#include "verify/story.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <set>
#include <utility>

#include "base/ascii.h"
#include "base/stream.h"
#include "base/units.h"
#include "conditions/bad_times.h"
#include "engine/scribe.h"
#include "faults/faults.h"
#include "scenario/arrivals.h"
#include "scenario/redial.h"
#include "verify/story_words.h"

namespace busyhour::internal {
namespace {

// Writes the history of one call.
class StoryWriter {
 public:
  // `records` are all records of the call, in all logs.
  StoryWriter(const Worlds& worlds, const Job& job, const Call& call,
              std::vector<Record> records)
      : worlds_(worlds),
        plan_(worlds.PlanOf(call.key)),
        words_(worlds.CastOf(call.key).vocabulary()),
        cast_(worlds.CastOf(call.key)),
        job_(job),
        call_(call),
        records_(std::move(records)) {}

  Story Write(std::string_view asked) {
    story_.call = call_.key;
    ListRecords(asked);
    AddFacts();
    AddParticipants();
    AddEvents();
    return std::move(story_);
  }

 private:
  SimTime At(std::uint32_t ms) const {
    return {static_cast<std::int64_t>(call_.key.slot) * kMsPerSecond + ms};
  }
  // Times are relative to the answer of the call or, without an answer, to its
  // attempt.
  std::int64_t SinceAnswer(std::uint32_t ms) const {
    const bool answered = !call_.legs.empty();
    return std::int64_t{ms} -
           (answered ? call_.connected_ms : call_.attempted_ms);
  }

  void ListRecords(std::string_view asked) {
    const Faults faults(worlds_, job_);
    std::vector<Record> sorted = records_;
    for (Record& record : sorted) {
      record.delivery_ms += faults.Of(record).late_ms();
    }
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Record& a, const Record& b) {
                       return a.delivery_ms < b.delivery_ms;
                     });
    for (const Record& record : sorted) {
      const RecordIds ids = cast_.IdsOf(record);
      Story::Entry entry;
      entry.log = Info(record.log()).name;
      entry.time = record.time();
      entry.delivery = record.delivery();
      entry.id = FormatGuid(ids.id);
      entry.what = DescriptorOf(record.log()).summary(record, words_);
      entry.is_asked_for =
          entry.id == asked || FormatGuid(ids.item) == asked ||
          (ids.other != Guid{} && FormatGuid(ids.other) == asked);
      entry.damage = DamageOf(record, faults);
      story_.records.push_back(std::move(entry));
    }
  }

  static std::vector<Story::Entry::Damage> DamageOf(const Record& record,
                                                    const Faults& faults) {
    std::vector<Story::Entry::Damage> damage;
    for (const FaultLabel& fault : faults.LabelsOf(record, faults.Of(record))) {
      const FaultInfo& info = Info(fault.kind);
      std::string what(info.name);
      if (!fault.field.empty()) what.append(" ").append(fault.field);
      what.append(": ").append(info.meaning);
      if (fault.by_ms) {
        const std::string by = FormatDuration(std::abs(*fault.by_ms));
        const SimTime again{record.delivery().ms + *fault.by_ms};
        what += fault.kind == FaultKind::kDuplicate
                    ? ", again at " + FormatTime(again)
                : fault.kind == FaultKind::kClockSkew
                    ? ", " + by + (*fault.by_ms < 0 ? " early" : " late")
                    : ", by " + by;
      }
      damage.push_back({std::move(what), std::string(info.name),
                        std::string(fault.field), fault.by_ms});
    }
    return damage;
  }

  void AddFact(std::string name, std::string value) {
    story_.facts.push_back({std::move(name), std::move(value)});
  }

  void AddFacts() {
    const Profile& profile = plan_.profile();
    const CallFacts facts = cast_.FactsOf(call_.key);
    AddFact("profile", profile.name + ", seed " + std::to_string(job_.seed));
    if (worlds_.size() > 1) {
      AddFact("resource", profile.resource.name + " in " +
                              profile.resource.region + ", group " +
                              profile.resource.group);
    }
    AddFact("flow", profile.flows[call_.flow].name +
                        (call_.inbound ? ", inbound" : ", outbound"));
    AddFact("attempted", FormatTime(At(call_.attempted_ms)));
    AddFact("answered",
            call_.legs.empty() ? "never" : FormatTime(At(call_.connected_ms)));
    AddFact("over", FormatTime(At(call_.ended_ms)));
    if (call_.queued_ms > 0 && plan_.agents != nullptr) {
      AddFact("agent", call_.agent_wait_ms == 0
                           ? "free at once"
                           : "free after " +
                                 FormatDuration(call_.agent_wait_ms) +
                                 " in the queue");
    }
    AddRedials();
    std::uint8_t last_epoch = 0;
    for (const Request& request : call_.requests) {
      last_epoch = std::max(last_epoch, request.correlation_epoch);
    }
    for (std::uint8_t epoch = 0; epoch <= last_epoch; ++epoch) {
      AddFact("CorrelationId",
              FormatGuid(cast_.CorrelationOf(call_.key, epoch)));
    }
    AddFact("CallConnectionId", FormatGuid(facts.connection));
    AddFact("ServerCallId", cast_.ServerCallIdOf(call_.key));
    if (const Effect* const failover = plan_.conditions.FailoverOf(
            call_.key.slot, call_.scope.stream_key)) {
      AddFact("region", std::string(cast_.RegionOf(cast_.NodeOf(call_.key))) +
                            ", moved by incident \"" + failover->name + '"');
    }
    if (!records_.empty()) {
      const ClientWords& client = words_.clients[call_.scope.client];
      AddFact("server", std::to_string(call_.scope.server + 1) + " of " +
                            std::to_string(plan_.servers.count()));
      AddFact("client", client.sdk_type + ' ' + client.sdk_version +
                            ", api-version " + client.api_version);
    }
  }

  // The calls of the same caller before and after this one.
  void AddRedials() {
    const CallKey key = call_.key;
    if (key.generation() > 0) {
      const CallKey before = key.Before();
      std::string why =
          "the call before " + std::string(Info(call_.cause.after).meaning);
      if (call_.cause.incident != nullptr) {
        why = "incident \"" + call_.cause.incident->name + "\"; " + why;
      }
      AddFact("calls again",
              "attempt " + std::to_string(key.generation() + 1) + ", " +
                  FormatDuration(call_.attempted_ms - call_.cause.ended_ms) +
                  " after the end of " +
                  FormatGuid(cast_.CorrelationOf(before, 0)) + ": " + why);
    }
    const CallKey first = key.First();
    const auto next = CallAfter(
        plan_, StreamKey(plan_.run().key, first.slot, first.ordinal), call_);
    if (next) {
      AddFact("called again",
              FormatTime(At(next->attempted_ms)) + ": " +
                  FormatGuid(cast_.CorrelationOf(key.Next(), 0)));
    }
  }

  void AddParticipants() {
    std::size_t number = 0;
    for (const Leg& leg : call_.legs) {
      Story::Participant participant;
      participant.kind = KindName(leg.kind);
      participant.joined_ms = SinceAnswer(leg.joined_ms);
      participant.left_ms = SinceAnswer(leg.left_ms);
      participant.id = cast_.ParticipantIdOf(call_, number++);
      story_.participants.push_back(std::move(participant));
    }
  }

  // The active incidents that affect the request, at that time.
  std::string Incidents(const Request& request, std::uint32_t ms) const {
    const Scope scope{call_.scope, request.operation, request.sub_operation};
    std::string names;
    for (const std::string_view name :
         plan_.conditions.InForce(At(ms), scope)) {
      names.append(names.empty() ? "incident \"" : ", \"")
          .append(name)
          .append("\"");
    }
    return names;
  }

  // Why more requests than usual fail at a time.
  std::string BadTime(std::uint32_t ms) const {
    const ServiceState state = plan_.bad_times.At(
        BadTimes::KeyOf(plan_.run().key), call_.scope.server, At(ms).ms);
    if (state.bad_minute) return "in a bad minute of the service";
    return state.bad_server ? "in a bad time of the server" : "";
  }

  std::string WhyRefused(const Request& request) const {
    const std::string incidents = Incidents(request, request.at_ms);
    const int status = words_.requests[request.status].status;
    if (status == 404 && call_.ended_ms <= request.at_ms) {
      return "the call was over";
    }
    if (!incidents.empty()) return "drawn; active: " + incidents;
    const std::string bad_time = BadTime(request.at_ms);
    if (!bad_time.empty() && status != 429 && status != 404) {
      return "drawn " + bad_time;
    }
    if (status == 429 &&
        Arrivals(plan_, plan_.run().key).ThrottledAt(call_.key.slot) > 0) {
      return "more calls in that second than the service accepts";
    }
    return "drawn from the shares of refused requests, or the object of the "
           "request did not exist";
  }

  std::string WhyMedia(const Media& media, const Request& request) const {
    const OutcomeInfo& outcome = Info(media.outcome);
    if (outcome.group == ResultType::kCompleted) return {};
    std::string why = "outcome " + std::string(outcome.name);
    if (outcome.group == ResultType::kCanceled) {
      return why + ": stopped by the end of the call or by another request";
    }
    why += outcome.service_failure
               ? ": the service failed"
               : ": the caller " + std::string(DoingOf(media.outcome));
    const std::string incidents = Incidents(request, request.at_ms);
    return incidents.empty() ? why : why + "; active: " + incidents;
  }

  void AddEvents() {
    std::uint16_t number = 0;
    for (const Request& request : call_.requests) {
      const RequestResult& result = words_.requests[request.status];
      Story::Event event;
      event.at_ms = SinceAnswer(request.at_ms);
      event.what =
          words_.operations[static_cast<std::size_t>(request.operation)];
      const std::string& sub = words_.sub_operations[request.sub_operation];
      if (!sub.empty()) event.what += ' ' + sub;
      event.what += ": " + std::to_string(result.status) + " after " +
                    std::to_string(request.duration_ms) + " ms";
      if (result.status >= 400) event.why = WhyRefused(request);
      const Guid id =
          cast_.OperationIdOf(call_.key, number++, request.operation);
      if (id != Guid{}) event.operation_id = FormatGuid(id);
      story_.events.push_back(event);
    }
    for (const Media& media : call_.media) {
      const Request& request = call_.requests[media.request];
      const MediaResult& result =
          words_.media[static_cast<std::size_t>(media.outcome)];
      Story::Event event;
      event.at_ms = SinceAnswer(request.answered_ms() + media.duration_ms);
      event.what =
          words_.operations[static_cast<std::size_t>(request.operation)] +
          " ended: " + std::string(ResultTypeName(result.type)) + ' ' +
          std::to_string(result.code) + '/' + std::to_string(result.subcode) +
          " after " + std::to_string(media.duration_ms) + " ms";
      event.why = WhyMedia(media, request);
      event.operation_id = story_.events[media.request].operation_id;
      story_.events.push_back(event);
    }
    for (const Note& note : call_.notes) {
      if (note.is_of_ring()) AddRing(note);
    }
    for (const Leg& leg : call_.legs) {
      const std::string who(KindName(leg.kind));
      story_.events.push_back(
          {SinceAnswer(leg.joined_ms), who + " joined", "", ""});
      story_.events.push_back(
          {SinceAnswer(leg.left_ms), who + " left", "", ""});
    }
    for (const StreamingSession& session : call_.sessions) {
      AddSession(session);
    }
    std::stable_sort(story_.events.begin(), story_.events.end(),
                     [](const Story::Event& a, const Story::Event& b) {
                       return a.at_ms < b.at_ms;
                     });
  }

  // What became of someone who was rung.
  void AddRing(const Note& note) {
    const Request& request = call_.requests[note.request];
    Story::Event event;
    event.at_ms = SinceAnswer(note.at_ms);
    event.what =
        words_.operations[static_cast<std::size_t>(request.operation)] + ": " +
        (note.outcome == Outcome::kCompleted
             ? "answered"
             : std::string(Info(note.outcome).name));
    event.operation_id = story_.events[note.request].operation_id;
    story_.events.push_back(event);
  }

  void AddSession(const StreamingSession& session) {
    const StreamingEndInfo& end = Info(session.end);
    const std::string what(Info(session.modality).name);
    std::string why(end.meaning);
    if (end.subcode != 0) why += " (" + std::to_string(end.subcode) + ')';
    story_.events.push_back(
        {SinceAnswer(session.began_ms), what + " session began", "", ""});
    story_.events.push_back(
        {SinceAnswer(session.ended_ms), what + " session ended", why, ""});
  }

  const Worlds& worlds_;
  const Plan& plan_;
  const Vocabulary& words_;
  const Cast& cast_;
  const Job& job_;
  const Call& call_;
  std::vector<Record> records_;
  Story story_;
};

bool IsIdCharacter(char c) {
  return IsLetterOrDigit(c) || c == '-' || c == '+' || c == '/' || c == '=';
}

}  // namespace

std::vector<std::string> IdsIn(std::string_view text) {
  constexpr std::size_t kShortest = 36;
  std::vector<std::string> ids;
  std::set<std::string> seen;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && IsIdCharacter(text[i])) continue;
    if (i - begin >= kShortest) {
      std::string id(text.substr(begin, i - begin));
      if (seen.insert(id).second) ids.push_back(std::move(id));
    }
    begin = i + 1;
  }
  return ids;
}

Story StoryOf(const Worlds& worlds, const Job& job, CallKey call,
              std::string_view asked) {
  Job every_log = job;
  every_log.logs.AddAll(LogSet::Default());
  every_log.start = {};  // also the records before it, and after the end
  every_log.cuts_off = false;
  Scribe scribe(worlds, every_log, /*takes_notes=*/true);
  const Call& simulated = scribe.SimulateCall(call);
  std::vector<Record> records;
  scribe.AppendRecords(0, records);
  return StoryWriter(worlds, job, simulated, std::move(records)).Write(asked);
}

}  // namespace busyhour::internal

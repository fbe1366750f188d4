// The streaming usage log: records of media streaming and transcription
// sessions that have ended. A session with mixed participants has one record.
// Any other session has one record for each participant, with the participant's
// time in it. Sources of each field: docs/logs.md.

#include "logs/streaming_usage.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "base/stream.h"
#include "logs/call_records.h"
#include "logs/cast.h"
#include "logs/shared_fields.h"
#include "logs/vocabulary.h"

namespace busyhour::internal {
namespace {

constexpr std::uint8_t kModalityAt =
    InPayload(offsetof(StreamingUsagePayload, modality));
constexpr std::uint8_t kDurationAt =
    InPayload(offsetof(StreamingUsagePayload, duration_ms));
static_assert(offsetof(StreamingUsagePayload, duration_ticks) ==
              offsetof(StreamingUsagePayload, duration_ms) + kTicksBehindMs);

// Calls `take` with each billed span of a session.
template <class Take>
void EachBilledSpan(const Call& call, const StreamingSession& session,
                    const Take& take) {
  if (!Info(session.modality).is_per_participant) {
    take(StreamedSpan{kNoParticipant, session.began_ms, session.ended_ms});
    return;
  }
  for (std::size_t i = 0; i < call.legs.size(); ++i) {
    const Leg& leg = call.legs[i];
    if (leg.kind == ParticipantKind::kApp) continue;
    const StreamedSpan span{static_cast<std::uint16_t>(i),
                            std::max(session.began_ms, leg.joined_ms),
                            std::min(session.ended_ms, leg.left_ms)};
    if (span.began_ms < span.ended_ms) take(span);
  }
}

void AddRecords(CallRecords& records) noexcept {
  const Call& call = records.call();
  std::uint16_t number = 0;
  for (const StreamingSession& session : call.sessions) {
    const std::uint16_t of_call = number++;
    EachBilledSpan(call, session, [&](const StreamedSpan& span) {
      const std::uint64_t index =
          std::uint64_t{of_call} << 16 | span.participant;
      const auto lag_ms =
          static_cast<std::uint32_t>((*records.plan().streaming_lag)(
              Draw(records.key(), Purpose::kStreamingLag, of_call)));
      Record* const record =
          records.Add(LogType::kStreamingUsage, true, session.ended_ms + lag_ms,
                      session.correlation_epoch);
      if (record == nullptr) return;
      record->Set(StreamingUsagePayload{
          span.began_ms, span.ended_ms - span.began_ms,
          static_cast<std::uint16_t>(
              PickBelow(Draw(records.key(), Purpose::kStreamingTicks, index),
                        kTicksPerMs)),
          of_call, span.participant,
          static_cast<std::uint8_t>(session.modality)});
    });
  }
}

void SetIds(const Cast& cast, const Record& record, RecordIds& ids) noexcept {
  const auto streamed = record.As<StreamingUsagePayload>();
  ids.id =
      cast.IdOf(IdKind::kStreamingSession, record.call(), streamed.session);
  ids.other = streamed.participant == kNoParticipant
                  ? Guid{}
                  : cast.IdOf(IdKind::kParticipant, record.call(),
                              streamed.participant);
}

std::uint32_t MaxLagMs(const Plan& plan) {
  return static_cast<std::uint32_t>(plan.streaming_lag->max());
}

std::string Summary(const Record& record, const Vocabulary&) {
  const auto streamed = record.As<StreamingUsagePayload>();
  return std::string(kModalities[streamed.modality].name) + ' ' +
         std::to_string(streamed.duration_ms) + " ms";
}

Texts ModalityNames() {
  Texts names;
  for (const ModalityInfo& info : kModalities) names.emplace_back(info.name);
  return names;
}

constexpr Field kOperationName{
    .meaning = "The kind of usage event.",
    .texts = [](const Vocabulary& words,
                LogType) { return Texts{words.streaming_operation_name}; },
    .tells = Field::Tells::kProfile,
};
constexpr Field kConnectionId{
    .kind = FieldKind::kConnectionId,
    .meaning = "The application's connection to the call.",
};
constexpr Field kModality{
    .at = kModalityAt,
    .meaning = "What was streamed.",
    .texts = [](const Vocabulary&, LogType) { return ModalityNames(); },
    .words = [](LogType) { return ModalityNames(); },
    .tells = Field::Tells::kProfile,
};
constexpr Field kStartTime{
    .kind = FieldKind::kTime,
    .at = InPayload(offsetof(StreamingUsagePayload, began_ms)),
    .meaning = "When the streaming began, or the participant came, UTC.",
    .tells = Field::Tells::kCourse,
};
constexpr Field kDuration{
    .kind = FieldKind::kFineMilliseconds,
    .at = kDurationAt,
    .meaning = "How long it was streamed, in ms.",
    .tells = Field::Tells::kCourse,
};
constexpr Field kSessionId{
    .kind = FieldKind::kOwnId,
    .meaning =
        "The session, from the start of streaming to its end; the same "
        "in the records of all its participants.",
};
constexpr Field kParticipantId{
    .kind = FieldKind::kOtherId,
    .meaning = "The participant who was streamed; empty for all together.",
    .may_be_empty = true,
};

constexpr Column kResourceLog[] = {
    {"time", &kTimeField},
    {"resourceId", &kResourceIdField},
    {"category", &kCategoryField},
    {"operationName", &kOperationName},
    {"correlationId", &kCorrelationIdField},
    {"callConnectionId", &kConnectionId, "properties"},
    {"streamingModality", &kModality, "properties"},
    {"streamingStartTime", &kStartTime, "properties"},
    {"streamingDurationInMs", &kDuration, "properties"},
    {"streamingSessionId", &kSessionId, "properties"},
    {"participantId", &kParticipantId, "properties"},
};

constexpr Column kTable[] = {
    {"TimeGenerated", &kTimeField},
    {"CorrelationId", &kCorrelationIdField},
    {"CallConnectionId", &kConnectionId},
    {"StreamingModality", &kModality},
    {"StreamingStartTime", &kStartTime},
    {"StreamingDurationInMs", &kDuration},
    {"StreamingSessionId", &kSessionId},
    {"ParticipantId", &kParticipantId},
};

}  // namespace

std::vector<StreamedSpan> BilledSpans(const Call& call,
                                      const StreamingSession& session) {
  std::vector<StreamedSpan> spans;
  EachBilledSpan(call, session,
                 [&spans](const StreamedSpan& span) { spans.push_back(span); });
  return spans;
}

constinit const Log kStreamingUsageLog{
    .add = AddRecords,
    .set_ids = SetIds,
    .own_kind = IdKind::kStreamingSession,
    .subject_at = InPayload(offsetof(StreamingUsagePayload, session)),
    .summary = Summary,
    .max_lag_ms = MaxLagMs,
    .resource_log = kResourceLog,
    .table = kTable,
    // The documentation page uses the names of the table's columns.
    .documented = kTable,
};

}  // namespace busyhour::internal

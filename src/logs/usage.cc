// The usage log: one record for each connected participant, written some time
// after it left, with the correlation id of the request that added it. The
// operational log therefore always contains this id. Sources of each field:
// docs/logs.md.

#include "logs/usage.h"

#include <cstddef>
#include <string>

#include "logs/call_records.h"
#include "logs/cast.h"
#include "logs/shared_fields.h"
#include "logs/vocabulary.h"

namespace busyhour::internal {
namespace {

constexpr std::uint8_t kKindAt = InPayload(offsetof(UsagePayload, kind));

void AddRecords(CallRecords& records) noexcept {
  const bool has_app_leg = records.plan().profile().usage.app_leg;
  std::uint16_t number = 0;
  for (const Leg& leg : records.call().legs) {
    const std::uint16_t participant = number++;
    if (leg.kind == ParticipantKind::kApp && !has_app_leg) continue;
    const std::uint64_t draw =
        Draw(records.key(), Purpose::kUsageLag, participant);
    Record* const record = records.Add(
        LogType::kUsage, true,
        leg.left_ms +
            static_cast<std::uint32_t>((*records.plan().usage_lag)(draw)),
        leg.correlation_epoch);
    if (record == nullptr) continue;
    record->Set(
        UsagePayload{leg.joined_ms, leg.left_ms, leg.left_ms - leg.joined_ms,
                     ParticipantCode(records.call(), participant).bits(),
                     static_cast<std::uint8_t>(leg.kind)});
  }
}

void SetIds(const Cast& cast, const Record& record, RecordIds& ids) noexcept {
  const auto billed = record.As<UsagePayload>();
  const ParticipantCode participant(billed.participant);
  ids.id = cast.IdOf(IdKind::kUsageRecord, record.call(), participant.index());
  ids.other =
      cast.IdOf(IdKind::kParticipant, record.call(), participant.index());
  cast.SetUser(record.call(), participant,
               static_cast<ParticipantKind>(billed.kind), ids);
}

std::uint32_t MaxLagMs(const Plan& plan) {
  return static_cast<std::uint32_t>(plan.usage_lag->max());
}

std::string Summary(const Record& record, const Vocabulary& words) {
  const auto billed = record.As<UsagePayload>();
  return words.usage_types[billed.kind] + ' ' +
         std::to_string(billed.connected_ms) + " ms";
}

constexpr Field kOperationName{
    .meaning = "The kind of usage event.",
    .texts = [](const Vocabulary& words,
                LogType) { return Texts{words.usage_operation_name}; },
    .tells = Field::Tells::kProfile,
};
constexpr Field kOperationVersion{
    .meaning = "Version of the usage event.",
    .texts = [](const Vocabulary& words,
                LogType) { return Texts{words.usage_operation_version}; },
    .tells = Field::Tells::kProfile,
};
constexpr Field kRecordId{
    .kind = FieldKind::kOwnId,
    .meaning = "Unique to this record.",
};
constexpr Field kUsageType{
    .at = kKindAt,
    .meaning = "The service that was used.",
    .texts = [](const Vocabulary& words, LogType) { return words.usage_types; },
};
constexpr Field kUnitType{
    .meaning = "What the quantity counts.",
    .texts = [](const Vocabulary& words,
                LogType) { return Texts{words.usage_unit}; },
};
constexpr Field kQuantity{
    .kind = FieldKind::kMinutes,
    .at = InPayload(offsetof(UsagePayload, connected_ms)),
    .meaning = "How much was used.",
    .tells = Field::Tells::kCourse,
};
constexpr Field kStartTime{
    .kind = FieldKind::kTime,
    .at = InPayload(offsetof(UsagePayload, joined_ms)),
    .meaning = "When the participant was connected, UTC.",
    .tells = Field::Tells::kProfile,
};
constexpr Field kEndTime{
    .kind = FieldKind::kTime,
    .at = InPayload(offsetof(UsagePayload, left_ms)),
    .meaning = "When the participant left, UTC.",
    .tells = Field::Tells::kCourse,
};
constexpr Field kParticipantId{
    .kind = FieldKind::kOtherId,
    .meaning = "The participant in this call.",
};
constexpr Field kUserIdA{
    .kind = FieldKind::kUserId,
    .at = kKindAt,
    .meaning = "Raw id of the user who took part.",
    .texts = [](const Vocabulary& words,
                LogType) { return words.user_prefixes; },
};
constexpr Field kUserIdB{
    .at = kKindAt,
    .meaning = "Raw id of the user at the other end, if there is one.",
    .texts = [](const Vocabulary& words, LogType) { return words.user_b; },
    .pattern = kUserPattern,
    .may_be_empty = true,
};

constexpr Column kResourceLog[] = {
    {"time", &kTimeField},
    {"resourceId", &kResourceIdField},
    {"category", &kCategoryField},
    {"operationName", &kOperationName},
    {"operationVersion", &kOperationVersion},
    {"correlationId", &kCorrelationIdField},
    {"recordId", &kRecordId, "properties"},
    {"usageType", &kUsageType, "properties"},
    {"unitType", &kUnitType, "properties"},
    {"quantity", &kQuantity, "properties"},
    {"startTime", &kStartTime, "properties"},
    {"endTime", &kEndTime, "properties"},
    {"participantId", &kParticipantId, "properties"},
    {"userIdA", &kUserIdA, "properties"},
    {"userIdB", &kUserIdB, "properties"},
};

constexpr Column kTable[] = {
    {"TimeGenerated", &kTimeField},
    {"OperationName", &kOperationName},
    {"OperationVersion", &kOperationVersion},
    {"Category", &kCategoryField},
    {"CorrelationId", &kCorrelationIdField},
    {"RecordId", &kRecordId},
    {"UsageType", &kUsageType},
    {"UnitType", &kUnitType},
    {"Quantity", &kQuantity},
    {"StartTime", &kStartTime},
    {"EndTime", &kEndTime},
    {"ParticipantId", &kParticipantId},
    {"UserIdA", &kUserIdA},
    {"UserIdB", &kUserIdB},
};

constexpr Column kDocumented[] = {
    {"Timestamp", &kTimeField},
    {"OperationName", &kOperationName},
    {"OperationVersion", &kOperationVersion},
    {"Category", &kCategoryField},
    {"CorrelationID", &kCorrelationIdField},
    {"startTime", &kStartTime, "Properties"},
    {"endTime", &kEndTime, "Properties"},
    {"participantId", &kParticipantId, "Properties"},
    {"userIdA", &kUserIdA, "Properties"},
    {"userIdB", &kUserIdB, "Properties"},
    {"RecordID", &kRecordId},
    {"UsageType", &kUsageType},
    {"UnitType", &kUnitType},
    {"Quantity", &kQuantity},
};

}  // namespace

constinit const Log kUsageLog{
    .add = AddRecords,
    .set_ids = SetIds,
    .own_kind = IdKind::kUsageRecord,
    .subject_at = InPayload(offsetof(UsagePayload, participant)),
    .subject_is_participant = true,
    .summary = Summary,
    .max_lag_ms = MaxLagMs,
    .resource_log = kResourceLog,
    .table = kTable,
    .documented = kDocumented,
};

}  // namespace busyhour::internal

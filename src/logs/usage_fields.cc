#include "logs/log_fields.h"

// The log of what is billed. Sources, field by field: docs/logs.md.

namespace busyhour {
namespace {

using enum Field;
using enum Type;

constexpr Column kResourceLogColumns[] = {
    {"time", kTime, kDatetime},
    {"resourceId", kResourceId},
    {"category", kCategory},
    {"operationName", kOperationName},
    {"operationVersion", kOperationVersion},
    {"correlationId", kCorrelationId},
    {"recordId", kRecordId, kString, "properties"},
    {"usageType", kUsageType, kString, "properties"},
    {"unitType", kUnitType, kString, "properties"},
    {"quantity", kQuantity, kReal, "properties"},
    {"startTime", kStartTime, kDatetime, "properties"},
    {"endTime", kEndTime, kDatetime, "properties"},
    {"participantId", kParticipantId, kString, "properties"},
    {"userIdA", kUserIdA, kString, "properties"},
    {"userIdB", kUserIdB, kString, "properties"},
};

constexpr Column kTableColumns[] = {
    {"TimeGenerated", kTime, kDatetime},
    {"OperationName", kOperationName},
    {"OperationVersion", kOperationVersion},
    {"Category", kCategory},
    {"CorrelationId", kCorrelationId},
    {"RecordId", kRecordId},
    {"UsageType", kUsageType},
    {"UnitType", kUnitType},
    {"Quantity", kQuantity, kReal},
    {"StartTime", kStartTime, kDatetime},
    {"EndTime", kEndTime, kDatetime},
    {"ParticipantId", kParticipantId},
    {"UserIdA", kUserIdA},
    {"UserIdB", kUserIdB},
    {"TenantId", kWorkspaceId},
    {"SourceSystem", kSourceSystem},
    {"Type", kTableName},
    {"_ResourceId", kTableResourceId},
    {"_SubscriptionId", kSubscriptionId},
    {"_BilledSize", kBilledSize, kReal},
    {"_IsBillable", kIsBillable},
};

constexpr Column kPortalColumns[] = {
    {"TimeGenerated [UTC]", kTime},
    {"OperationName", kOperationName},
    {"OperationVersion", kOperationVersion},
    {"Category", kCategory},
    {"CorrelationId", kCorrelationId},
    {"RecordId", kRecordId},
    {"UsageType", kUsageType},
    {"UnitType", kUnitType},
    {"Quantity", kQuantity},
    {"StartTime [UTC]", kStartTime},
    {"EndTime [UTC]", kEndTime},
    {"ParticipantId", kParticipantId},
    {"UserIdA", kUserIdA},
    {"UserIdB", kUserIdB},
};

constexpr Column kDocumentedColumns[] = {
    {"Timestamp", kTime, kDatetime},
    {"OperationName", kOperationName},
    {"OperationVersion", kOperationVersion},
    {"Category", kCategory},
    {"CorrelationID", kCorrelationId},
    {"startTime", kStartTime, kDatetime, "Properties"},
    {"endTime", kEndTime, kDatetime, "Properties"},
    {"participantId", kParticipantId, kString, "Properties"},
    {"userIdA", kUserIdA, kString, "Properties"},
    {"userIdB", kUserIdB, kString, "Properties"},
    {"RecordID", kRecordId},
    {"UsageType", kUsageType},
    {"UnitType", kUnitType},
    {"Quantity", kQuantity, kReal},
};

}  // namespace

constinit const LogFields kUsageFields = {
    {LogType::kUsage, "usage", "Usage", "ACSBillingUsage"},
    {{kResourceLogColumns, kTableColumns, kPortalColumns, kDocumentedColumns}}};

}  // namespace busyhour

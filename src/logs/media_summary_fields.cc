#include "logs/log_fields.h"

// The log of how plays and recognizes ended. Sources, field by field:
// docs/logs.md.

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
    {"resultType", kResultType},
    {"resultSignature", kResultSignature},
    {"durationMs", kDurationMs, kInteger},
    {"callerIpAddress", kCallerIpAddress},
    {"correlationId", kCorrelationId},
    {"level", kLevel},
    {"operationId", kOperationId, kString, "properties"},
    {"recognizePromptSubOperationName", kPromptSource, kString, "properties"},
    {"playInLoop", kInLoop, kBoolean, "properties"},
    {"playToParticipant", kToParticipant, kBoolean, "properties"},
    {"interrupted", kInterrupted, kBoolean, "properties"},
    {"resultCode", kResultCode, kInteger, "properties"},
    {"resultSubcode", kResultSubcode, kInteger, "properties"},
    {"resultMessage", kResultMessage, kString, "properties"},
};

constexpr Column kTableColumns[] = {
    {"TimeGenerated", kTime, kDatetime},
    {"Level", kLevel},
    {"CorrelationId", kCorrelationId},
    {"ResultType", kResultType},
    {"OperationName", kOperationName},
    {"OperationId", kOperationId},
    {"PlayInLoop", kInLoop, kBoolean},
    {"PlayToParticipant", kToParticipant, kBoolean},
    {"PlayInterrupted", kInterrupted, kBoolean},
    {"RecognizePromptSubOperationName", kPromptSource},
    {"ResultCode", kResultCode, kInteger},
    {"ResultSubcode", kResultSubcode, kInteger},
    {"ResultMessage", kResultMessage},
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
    {"Level", kLevel},
    {"CorrelationId", kCorrelationId},
    {"ResultType", kResultType},
    {"OperationName", kOperationName},
    {"OperationId", kOperationId},
    {"PlayInLoop", kInLoop},
    {"PlayToParticipant", kToParticipant},
    {"PlayInterrupted", kInterrupted},
    {"RecognizePromptSubOperationName", kPromptSource},
    {"ResultCode", kResultCode},
    {"ResultSubcode", kResultSubcode},
    {"ResultMessage", kResultMessage},
};

constexpr Column kDocumentedColumns[] = {
    {"TimeGenerated", kTime, kDatetime},
    {"level", kLevel},
    {"resourceId", kResourceId},
    {"durationMs", kDurationMs, kInteger},
    {"callerIpAddress", kCallerIpAddress},
    {"correlationId", kCorrelationId},
    {"operationName", kOperationName},
    {"operationVersion", kOperationVersion},
    {"resultType", kResultType},
    {"resultSignature", kResultSignature},
    {"operationId", kOperationId},
    {"recognizePromptSubOperationName", kPromptSource},
    {"playInLoop", kInLoop, kBoolean},
    {"playToParticipant", kToParticipant, kBoolean},
    {"interrupted", kInterrupted, kBoolean},
    {"resultCode", kResultCode, kInteger},
    {"resultSubcode", kResultSubcode, kInteger},
    {"resultMessage", kResultMessage},
};

}  // namespace

constinit const LogFields kMediaSummaryFields = {
    {LogType::kMediaSummary, "media_summary", "CallAutomationMediaSummary",
     "ACSCallAutomationMediaSummary"},
    {{kResourceLogColumns, kTableColumns, kPortalColumns, kDocumentedColumns}}};

}  // namespace busyhour

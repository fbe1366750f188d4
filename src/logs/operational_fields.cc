#include "logs/log_fields.h"

// The log of requests. Sources, field by field: docs/logs.md.

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
    {"uri", kUri, kString, "properties"},
    {"callConnectionId", kCallConnectionId, kString, "properties"},
    {"serverCallId", kServerCallId, kString, "properties"},
    {"sdkVersion", kSdkVersion, kString, "properties"},
    {"sdkType", kSdkType, kString, "properties"},
    {"subOperationName", kSubOperationName, kString, "properties"},
    {"operationId", kOperationId, kString, "properties"},
};

constexpr Column kTableColumns[] = {
    {"TimeGenerated", kTime, kDatetime},
    {"Level", kLevel},
    {"CorrelationId", kCorrelationId},
    {"OperationName", kOperationName},
    {"OperationVersion", kOperationVersion},
    {"URI", kUri},
    {"ResultType", kResultType},
    {"ResultSignature", kResultSignature, kInteger},
    {"DurationMs", kDurationMs, kInteger},
    {"CallerIpAddress", kCallerIpAddress},
    {"CallConnectionId", kCallConnectionId},
    {"ServerCallId", kServerCallId},
    {"SdkVersion", kSdkVersion},
    {"SdkType", kSdkType},
    {"SubOperationName", kSubOperationName},
    {"OperationId", kOperationId},
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
    {"OperationName", kOperationName},
    {"OperationVersion", kOperationVersion},
    {"URI", kUri},
    {"ResultType", kResultType},
    {"ResultSignature", kResultSignature},
    {"DurationMs", kDurationMs},
    {"CallerIpAddress", kCallerIpAddress},
    {"CallConnectionId", kCallConnectionId},
    {"ServerCallId", kServerCallId},
    {"SdkVersion", kSdkVersion},
    {"SdkType", kSdkType},
    {"SubOperationName", kSubOperationName},
    {"OperationId", kOperationId},
};

constexpr Column kDocumentedColumns[] = {
    {"TimeGenerated", kTime, kDatetime},
    {"OperationName", kOperationName},
    {"CorrelationID", kCorrelationId},
    {"OperationVersion", kOperationVersion},
    {"Category", kCategory},
    {"ResultType", kResultType},
    {"ResultSignature", kResultSignature},
    {"DurationMs", kDurationMs, kInteger},
    {"CallerIpAddress", kCallerIpAddress},
    {"Level", kLevel},
    {"URI", kUri},
    {"CallConnectionId", kCallConnectionId},
    {"ServerCallId", kServerCallId},
    {"SDKVersion", kSdkVersion},
    {"SDKType", kSdkType},
    {"SubOperationName", kSubOperationName},
    {"operationID", kOperationId},
};

}  // namespace

constinit const LogFields kOperationalFields = {
    {LogType::kOperational, "operational", "CallAutomationOperational",
     "ACSCallAutomationIncomingOperations"},
    {{kResourceLogColumns, kTableColumns, kPortalColumns, kDocumentedColumns}}};

}  // namespace busyhour

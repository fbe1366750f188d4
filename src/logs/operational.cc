// The operational log: one record for each request, when it was answered.
// Sources of each field: docs/logs.md.

#include "logs/operational.h"

#include <cstddef>
#include <string>
#include <vector>

#include "catalog/operations.h"
#include "catalog/statuses.h"
#include "logs/call_records.h"
#include "logs/cast.h"
#include "logs/shared_fields.h"
#include "logs/vocabulary.h"

namespace busyhour::internal {
namespace {

constexpr std::uint8_t kOperationAt =
    InPayload(offsetof(OperationalPayload, operation));
constexpr std::uint8_t kStatusAt =
    InPayload(offsetof(OperationalPayload, status));
constexpr std::uint8_t kSubOperationAt =
    InPayload(offsetof(OperationalPayload, sub_operation));
constexpr std::uint8_t kClientAt =
    InPayload(offsetof(OperationalPayload, client));
constexpr std::uint8_t kNodeAt = InPayload(offsetof(OperationalPayload, node));

void AddRecords(CallRecords& records) noexcept {
  const bool has_recording_operations =
      records.plan().profile().assumptions.recording_operations;
  std::uint16_t number = 0;
  for (const Request& request : records.call().requests) {
    const std::uint16_t which = number++;
    if (!has_recording_operations && IsRecording(request.operation)) continue;
    Record* const record =
        records.Add(LogType::kOperational, request.connected,
                    request.answered_ms(), request.correlation_epoch);
    if (record == nullptr) continue;
    record->Set(OperationalPayload{request.duration_ms, which,
                                   static_cast<std::uint8_t>(request.operation),
                                   request.status, request.sub_operation,
                                   records.client(), records.NodeOf(request)});
  }
}

void SetIds(const Cast& cast, const Record& record, RecordIds& ids) noexcept {
  const auto answered = record.As<OperationalPayload>();
  ids.id = cast.OperationIdOf(record.call(), answered.request,
                              static_cast<Operation>(answered.operation));
}

std::vector<ResultType> EndingOfStatus(const Vocabulary& words) {
  std::vector<ResultType> endings(words.requests.size(), ResultType::kFailed);
  std::fill_n(endings.begin(), kSuccessStatusCount, ResultType::kCompleted);
  return endings;
}

constexpr Field kLevel = RequestLevelField(kStatusAt);
constexpr Field kOperationName{
    .at = kOperationAt,
    .meaning = "The request.",
    .texts = [](const Vocabulary& words, LogType) { return words.operations; },
    .words =
        [](LogType) {
          Texts names;
          for (const OperationInfo& info : Operations()) {
            names.emplace_back(info.name);
          }
          return names;
        },
    .tells = Field::Tells::kProfile,
};
constexpr Field kOperationVersion = ApiVersionField(kClientAt);
constexpr Field kResultType{
    .at = kStatusAt,
    .meaning = "Whether it was accepted.",
    .texts =
        [](const Vocabulary& words, LogType) {
          return TextsOfByte(words.requests.size(), [&](std::size_t status) {
            return words.requests[status].type;
          });
        },
    .words =
        [](LogType) {
          return Texts{"Succeeded", "Failed"};
        },
    .tells = Field::Tells::kProfile,
};
constexpr Field kResultSignature = StatusField(kStatusAt);
constexpr Field kDurationMs =
    AnswerTimeField(InPayload(offsetof(OperationalPayload, duration_ms)));
constexpr Field kUri{
    .meaning = "Host that the request went to.",
    .texts = [](const Vocabulary& words, LogType) { return Texts{words.host}; },
    .pattern = "[a-z0-9-]+(\\.[a-z0-9-]+)+",
    .tells = Field::Tells::kResource,
};
constexpr Field kServerCallId = ServerCallIdField(kNodeAt);
constexpr Field kSdkVersion = SdkVersionField(kClientAt);
constexpr Field kSdkType = SdkTypeField(kClientAt);
constexpr Field kSubOperationName{
    .at = kSubOperationAt,
    .meaning = "What a play plays, or a recognize listens for; else empty.",
    .texts = [](const Vocabulary& words,
                LogType) { return words.sub_operations; },
    .words =
        [](LogType) {
          Texts names = SourceWords();
          for (std::size_t i = 1; i < kInputCount; ++i) {
            names.emplace_back(InputName(static_cast<Input>(i)));
          }
          return names;
        },
    .may_be_empty = true,
    .tells = Field::Tells::kProfile,
};
constexpr Field kOperationId = OperationIdField(/*may_be_empty=*/true);

constexpr Column kResourceLog[] = {
    {"time", &kTimeField},
    {"resourceId", &kResourceIdField},
    {"category", &kCategoryField},
    {"operationName", &kOperationName},
    {"operationVersion", &kOperationVersion},
    {"resultType", &kResultType},
    {"resultSignature", &kResultSignature, "", Type::kString},
    {"durationMs", &kDurationMs},
    {"callerIpAddress", &kCallerAddressField},
    {"correlationId", &kCorrelationIdField},
    {"level", &kLevel},
    {"uri", &kUri, "properties"},
    {"callConnectionId", &kCallConnectionIdField, "properties"},
    {"serverCallId", &kServerCallId, "properties"},
    {"sdkVersion", &kSdkVersion, "properties"},
    {"sdkType", &kSdkType, "properties"},
    {"subOperationName", &kSubOperationName, "properties"},
    {"operationId", &kOperationId, "properties"},
};

constexpr Column kTable[] = {
    {"TimeGenerated", &kTimeField},
    {"Level", &kLevel},
    {"CorrelationId", &kCorrelationIdField},
    {"OperationName", &kOperationName},
    {"OperationVersion", &kOperationVersion},
    {"URI", &kUri},
    {"ResultType", &kResultType},
    {"ResultSignature", &kResultSignature},
    {"DurationMs", &kDurationMs},
    {"CallerIpAddress", &kCallerAddressField},
    {"CallConnectionId", &kCallConnectionIdField},
    {"ServerCallId", &kServerCallId},
    {"SdkVersion", &kSdkVersion},
    {"SdkType", &kSdkType},
    {"SubOperationName", &kSubOperationName},
    {"OperationId", &kOperationId},
};

constexpr Column kDocumented[] = {
    {"TimeGenerated", &kTimeField},
    {"OperationName", &kOperationName},
    {"CorrelationID", &kCorrelationIdField},
    {"OperationVersion", &kOperationVersion},
    {"Category", &kCategoryField},
    {"ResultType", &kResultType},
    {"ResultSignature", &kResultSignature, "", Type::kString},
    {"DurationMs", &kDurationMs},
    {"CallerIpAddress", &kCallerAddressField},
    {"Level", &kLevel},
    {"URI", &kUri},
    {"CallConnectionId", &kCallConnectionIdField},
    {"ServerCallId", &kServerCallId},
    {"SDKVersion", &kSdkVersion},
    {"SDKType", &kSdkType},
    {"SubOperationName", &kSubOperationName},
    {"operationID", &kOperationId},
};

}  // namespace

constinit const Log kOperationalLog{
    .add = AddRecords,
    .set_ids = SetIds,
    .own_kind = IdKind::kOperation,
    .subject_at = InPayload(offsetof(OperationalPayload, request)),
    .summary = RequestSummary<OperationalPayload>,
    .endings = {.at = kStatusAt,
                .of = EndingOfStatus,
                .failed_key = "failed_requests",
                .noun = "requests"},
    .resource_log = kResourceLog,
    .table = kTable,
    .documented = kDocumented,
};

}  // namespace busyhour::internal

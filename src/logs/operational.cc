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

namespace busyhour {
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
  std::uint16_t number = 0;
  for (const Request& request : records.call().requests) {
    const std::uint16_t which = number++;
    if (!records.plan().profile().assumptions.recording_operations &&
        IsRecording(request.operation)) {
      continue;
    }
    Record* const record =
        records.Add(LogType::kOperational, request.connected,
                    request.answered_ms(), request.correlation_epoch);
    if (record == nullptr) continue;
    // An outbound call has no id before it is accepted; an inbound call always
    // has one.
    const bool has_server_call = request.connected || records.call().inbound;
    record->Set(OperationalPayload{request.duration_ms, which,
                                   static_cast<std::uint8_t>(request.operation),
                                   request.status, request.sub_operation,
                                   records.client(),
                                   has_server_call ? records.node() : kNoNode});
  }
}

void SetIds(const Cast& cast, const Record& record, RecordIds& ids) noexcept {
  const auto answered = record.As<OperationalPayload>();
  ids.id = cast.OperationIdOf(record.call(), answered.request,
                              static_cast<Operation>(answered.operation));
}

std::string Summary(const Record& record, const Vocabulary& words) {
  const auto answered = record.As<OperationalPayload>();
  return words.operations[answered.operation] + ' ' +
         std::to_string(words.requests[answered.status].status);
}

std::vector<ResultType> EndingOfStatus(const Vocabulary& words) {
  std::vector<ResultType> endings(words.requests.size(), ResultType::kFailed);
  std::fill_n(endings.begin(), kSuccessStatusCount, ResultType::kCompleted);
  return endings;
}

template <class TextOf>
Texts OfRequests(const Vocabulary& words, TextOf text_of) {
  Texts texts;
  for (const RequestResult& result : words.requests) {
    texts.emplace_back(text_of(result));
  }
  return texts;
}

constexpr Field kLevel{
    .at = kStatusAt,
    .meaning = "How serious it is.",
    .texts =
        [](const Vocabulary& words, LogType) {
          return OfRequests(words, [](const auto& each) { return each.level; });
        },
    .words = LevelWords,
};
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
          return OfRequests(words, [](const auto& each) { return each.type; });
        },
    .words =
        [](LogType) {
          return Texts{"Succeeded", "Failed"};
        },
    .tells = Field::Tells::kProfile,
};
constexpr Field kResultSignature{
    .kind = FieldKind::kNumber,
    .at = kStatusAt,
    .meaning = "HTTP status of the answer.",
    .texts =
        [](const Vocabulary& words, LogType) {
          return OfRequests(words, [](const auto& each) {
            return std::to_string(each.status);
          });
        },
    .pattern = "[1-5][0-9]{2}",
    .tells = Field::Tells::kProfile,
};
constexpr Field kDurationMs{
    .kind = FieldKind::kMilliseconds,
    .at = InPayload(offsetof(OperationalPayload, duration_ms)),
    .meaning = "Time until the answer, in milliseconds.",
    .tells = Field::Tells::kProfile,
};
constexpr Field kUri{
    .meaning = "Host that the request went to.",
    .texts = [](const Vocabulary& words, LogType) { return Texts{words.host}; },
    .pattern = "[a-z0-9-]+(\\.[a-z0-9-]+)+",
    .tells = Field::Tells::kResource,
};
constexpr Field kCallConnectionId{
    .kind = FieldKind::kConnectionId,
    .meaning =
        "The application's connection to the call; empty when there was "
        "none.",
    .may_be_empty = true,
};
constexpr Field kServerCallId{
    .kind = FieldKind::kServerCallId,
    .at = kNodeAt,
    .meaning =
        "The call, as the service knows it: Base64 of a URL; empty when "
        "there was no call.",
    .texts = [](const Vocabulary& words,
                LogType) { return words.server_call_heads; },
    .pattern = "([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
    .may_be_empty = true,
    .tells = Field::Tells::kProfile,
};
constexpr Field kSdkVersion{
    .at = kClientAt,
    .meaning = "Version of the SDK; empty when unknown.",
    .texts =
        [](const Vocabulary& words, LogType) {
          return OfClients(words, &ClientWords::sdk_version);
        },
    .may_be_empty = true,
    .tells = Field::Tells::kProfile,
};
constexpr Field kSdkType{
    .at = kClientAt,
    .meaning = "Language of the SDK; empty when unknown.",
    .texts = [](const Vocabulary& words,
                LogType) { return OfClients(words, &ClientWords::sdk_type); },
    .may_be_empty = true,
    .tells = Field::Tells::kProfile,
};
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
constexpr Field kOperationId{
    .kind = FieldKind::kOwnId,
    .meaning = "Joins a request with its media summary.",
    .may_be_empty = true,
};

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
    {"callConnectionId", &kCallConnectionId, "properties"},
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
    {"CallConnectionId", &kCallConnectionId},
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
    {"CallConnectionId", &kCallConnectionId},
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
    .summary = Summary,
    .endings = {.at = kStatusAt,
                .of = EndingOfStatus,
                .failed_key = "failed_requests",
                .noun = "requests"},
    .resource_log = kResourceLog,
    .table = kTable,
    .documented = kDocumented,
};

}  // namespace busyhour

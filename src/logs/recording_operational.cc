// The recording operations log: one record for each request to the recording
// interface, when it was answered. The operational log may have the same
// requests. Sources of each field: docs/logs.md.

#include "logs/recording_operational.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/operations.h"
#include "catalog/statuses.h"
#include "logs/call_records.h"
#include "logs/cast.h"
#include "logs/shared_fields.h"
#include "logs/vocabulary.h"
#include "scenario/recordings.h"

namespace busyhour::internal {
namespace {

struct RecordingAction {
  Operation operation;
  std::string_view long_name;
  /// The end of the path in the URL.
  std::string_view path;
};

// Source of the paths: the generated clients of the SDK; of the long names:
// ResumeCallRecording in a sample of Azure's page, the others by analogy.
constexpr std::array<RecordingAction, 5> kActions = {{
    {Operation::kStartRecording, "StartCallRecording", ""},
    {Operation::kGetRecordingProperties, "GetCallRecordingProperties", ""},
    {Operation::kPauseRecording, "PauseCallRecording", ":pause"},
    {Operation::kResumeRecording, "ResumeCallRecording", ":resume"},
    {Operation::kStopRecording, "StopCallRecording", ""},
}};
constexpr std::size_t kUrlActions = kActions.size();

constexpr std::uint8_t kOperationAt =
    InPayload(offsetof(RecordingOperationalPayload, operation));
constexpr std::uint8_t kStatusAt =
    InPayload(offsetof(RecordingOperationalPayload, status));
constexpr std::uint8_t kClientAt =
    InPayload(offsetof(RecordingOperationalPayload, client));
constexpr std::uint8_t kNodeAt =
    InPayload(offsetof(RecordingOperationalPayload, node));
constexpr std::uint8_t kUrlAt =
    InPayload(offsetof(RecordingOperationalPayload, url));

std::uint8_t ActionOf(Operation operation) noexcept {
  const auto* const action = std::find_if(
      kActions.begin(), kActions.end(),
      [operation](const auto& each) { return each.operation == operation; });
  return static_cast<std::uint8_t>(action - kActions.begin());
}

void AddRecords(CallRecords& records) noexcept {
  RecordingWalk walk;
  std::uint16_t number = 0;
  for (const Request& request : records.call().requests) {
    const std::uint16_t which = number++;
    if (!IsRecording(request.operation)) continue;
    const std::uint16_t recording = walk.Follow(request);
    Record* const record =
        records.Add(LogType::kRecordingOperational, request.connected,
                    request.answered_ms(), request.correlation_epoch);
    if (record == nullptr) continue;
    record->Set(RecordingOperationalPayload{
        request.duration_ms, which, recording,
        static_cast<std::uint8_t>(request.operation), request.status,
        records.client(), records.NodeOf(request),
        static_cast<std::uint8_t>(records.client() * kUrlActions +
                                  ActionOf(request.operation))});
  }
}

// The URL of a request to start a recording has no id.
void SetIds(const Cast& cast, const Record& record, RecordIds& ids) noexcept {
  const auto answered = record.As<RecordingOperationalPayload>();
  ids = {};
  if (static_cast<Operation>(answered.operation) ==
      Operation::kStartRecording) {
    return;
  }
  ids.id = cast.IdOf(IdKind::kRecording, record.call(), answered.recording);
  ids.other = cast.RecorderOf(record.call());
}

Texts OperationTexts(const Vocabulary& words, LogType) {
  Texts names = words.operations;
  if (!words.profile->recordings.long_operation_names) return names;
  for (const RecordingAction& action : kActions) {
    names[static_cast<std::size_t>(action.operation)] = action.long_name;
  }
  return names;
}

Texts UrlTexts(const Vocabulary& words, LogType) {
  return TextsOfByte(words.clients.size() * kUrlActions, [&](std::size_t url) {
    const bool is_start =
        kActions[url % kUrlActions].operation == Operation::kStartRecording;
    return "https://" + words.host + "/calling/recordings" +
           (is_start ? "" : "/");
  });
}
Texts AfterIdTexts(const Vocabulary& words, LogType) {
  return TextsOfByte(words.clients.size() * kUrlActions, [&](std::size_t url) {
    return std::string(kActions[url % kUrlActions].path) +
           "?api-version=" + words.clients[url / kUrlActions].api_version;
  });
}

constexpr Field kLevel = RequestLevelField(kStatusAt);
constexpr Field kOperationName{
    .at = kOperationAt,
    .meaning = "The request.",
    .texts = OperationTexts,
    .words =
        [](LogType) {
          Texts names;
          for (const RecordingAction& action : kActions) {
            names.emplace_back(Info(action.operation).name);
            names.emplace_back(action.long_name);
          }
          return names;
        },
    .tells = Field::Tells::kProfile,
};
constexpr Field kOperationVersion = ApiVersionField(kClientAt);
constexpr Field kUri{
    .kind = FieldKind::kRecordingId,
    .at = kUrlAt,
    .meaning = "URL of the request, with the id of the recording.",
    .texts = UrlTexts,
    .after = AfterIdTexts,
    .after_at = kUrlAt,
    .pattern =
        "https://[a-z0-9.-]+/calling/recordings"
        "(/[A-Za-z0-9+/]{162}(:pause|:resume)?)?"
        "\\?api-version=[A-Za-z0-9._+-]+",
    .tells = Field::Tells::kResource,
};
constexpr Field kResultType{
    .at = kStatusAt,
    .meaning = "Whether it was accepted.",
    .texts =
        [](const Vocabulary& words, LogType) {
          return TextsOfByte(words.requests.size(), [&](std::size_t status) {
            return status < kSuccessStatusCount
                       ? std::string(words.requests[status].type)
                       : words.profile->recordings.failure_word;
          });
        },
    .tells = Field::Tells::kProfile,
};
constexpr Field kResultSignature = StatusField(kStatusAt);
constexpr Field kDurationMs = AnswerTimeField(
    InPayload(offsetof(RecordingOperationalPayload, duration_ms)));
constexpr Field kServerCallId = ServerCallIdField(kNodeAt);
constexpr Field kSdkVersion = SdkVersionField(kClientAt);
constexpr Field kSdkType = SdkTypeField(kClientAt);

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
};

constexpr Column kDocumented[] = {
    {"timeGenerated", &kTimeField},
    {"callConnectionId", &kCallConnectionIdField},
    {"callerIpAddress", &kCallerAddressField},
    {"correlationId", &kCorrelationIdField},
    {"durationMs", &kDurationMs},
    {"level", &kLevel},
    {"operationName", &kOperationName},
    {"operationVersion", &kOperationVersion},
    {"resourceId", &kResourceIdField},
    {"resultSignature", &kResultSignature},
    {"resultType", &kResultType},
    {"sdkType", &kSdkType},
    {"sdkVersion", &kSdkVersion},
    {"serverCallId", &kServerCallId},
    {"URI", &kUri},
};

}  // namespace

constinit const Log kRecordingOperationalLog{
    .add = AddRecords,
    .set_ids = SetIds,
    // No field is an id of the record itself.
    .own_kind = IdKind::kOperation,
    .subject_at = InPayload(offsetof(RecordingOperationalPayload, request)),
    .summary = RequestSummary<RecordingOperationalPayload>,
    .resource_log = kResourceLog,
    .table = kTable,
    .documented = kDocumented,
};

}  // namespace busyhour::internal

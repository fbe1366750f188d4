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

namespace busyhour {
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
    const bool has_server_call = request.connected || records.call().inbound;
    record->Set(RecordingOperationalPayload{
        request.duration_ms, which, recording,
        static_cast<std::uint8_t>(request.operation), request.status,
        records.client(), has_server_call ? records.node() : kNoNode,
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

std::string Summary(const Record& record, const Vocabulary& words) {
  const auto answered = record.As<RecordingOperationalPayload>();
  return words.operations[answered.operation] + ' ' +
         std::to_string(words.requests[answered.status].status);
}

template <class TextOf>
Texts OfRequests(const Vocabulary& words, TextOf text_of) {
  Texts texts;
  for (const RequestResult& result : words.requests) {
    texts.emplace_back(text_of(result));
  }
  return texts;
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
    .at = InPayload(offsetof(RecordingOperationalPayload, duration_ms)),
    .meaning = "Time until the answer, in milliseconds.",
    .tells = Field::Tells::kProfile,
};
constexpr Field kCallConnectionId{
    .kind = FieldKind::kConnectionId,
    .meaning =
        "The application's connection to the call; empty when there "
        "was none.",
    .may_be_empty = true,
};
constexpr Field kServerCallId{
    .kind = FieldKind::kServerCallId,
    .at = kNodeAt,
    .meaning =
        "The call, as the service knows it: Base64 of a URL; empty "
        "when there was no call.",
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
};

constexpr Column kDocumented[] = {
    {"timeGenerated", &kTimeField},
    {"callConnectionId", &kCallConnectionId},
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
    .summary = Summary,
    .resource_log = kResourceLog,
    .table = kTable,
    .documented = kDocumented,
};

}  // namespace busyhour

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "logs/call_log_fields.h"
#include "logs/call_records.h"
#include "logs/shared_fields.h"
#include "profile/profile.h"

// What the logs of call summaries and of their updates have in common: the
// payload, the fields, and the records of a call. Sources of each field:
// docs/logs.md.

namespace busyhour::internal {

/// How a record shows the participant's id.
enum class IdForm : std::uint8_t { kOwn, kCorrelation, kMissing, kRedacted };

/// Whole seconds, and a byte with another meaning after them.
struct SecondsAndByte {
  std::array<std::uint8_t, 3> seconds = {};
  std::uint8_t byte = 0;
};
constexpr SecondsAndByte PackSeconds(std::uint32_t seconds, std::uint8_t byte) {
  return {{static_cast<std::uint8_t>(seconds),
           static_cast<std::uint8_t>(seconds >> 8),
           static_cast<std::uint8_t>(seconds >> 16)},
          byte};
}

/// The payload of a call summary, or of an update. Times are milliseconds since
/// the start of the call's slot.
struct CallSummaryPayload {
  std::uint32_t began_ms = 0;  ///< the participant's start, or `kNoValue`
  /// Duration of the call; `WhoseByte()`.
  SecondsAndByte call;
  /// Duration of the participant's connection, or `kNoSeconds`; `FormByte()`.
  SecondsAndByte participant_time;
  std::uint16_t participant = 0;    ///< `ParticipantCode`
  std::uint16_t call_began_ms = 0;  ///< when the call was attempted
};

inline constexpr std::size_t kWhoseCount = 64;
/// A kind and an index into `kParticipantEnds` in one byte.
constexpr std::uint8_t WhoseByte(std::uint8_t kind, std::uint8_t end) {
  return static_cast<std::uint8_t>(kind | end << 3);
}
inline constexpr std::size_t kFormCount = 32;
/// An `IdForm` and the number of a version, 0 to 7, in one byte.
constexpr std::uint8_t FormByte(IdForm form, std::uint8_t version) {
  return static_cast<std::uint8_t>(static_cast<std::uint8_t>(form) | version
                                                                         << 2);
}

namespace call_summary {

/// The record of a participant, but for what is flawed in it.
CallSummaryPayload PayloadOf(const CallRecords& records,
                             std::uint16_t participant, const Leg& leg,
                             std::uint8_t version) noexcept;
/// The record of the service itself.
CallSummaryPayload ServerPayload(const CallRecords& records,
                                 std::uint8_t version) noexcept;
/// Whether a call has a record of the service itself.
bool HasServer(const CallRecords& records) noexcept;

void SetIds(const Cast& cast, const Record& record, RecordIds& ids) noexcept;
std::string Summary(const Record& record, const Vocabulary& words);

inline constexpr std::uint8_t kCallSecondsAt =
    InPayload(offsetof(CallSummaryPayload, call));
inline constexpr std::uint8_t kWhoseAt =
    kCallSecondsAt + offsetof(SecondsAndByte, byte);
inline constexpr std::uint8_t kSecondsAt =
    InPayload(offsetof(CallSummaryPayload, participant_time));
inline constexpr std::uint8_t kFormAt =
    kSecondsAt + offsetof(SecondsAndByte, byte);

Texts IdentifierTexts(const Vocabulary& words, LogType log);
Texts IdFormTexts(const Vocabulary& words, LogType log);
Texts TenantTexts(const Vocabulary& words, LogType log);
Texts TypeTexts(const Vocabulary& words, LogType log);
Texts EndReasonTexts(const Vocabulary& words, LogType log);
Texts EndSubCodeTexts(const Vocabulary& words, LogType log);
Texts ResultTexts(const Vocabulary& words, LogType log);
Texts EndpointIdTexts(const Vocabulary& words, LogType log);
Texts EndpointTexts(const Vocabulary& words, LogType log);
Texts SdkTexts(const Vocabulary& words, LogType log);
Texts OsTexts(const Vocabulary& words, LogType log);
Texts GroupText(const Vocabulary& words, LogType log);
Texts VersionTexts(const Vocabulary& words, LogType log);

inline constexpr Field kIdentifier = IdentifierField(
    kWhoseAt, "The participant's user; missing for a telephone.",
    IdentifierTexts);
inline constexpr Field kCallStartTime{
    .kind = FieldKind::kShortTime,
    .at = InPayload(offsetof(CallSummaryPayload, call_began_ms)),
    .meaning = "When the call was attempted, UTC.",
    .tells = Field::Tells::kCourse,
};
inline constexpr Field kCallDuration{
    .kind = FieldKind::kSeconds,
    .at = kCallSecondsAt,
    .meaning =
        "From the attempt to the end of the last connection, in "
        "seconds.",
    .tells = Field::Tells::kProfile,
};
inline constexpr Field kCallType{
    .meaning = "Whether the call has a server in the middle.",
    .texts = GroupText,
};
inline constexpr Field kTeamsThreadId{
    .meaning = "Thread of a Teams meeting; always missing.",
    .texts = MissingText,
    .may_be_missing = true,
};
inline constexpr Field kParticipantId{
    .kind = FieldKind::kOtherId,
    .at = kFormAt,
    .meaning =
        "The participant in this call; may be redacted or missing, or "
        "the correlation id in a record of the service.",
    .texts = IdFormTexts,
    .pattern = "Redacted|[0-9a-f-]{36}",
    .may_be_missing = true,
};
inline constexpr Field kParticipantTenantId{
    .at = kWhoseAt,
    .meaning = "The participant's tenant; missing for a telephone.",
    .texts = TenantTexts,
    .pattern = "[0-9a-f-]{36}",
    .may_be_missing = true,
};
inline constexpr Field kParticipantType{
    .at = kWhoseAt,
    .meaning = "The participant's client and identity.",
    .texts = TypeTexts,
    .may_be_missing = true,
};
inline constexpr Field kPstnParticipantCallType{
    .meaning = "Type of a telephone call; always missing.",
    .texts = MissingText,
    .may_be_missing = true,
};
inline constexpr Field kParticipantStartTime{
    .kind = FieldKind::kOptionalTime,
    .at = InPayload(offsetof(CallSummaryPayload, began_ms)),
    .meaning = "When the participant was first connected, UTC.",
    .may_be_missing = true,
};
inline constexpr Field kParticipantDuration{
    .kind = FieldKind::kSeconds,
    .at = kSecondsAt,
    .meaning = "How long the participant was connected, in seconds.",
    .may_be_missing = true,
};
inline constexpr Field kParticipantEndReason{
    .at = kWhoseAt,
    .meaning = "Code of the end of the connection; 0 for a normal end.",
    .texts = EndReasonTexts,
    .pattern = "[0-9]+",
};
inline constexpr Field kParticipantEndSubCode{
    .at = kWhoseAt,
    .meaning = "Subcode of the end of the connection.",
    .texts = EndSubCodeTexts,
    .pattern = "[0-9]+",
};
inline constexpr Field kResultCategory{
    .at = kWhoseAt,
    .meaning = "Who caused the end of the connection.",
    .texts = ResultTexts,
};
inline constexpr Field kEndpointId{
    .kind = FieldKind::kOwnId,
    .at = kWhoseAt,
    .meaning = "The participant's endpoint; missing for the service.",
    .texts = EndpointIdTexts,
    .may_be_missing = true,
};
inline constexpr Field kEndpointType{
    .at = kWhoseAt,
    .meaning = "The kind of endpoint.",
    .texts = EndpointTexts,
};
inline constexpr Field kSdkVersion{
    .at = kWhoseAt,
    .meaning = "Version of the participant's Calling SDK.",
    .texts = SdkTexts,
    .may_be_missing = true,
};
inline constexpr Field kOsVersion{
    .at = kWhoseAt,
    .meaning = "The participant's operating system.",
    .texts = OsTexts,
    .may_be_missing = true,
};
inline constexpr Field kDiagnosticOptions{
    .meaning = "Tags of the participant's client; always missing.",
    .texts = MissingText,
    .may_be_missing = true,
};
inline constexpr Field kCallDebuggingInfo{
    .meaning = "For Microsoft's own use; always missing.",
    .texts = MissingText,
    .may_be_missing = true,
};
inline constexpr Field kUpdatesVersion =
    UpdatesVersionField(kFormAt, VersionTexts);

inline constexpr Column kResourceLog[] = {
    {"time", &kTimeField},
    {"resourceId", &kResourceIdField},
    {"correlationId", &kCorrelationIdField},
    {"operationName", &kCallLogOperationField},
    {"operationVersion", &kCallLogVersionField},
    {"category", &kCallLogCategoryField},
    {"identifier", &kIdentifier, "properties"},
    {"callStartTime", &kCallStartTime, "properties"},
    {"callDuration", &kCallDuration, "properties"},
    {"callType", &kCallType, "properties"},
    {"teamsThreadId", &kTeamsThreadId, "properties"},
    {"participantId", &kParticipantId, "properties"},
    {"participantTenantId", &kParticipantTenantId, "properties"},
    {"participantType", &kParticipantType, "properties"},
    {"pstnParticipantCallType", &kPstnParticipantCallType, "properties"},
    {"participantStartTime", &kParticipantStartTime, "properties"},
    {"participantDuration", &kParticipantDuration, "properties", Type::kString},
    {"participantEndReason", &kParticipantEndReason, "properties"},
    {"participantEndSubCode", &kParticipantEndSubCode, "properties"},
    {"resultCategory", &kResultCategory, "properties"},
    {"endpointId", &kEndpointId, "properties"},
    {"endpointType", &kEndpointType, "properties"},
    {"sdkVersion", &kSdkVersion, "properties"},
    {"osVersion", &kOsVersion, "properties"},
    {"diagnosticOptions", &kDiagnosticOptions, "properties"},
    {"callDebuggingInfo", &kCallDebuggingInfo, "properties"},
    {"TPE", &kTeamsPhoneExtensibilityField, "properties"},
};

inline constexpr Column kTable[] = {
    {"TimeGenerated", &kTimeField},
    {"OperationName", &kCallLogOperationField},
    {"OperationVersion", &kCallLogVersionField},
    {"Category", &kCallLogCategoryField},
    {"CorrelationId", &kCorrelationIdField},
    {"Identifier", &kIdentifier},
    {"CallStartTime", &kCallStartTime},
    {"CallDuration", &kCallDuration},
    {"CallType", &kCallType},
    {"TeamsThreadId", &kTeamsThreadId},
    {"ParticipantId", &kParticipantId},
    {"ParticipantTenantId", &kParticipantTenantId},
    {"ParticipantType", &kParticipantType},
    {"PstnParticipantCallType", &kPstnParticipantCallType},
    {"ParticipantStartTime", &kParticipantStartTime},
    {"ParticipantDuration", &kParticipantDuration},
    {"ParticipantEndReason", &kParticipantEndReason},
    {"ParticipantEndSubCode", &kParticipantEndSubCode},
    {"ResultCategory", &kResultCategory},
    {"EndpointId", &kEndpointId},
    {"EndpointType", &kEndpointType},
    {"SdkVersion", &kSdkVersion},
    {"OsVersion", &kOsVersion},
    {"DiagnosticOptions", &kDiagnosticOptions},
    {"CallDebuggingInfo", &kCallDebuggingInfo},
    {"TPE", &kTeamsPhoneExtensibilityField},
};

inline constexpr Column kDocumented[] = {
    {"time", &kTimeField},
    {"operationName", &kCallLogOperationField},
    {"operationVersion", &kCallLogVersionField},
    {"category", &kCallLogCategoryField},
    {"correlationId", &kCorrelationIdField},
    {"identifier", &kIdentifier},
    {"callStartTime", &kCallStartTime},
    {"callDuration", &kCallDuration},
    {"callType", &kCallType},
    {"teamsThreadId", &kTeamsThreadId},
    {"participantId", &kParticipantId},
    {"participantStartTime", &kParticipantStartTime},
    {"participantDuration", &kParticipantDuration},
    {"participantEndReason", &kParticipantEndReason},
    {"endpointId", &kEndpointId},
    {"endpointType", &kEndpointType},
    {"sdkVersion", &kSdkVersion},
    {"osVersion", &kOsVersion},
    {"participantTenantId", &kParticipantTenantId},
    {"participantType", &kParticipantType},
    {"pstnParticipantCallType", &kPstnParticipantCallType},
    {"ParticipantEndSubCode", &kParticipantEndSubCode},
    {"ResultCategory", &kResultCategory},
    {"DiagnosticOptions", &kDiagnosticOptions},
    {"callDebuggingInfo", &kCallDebuggingInfo},
    {"TPE", &kTeamsPhoneExtensibilityField},
};

}  // namespace call_summary
}  // namespace busyhour::internal

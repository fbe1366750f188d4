// The questions about the logs of Call Automation. Each is one or several
// queries of docs/queries.md.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "catalog/operations.h"
#include "catalog/outcomes.h"
#include "logs/media_summary.h"
#include "logs/operational.h"
#include "logs/usage.h"
#include "profile/profile.h"
#include "truth/question.h"

namespace busyhour::internal {
namespace {

constexpr double kMsPerMinuteOfUse = 60'000;
constexpr std::uint32_t kLongConnectionMs = 3'600'000;

constexpr KeyColumn kTime = {"time"};
constexpr KeyColumn kOperation = {"operation", "OperationName"};
constexpr KeyColumn kResult = {"result", "ResultType"};
constexpr KeyColumn kStatus = {"status", "ResultSignature"};
constexpr KeyColumn kInput = {"input", "SubOperationName"};
constexpr KeyColumn kUsageType = {"usage_type", "UsageType"};
constexpr AggregateColumn kRequests = {"requests"};
constexpr AggregateColumn kUsageRecords = {"records"};
constexpr AggregateColumn kMinutes = {"minutes", Aggregate::kSum};

// `4xx` of `429`.
std::string_view ClassOf(std::string_view status) {
  constexpr std::string_view kClasses[] = {"1xx", "2xx", "3xx", "4xx", "5xx"};
  return kClasses[static_cast<std::size_t>(status[0] - '1')];
}
constexpr KeyColumn kClass = {"class", "ResultSignature", ClassOf};

std::string_view KindOf(std::string_view modality) {
  return modality == "Transcription" ? modality : "AudioStreaming";
}

// By the start of a user's id: 4: is a telephone.
std::string_view ChannelOf(std::string_view user) {
  return user.starts_with("4:") ? "PSTN" : "VoIP";
}

bool IsStreaming(const Record& record) {
  const auto operation =
      static_cast<Operation>(record.As<OperationalPayload>().operation);
  const Toggle toggle = Info(operation).toggle;
  return toggle == Toggle::kMediaStreaming || toggle == Toggle::kTranscription;
}

template <Operation kOf>
bool IsEndOf(const Record& record) {
  return record.As<MediaSummaryPayload>().operation ==
         static_cast<std::uint8_t>(kOf);
}

bool IsTelephone(const Record& record) {
  return record.As<UsagePayload>().kind ==
         static_cast<std::uint8_t>(ParticipantKind::kPstn);
}

bool IsLong(const Record& record) {
  return record.As<UsagePayload>().connected_ms > kLongConnectionMs;
}

constexpr LogQuestion kQuestions[] = {
    {.name = "requests_by_class",
     .title = "requests by class of status",
     .keys = {kClass},
     .aggregates = {kRequests}},
    {.name = "requests_by_result",
     .title = "requests by operation and result",
     .keys = {kOperation, kResult},
     .aggregates = {kRequests}},
    {.name = "requests_by_status",
     .title = "requests by operation, version and status",
     .keys = {kOperation, {"version", "OperationVersion"}, kStatus},
     .aggregates = {kRequests}},
    {.name = "latency",
     .title = "milliseconds from request to answer",
     .keys = {kOperation, {"version", "OperationVersion"}},
     .aggregates = {kRequests, {"", Aggregate::kPercentiles}},
     .value = "DurationMs"},
    {.name = "requests_by_time_and_operation",
     .title = "requests by time and operation",
     .keys = {kTime, kOperation},
     .aggregates = {kRequests},
     .is_long = true},
    {.name = "requests_by_time_and_status",
     .title = "requests by time and status",
     .keys = {kTime, kStatus},
     .aggregates = {kRequests},
     .is_long = true},
    {.name = "requests_by_address",
     .title = "requests by operation and client address",
     .keys = {kOperation, {"address", "CallerIpAddress"}},
     .aggregates = {kRequests},
     .is_long = true},
    {.name = "streaming_requests",
     .title = "requests for streaming by class of status",
     .keys = {kOperation, kClass},
     .aggregates = {kRequests},
     .counts = IsStreaming},
    {.name = "media_results",
     .title = "ends of plays and recognizes",
     .log = LogType::kMediaSummary,
     .keys = {kOperation,
              {"sub_operation", "SubOperationName"},
              kResult,
              {"code", "ResultCode"},
              {"subcode", "ResultSubcode"}},
     .aggregates = {AggregateColumn{"records"}},
     .joined = LogType::kOperational},
    {.name = "plays_by_loop",
     .title = "plays by loop",
     .log = LogType::kMediaSummary,
     .keys = {KeyColumn{"in_loop", "PlayInLoop"}, kResult},
     .aggregates = {AggregateColumn{"plays"}},
     .counts = IsEndOf<Operation::kPlay>},
    {.name = "plays_by_target",
     .title = "plays by target",
     .log = LogType::kMediaSummary,
     .keys = {KeyColumn{"to_participant", "PlayToParticipant"}, kResult},
     .aggregates = {AggregateColumn{"plays"}},
     .counts = IsEndOf<Operation::kPlay>},
    {.name = "recognizes",
     .title = "recognizes by result",
     .log = LogType::kMediaSummary,
     .keys = {kResult,
              {"code", "ResultCode"},
              {"subcode", "ResultSubcode"},
              {"message", "ResultMessage"}},
     .aggregates = {AggregateColumn{"recognizes"}},
     .counts = IsEndOf<Operation::kRecognize>},
    {.name = "recognizes_by_input",
     .title = "recognizes by input",
     .log = LogType::kMediaSummary,
     .keys = {kInput, kResult},
     .aggregates = {AggregateColumn{"recognizes"}},
     .counts = IsEndOf<Operation::kRecognize>,
     .joined = LogType::kOperational},
    {.name = "usage_by_type",
     .title = "usage by type",
     .log = LogType::kUsage,
     .keys = {kUsageType},
     .aggregates = {kUsageRecords, kMinutes},
     .value = "Quantity"},
    {.name = "usage_by_time",
     .title = "usage by time and type",
     .log = LogType::kUsage,
     .keys = {kTime, kUsageType},
     .aggregates = {kUsageRecords, kMinutes},
     .value = "Quantity",
     .is_long = true},
    {.name = "usage_by_channel",
     .title = "usage by channel",
     .log = LogType::kUsage,
     .keys = {KeyColumn{"channel", "UserIdA", ChannelOf}, {"unit", "UnitType"}},
     .aggregates = {kUsageRecords, {"quantity", Aggregate::kSum}},
     .value = "Quantity"},
    {.name = "usage_by_number",
     .title = "usage by telephone number",
     .log = LogType::kUsage,
     .keys = {KeyColumn{"number", "UserIdA"}},
     .aggregates = {kUsageRecords, kMinutes},
     .value = "Quantity",
     .counts = IsTelephone,
     .is_long = true},
    {.name = "long_connections",
     .title = "connections of more than an hour",
     .log = LogType::kUsage,
     .keys = {kUsageType},
     .aggregates = {kUsageRecords},
     .counts = IsLong},
    {.name = "streaming",
     .title = "streaming by modality",
     .log = LogType::kStreamingUsage,
     .keys = {KeyColumn{"modality", "StreamingModality"}},
     .aggregates = {AggregateColumn{"records"},
                    {"sessions", Aggregate::kOwnIds},
                    {"connections", Aggregate::kCalls},
                    kMinutes},
     .value = "StreamingDurationInMs",
     .divisor = kMsPerMinuteOfUse},
    {.name = "streaming_calls",
     .title = "calls with streaming",
     .log = LogType::kStreamingUsage,
     .keys = {KeyColumn{"kind", "StreamingModality", KindOf}},
     .aggregates = {AggregateColumn{"calls", Aggregate::kCalls}}},
    {.name = "active_calls",
     .title =
         "active calls: calls with a request answered in the time from then on",
     .keys = {kTime},
     .aggregates = {AggregateColumn{"calls", Aggregate::kCalls},
                    {"correlation_ids", Aggregate::kCorrelationIds}}},
};

}  // namespace

std::span<const LogQuestion> CallAutomationQuestions() { return kQuestions; }

}  // namespace busyhour::internal

// The questions about the logs that are written on request. Each is one or
// several queries of docs/queries-calls.md.

#include <cstdint>
#include <span>
#include <string_view>

#include "catalog/packet_loss.h"
#include "logs/call_diagnostics.h"
#include "logs/call_summary.h"
#include "profile/profile.h"
#include "truth/question.h"

namespace busyhour::internal {
namespace {

// Azure's limits of poor quality.
constexpr std::uint32_t kPoorJitterMs = 30;
constexpr std::uint32_t kPoorRoundTripMs = 500;
constexpr std::uint32_t kPoorLoss = 10'000'000;  // 0.1, in units of 10^-8
static_assert(kLossRateDecimals == 8);

constexpr double kSecondsPerHour = 3600;

constexpr KeyColumn kWhen = {"time"};
constexpr KeyColumn kOperationKey = {"operation", "OperationName"};
constexpr KeyColumn kVersionKey = {"version", "OperationVersion"};
constexpr AggregateColumn kCalls = {"calls", Aggregate::kCalls};
constexpr AggregateColumn kParticipants = {"participants", Aggregate::kOwnIds};
constexpr AggregateColumn kRecordings = {"recordings"};
constexpr AggregateColumn kStreams = {"streams"};
constexpr AggregateColumn kAnswered = {"requests"};
constexpr AggregateColumn kRanks = {"", Aggregate::kPercentiles};

constexpr KeyColumn NumberInCall(std::string_view name) {
  return {.name = name, .is_number_in_call = true};
}
constexpr KeyColumn InSteps(std::string_view name, std::string_view column,
                            Steps steps) {
  return {.name = name, .column = column, .steps = steps};
}
constexpr KeyColumn Flag(std::string_view name, bool (*flag)(const Record&)) {
  return {.name = name, .flag = flag};
}

// Not the service itself.
bool IsParticipant(const Record& record) {
  return (record.As<CallSummaryPayload>().call.byte & 7) != kServerKind;
}
bool IsDropped(const Record& record) {
  const std::uint8_t end = record.As<CallSummaryPayload>().call.byte >> 3;
  return kParticipantEnds[end].category.starts_with("Unexpected");
}

// A stream has one record of its sender.
bool IsOfSender(const Record& record) {
  return !IsInboundView(record.As<CallDiagnosticsPayload>().view);
}
bool HasPoorJitter(const Record& record) {
  return record.As<CallDiagnosticsPayload>().jitter_ms > kPoorJitterMs;
}
bool HasPoorLoss(const Record& record) {
  return kLossRates[record.As<CallDiagnosticsPayload>().loss] > kPoorLoss;
}
bool HasPoorRoundTrip(const Record& record) {
  return record.As<CallDiagnosticsPayload>().round_trip_ms > kPoorRoundTripMs;
}

// The mean of a measure of the streams.
constexpr LogQuestion MeanOf(std::string_view name, std::string_view title,
                             std::string_view column) {
  return {.name = name,
          .title = title,
          .log = LogType::kCallDiagnostics,
          .aggregates = {kStreams, {"mean", Aggregate::kMean}},
          .value = column,
          .counts = IsOfSender,
          .is_long = true};
}

constexpr LogQuestion StreamsBy(std::string_view name, std::string_view title,
                                KeyColumn key) {
  return {.name = name,
          .title = title,
          .log = LogType::kCallDiagnostics,
          .keys = {key},
          .aggregates = {kStreams},
          .counts = IsOfSender,
          .is_long = true};
}

constexpr LogQuestion kQuestionsOfCalls[] = {
    {.name = "participants",
     .title = "participants with a call summary",
     .log = LogType::kCallSummary,
     .aggregates = {kParticipants, kCalls},
     .counts = IsParticipant},
    {.name = "calls_by_participants",
     .title = "calls by number of participants",
     .log = LogType::kCallSummary,
     .keys = {NumberInCall("participants")},
     .aggregates = {kCalls},
     .counts = IsParticipant,
     .taken = Taken::kLastOfId},
    {.name = "calls_by_type",
     .title = "calls by type",
     .log = LogType::kCallSummary,
     .keys = {KeyColumn{"call_type", "CallType"}},
     .aggregates = {kCalls},
     .counts = IsParticipant},
    {.name = "calls_by_duration",
     .title = "calls by duration, in steps of a minute",
     .log = LogType::kCallSummary,
     .keys = {InSteps("seconds", "CallDuration", {60})},
     .aggregates = {kCalls},
     .counts = IsParticipant,
     .is_long = true},
    {.name = "call_duration",
     .title = "seconds of calls",
     .log = LogType::kCallSummary,
     .aggregates = {kCalls, {"mean", Aggregate::kMean}, kRanks},
     .value = "CallDuration",
     .counts = IsParticipant,
     .taken = Taken::kOneOfCall},
    {.name = "calls_by_start",
     .title = "calls by the time of the attempt",
     .log = LogType::kCallSummary,
     .keys = {KeyColumn{"time", "CallStartTime"}},
     .aggregates = {kCalls},
     .counts = IsParticipant,
     .is_long = true},
    {.name = "participants_by_software",
     .title = "participants by SDK version and operating system",
     .log = LogType::kCallSummary,
     .keys = {KeyColumn{"sdk_version", "SdkVersion"},
              {"os_version", "OsVersion"}},
     .aggregates = {kParticipants},
     .counts = IsParticipant},
    {.name = "newest_updates",
     .title = "participants by the version of their newest update",
     .log = LogType::kCallSummaryUpdates,
     .keys = {KeyColumn{"version", "CallUpdatesVersion"},
              Flag("dropped", IsDropped)},
     .aggregates = {kParticipants},
     .counts = IsParticipant,
     .taken = Taken::kLastOfId},
    {.name = "summaries_by_time",
     .title = "call summaries by time",
     .log = LogType::kCallSummary,
     .keys = {kWhen},
     .aggregates = {AggregateColumn{"records"}},
     .is_long = true},
    {.name = "streams",
     .title = "media streams",
     .log = LogType::kCallDiagnostics,
     .aggregates = {kStreams, kCalls},
     .counts = IsOfSender},
    {.name = "calls_by_streams",
     .title = "calls by number of media streams",
     .log = LogType::kCallDiagnostics,
     .keys = {NumberInCall("streams")},
     .aggregates = {kCalls},
     .counts = IsOfSender},
    {.name = "streams_by_transport",
     .title = "media streams by media and transport",
     .log = LogType::kCallDiagnostics,
     .keys = {KeyColumn{"media", "MediaType"}, {"transport", "TransportType"}},
     .aggregates = {kStreams},
     .counts = IsOfSender},
    {.name = "stream_quality",
     .title = "media streams by poor quality",
     .log = LogType::kCallDiagnostics,
     .keys = {Flag("poor_jitter", HasPoorJitter),
              Flag("poor_loss", HasPoorLoss),
              Flag("poor_round_trip", HasPoorRoundTrip)},
     .aggregates = {kStreams},
     .counts = IsOfSender},
    MeanOf("mean_jitter", "mean jitter", "JitterAvg"),
    MeanOf("mean_most_jitter", "mean of the maximum jitter", "JitterMax"),
    MeanOf("mean_round_trip", "mean round trip", "RoundTripTimeAvg"),
    MeanOf("mean_most_round_trip", "mean of the maximum round trip",
           "RoundTripTimeMax"),
    MeanOf("mean_loss", "mean packet loss", "PacketLossRateAvg"),
    MeanOf("mean_most_loss", "mean of the maximum packet loss",
           "PacketLossRateMax"),
    StreamsBy("streams_by_jitter", "media streams by jitter in ms",
              InSteps("jitter", "JitterAvg", {10})),
    StreamsBy("streams_by_round_trip", "media streams by round trip in ms",
              InSteps("round_trip", "RoundTripTimeAvg", {10})),
    StreamsBy("streams_by_loss", "media streams by packet loss",
              InSteps("loss", "PacketLossRateAvg", {1, 2})),
    {.name = "streams_by_time",
     .title = "records of media streams by time",
     .log = LogType::kCallDiagnostics,
     .keys = {kWhen},
     .aggregates = {AggregateColumn{"records"}},
     .is_long = true},
    {.name = "recordings_by_length",
     .title = "recordings by length, in steps of a minute",
     .log = LogType::kRecordingSummary,
     .keys = {InSteps("seconds", "RecordingLength", {60})},
     .aggregates = {kRecordings},
     .is_long = true},
    {.name = "recording_length",
     .title = "seconds of recordings",
     .log = LogType::kRecordingSummary,
     .aggregates = {kRecordings, {"mean", Aggregate::kMean}, kRanks},
     .value = "RecordingLength"},
    {.name = "recordings_by_format",
     .title = "recordings by format and end",
     .log = LogType::kRecordingSummary,
     .keys = {KeyColumn{"content", "ContentType"},
              {"format", "FormatType"},
              {"channels", "ChannelType"},
              {"end_reason", "RecordingEndReason"}},
     .aggregates = {kRecordings}},
    {.name = "recordings_by_time",
     .title = "recordings by time and format",
     .log = LogType::kRecordingSummary,
     .keys = {kWhen, {"format", "FormatType"}, {"channels", "ChannelType"}},
     .aggregates = {kRecordings, {"hours", Aggregate::kSum}},
     .value = "RecordingLength",
     .divisor = kSecondsPerHour,
     .is_long = true},
    {.name = "calls_by_recordings",
     .title = "calls by number of recordings",
     .log = LogType::kRecordingSummary,
     .keys = {NumberInCall("recordings")},
     .aggregates = {kCalls}},
    {.name = "recording_requests_by_result",
     .title = "recording requests by operation and result",
     .log = LogType::kRecordingOperational,
     .keys = {kOperationKey, {"result", "ResultType"}},
     .aggregates = {kAnswered}},
    {.name = "recording_requests_by_status",
     .title = "recording requests by operation, version and status",
     .log = LogType::kRecordingOperational,
     .keys = {kOperationKey, kVersionKey, {"status", "ResultSignature"}},
     .aggregates = {kAnswered}},
    {.name = "recording_latency",
     .title = "milliseconds from recording request to answer",
     .log = LogType::kRecordingOperational,
     .keys = {kOperationKey, kVersionKey},
     .aggregates = {kAnswered, kRanks},
     .value = "DurationMs"},
    {.name = "recording_requests_by_address",
     .title = "recording requests by operation and client address",
     .log = LogType::kRecordingOperational,
     .keys = {kOperationKey, {"address", "CallerIpAddress"}},
     .aggregates = {kAnswered},
     .is_long = true},
};

}  // namespace

std::span<const LogQuestion> CallLogQuestions() { return kQuestionsOfCalls; }

}  // namespace busyhour::internal

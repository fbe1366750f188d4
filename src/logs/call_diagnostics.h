#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "logs/call_log_fields.h"
#include "logs/call_records.h"
#include "logs/shared_fields.h"
#include "profile/profile.h"

// What the logs of call diagnostics and of their updates have in common: the
// payload, the fields, and the records of a call. Sources of each field:
// docs/logs.md.

namespace busyhour::internal {

/// The payload of a call diagnostics record, or of an update: a media stream,
/// as one of its two ends saw it.
struct CallDiagnosticsPayload {
  std::uint16_t participant = 0;  ///< `ParticipantCode`
  std::uint8_t view = 0;          ///< `ViewByte()`
  std::uint8_t stream = 0;  ///< twice the participant, plus 1 from the server
  std::uint16_t round_trip_ms = 0;
  std::uint16_t most_round_trip_ms = 0;
  std::uint8_t jitter_ms = 0;
  std::uint8_t most_jitter_ms = 0;
  std::uint8_t loss = 0;  ///< index into `kLossRates`
  std::uint8_t most_loss = 0;
  std::uint32_t packets = 0;
};

/// Who saw a stream, in one byte: a `ParticipantKind`, whether it is the
/// server's end, whether it received the stream, whether it went over TCP, and
/// the number of a version, 0 to 7.
constexpr std::uint8_t ViewByte(ParticipantKind kind, bool is_server,
                                bool is_inbound, bool is_tcp,
                                std::uint8_t version) {
  return static_cast<std::uint8_t>(
      static_cast<unsigned>(kind) | (is_server ? 4u : 0u) |
      (is_inbound ? 8u : 0u) | (is_tcp ? 16u : 0u) | version * 32u);
}
constexpr bool IsInboundView(std::size_t view) { return (view & 8) != 0; }

namespace call_diagnostics {

/// Adds a participant's records to a log.
void AddStreams(CallRecords& records, LogType log, std::uint16_t participant,
                const Leg& leg, std::uint32_t time_ms,
                std::uint8_t version) noexcept;

void SetIds(const Cast& cast, const Record& record, RecordIds& ids) noexcept;
std::string Summary(const Record& record, const Vocabulary& words);

inline constexpr std::uint8_t kViewAt =
    InPayload(offsetof(CallDiagnosticsPayload, view));
inline constexpr std::uint8_t kStreamAt =
    InPayload(offsetof(CallDiagnosticsPayload, stream));
inline constexpr std::uint8_t kJitterAt =
    InPayload(offsetof(CallDiagnosticsPayload, jitter_ms));
inline constexpr std::uint8_t kMostJitterAt =
    InPayload(offsetof(CallDiagnosticsPayload, most_jitter_ms));
inline constexpr std::uint8_t kLossAt =
    InPayload(offsetof(CallDiagnosticsPayload, loss));
inline constexpr std::uint8_t kMostLossAt =
    InPayload(offsetof(CallDiagnosticsPayload, most_loss));

Texts IdentifierTexts(const Vocabulary& words, LogType log);
Texts EndpointIdTexts(const Vocabulary& words, LogType log);
Texts EndpointTexts(const Vocabulary& words, LogType log);
Texts AudioText(const Vocabulary& words, LogType log);
Texts StreamTexts(const Vocabulary& words, LogType log);
Texts TransportTexts(const Vocabulary& words, LogType log);
Texts TransportWords(LogType log);
Texts DirectionTexts(const Vocabulary& words, LogType log);
Texts DirectionWords(LogType log);
Texts CodecTexts(const Vocabulary& words, LogType log);
Texts BufferTexts(const Vocabulary& words, LogType log);
Texts LossTexts(const Vocabulary& words, LogType log);
Texts HealedTexts(const Vocabulary& words, LogType log);
Texts VersionTexts(const Vocabulary& words, LogType log);

inline constexpr Field kIdentifier = IdentifierField(
    kViewAt, "The endpoint's user; missing for a telephone and the server.",
    IdentifierTexts);
inline constexpr Field kParticipantId{
    .kind = FieldKind::kOwnId,
    .meaning = "The participant whose stream it is.",
};
inline constexpr Field kEndpointId{
    .kind = FieldKind::kOtherId,
    .at = kViewAt,
    .meaning = "The participant's endpoint; missing for the server.",
    .texts = EndpointIdTexts,
    .may_be_missing = true,
};
inline constexpr Field kEndpointType{
    .at = kViewAt,
    .meaning = "The kind of endpoint that saw the stream.",
    .texts = EndpointTexts,
};
inline constexpr Field kMediaType{
    .meaning = "What the stream carries.",
    .texts = AudioText,
};
inline constexpr Field kStreamId{
    .kind = FieldKind::kNumber,
    .at = kStreamAt,
    .meaning = "The stream, unique among those of the participant.",
    .texts = StreamTexts,
    .pattern = "[0-9]+",
};
inline constexpr Field kTransportType{
    .at = kViewAt,
    .meaning = "The transport protocol.",
    .texts = TransportTexts,
    .words = TransportWords,
    .tells = Field::Tells::kProfile,
};
inline constexpr Field kRoundTripTimeAvg{
    .kind = FieldKind::kCount,
    .at = InPayload(offsetof(CallDiagnosticsPayload, round_trip_ms)),
    .meaning = "Mean round trip time, in ms.",
    .tells = Field::Tells::kCourse,
};
inline constexpr Field kRoundTripTimeMax{
    .kind = FieldKind::kCount,
    .at = InPayload(offsetof(CallDiagnosticsPayload, most_round_trip_ms)),
    .meaning = "Maximum round trip time, in ms.",
    .tells = Field::Tells::kCourse,
};
constexpr Field ByteNumber(std::uint8_t at, std::string_view meaning,
                           Texts (*texts)(const Vocabulary&, LogType)) {
  return {.kind = FieldKind::kNumber,
          .at = at,
          .meaning = meaning,
          .texts = texts,
          .pattern = "[0-9]+"};
}
constexpr Field ByteRatio(std::uint8_t at, std::string_view meaning,
                          Texts (*texts)(const Vocabulary&, LogType)) {
  return {
      .kind = FieldKind::kReal, .at = at, .meaning = meaning, .texts = texts};
}
constexpr Field NoMeasure(std::string_view meaning, FieldKind kind) {
  return {.kind = kind,
          .meaning = meaning,
          .texts = MissingText,
          .pattern = "[0-9]+",
          .may_be_missing = true};
}
inline constexpr Field kJitterAvg =
    ByteNumber(kJitterAt, "Mean jitter, in ms.", NumberTexts<256>);
inline constexpr Field kJitterMax =
    ByteNumber(kMostJitterAt, "Maximum jitter, in ms.", NumberTexts<256>);
inline constexpr Field kPacketLossRateAvg =
    ByteRatio(kLossAt, "Mean share of lost packets.", LossTexts);
inline constexpr Field kPacketLossRateMax =
    ByteRatio(kMostLossAt, "Maximum share of lost packets.", LossTexts);
inline constexpr Field kJitterBufferSizeAvg = ByteNumber(
    kJitterAt, "Mean size of the jitter buffer, in ms.", BufferTexts);
inline constexpr Field kJitterBufferSizeMax = ByteNumber(
    kMostJitterAt, "Maximum size of the jitter buffer, in ms.", BufferTexts);
inline constexpr Field kHealedDataRatioAvg =
    ByteRatio(kLossAt, "Mean share of reconstructed data.", HealedTexts);
inline constexpr Field kHealedDataRatioMax =
    ByteRatio(kMostLossAt, "Maximum share of reconstructed data.", HealedTexts);
inline constexpr Field kVideoFrameRateAvg =
    NoMeasure("Frames per second; missing in audio.", FieldKind::kReal);
inline constexpr Field kRecvResolutionHeight =
    NoMeasure("Height of the picture; missing in audio.", FieldKind::kNumber);
inline constexpr Field kRecvFreezeDuration =
    NoMeasure("Length of freezes; missing in audio.", FieldKind::kReal);
inline constexpr Field kVideoBitRateAvg =
    NoMeasure("Mean bit rate of video; missing in audio.", FieldKind::kNumber);
inline constexpr Field kVideoBitRateMax = NoMeasure(
    "Maximum bit rate of video; missing in audio.", FieldKind::kNumber);
inline constexpr Field kPacketUtilization{
    .kind = FieldKind::kMilliseconds,
    .at = InPayload(offsetof(CallDiagnosticsPayload, packets)),
    .meaning = "Number of packets; 0 if no media flows.",
    .tells = Field::Tells::kCourse,
};
inline constexpr Field kStreamDirection{
    .at = kViewAt,
    .meaning = "Whether the endpoint sent or received the stream.",
    .texts = DirectionTexts,
    .words = DirectionWords,
};
inline constexpr Field kCodecName{
    .at = kViewAt,
    .meaning = "The codec of the stream.",
    .texts = CodecTexts,
};
inline constexpr Field kUpdatesVersion =
    UpdatesVersionField(kViewAt, VersionTexts);

inline constexpr Column kResourceLog[] = {
    {"time", &kTimeField},
    {"resourceId", &kResourceIdField},
    {"correlationId", &kCorrelationIdField},
    {"operationName", &kCallLogOperationField},
    {"operationVersion", &kCallLogVersionField},
    {"category", &kCallLogCategoryField},
    {"identifier", &kIdentifier, "properties"},
    {"participantId", &kParticipantId, "properties"},
    {"endpointId", &kEndpointId, "properties"},
    {"endpointType", &kEndpointType, "properties"},
    {"mediaType", &kMediaType, "properties"},
    {"streamId", &kStreamId, "properties", Type::kString},
    {"transportType", &kTransportType, "properties"},
    {"roundTripTimeAvg", &kRoundTripTimeAvg, "properties", Type::kString},
    {"roundTripTimeMax", &kRoundTripTimeMax, "properties", Type::kString},
    {"jitterAvg", &kJitterAvg, "properties", Type::kString},
    {"jitterMax", &kJitterMax, "properties", Type::kString},
    {"packetLossRateAvg", &kPacketLossRateAvg, "properties", Type::kString},
    {"packetLossRateMax", &kPacketLossRateMax, "properties", Type::kString},
    {"jitterBufferSizeAvg", &kJitterBufferSizeAvg, "properties", Type::kString},
    {"jitterBufferSizeMax", &kJitterBufferSizeMax, "properties", Type::kString},
    {"healedDataRatioAvg", &kHealedDataRatioAvg, "properties", Type::kString},
    {"healedDataRatioMax", &kHealedDataRatioMax, "properties", Type::kString},
    {"videoFrameRateAvg", &kVideoFrameRateAvg, "properties", Type::kString},
    {"recvResolutionHeight", &kRecvResolutionHeight, "properties",
     Type::kString},
    {"recvFreezeDurationPerMinuteInMs", &kRecvFreezeDuration, "properties",
     Type::kString},
    {"packetUtilization", &kPacketUtilization, "properties", Type::kString},
    {"videoBitRateAvg", &kVideoBitRateAvg, "properties", Type::kString},
    {"videoBitRateMax", &kVideoBitRateMax, "properties", Type::kString},
    {"streamDirection", &kStreamDirection, "properties"},
    {"codecName", &kCodecName, "properties"},
    {"TPE", &kTeamsPhoneExtensibilityField, "properties"},
};

inline constexpr Column kTable[] = {
    {"TimeGenerated", &kTimeField},
    {"OperationName", &kCallLogOperationField},
    {"OperationVersion", &kCallLogVersionField},
    {"Category", &kCallLogCategoryField},
    {"CorrelationId", &kCorrelationIdField},
    {"Identifier", &kIdentifier},
    {"ParticipantId", &kParticipantId},
    {"EndpointId", &kEndpointId},
    {"EndpointType", &kEndpointType},
    {"MediaType", &kMediaType},
    {"StreamId", &kStreamId},
    {"TransportType", &kTransportType},
    {"RoundTripTimeAvg", &kRoundTripTimeAvg},
    {"RoundTripTimeMax", &kRoundTripTimeMax},
    {"JitterAvg", &kJitterAvg},
    {"JitterMax", &kJitterMax},
    {"PacketLossRateAvg", &kPacketLossRateAvg},
    {"PacketLossRateMax", &kPacketLossRateMax},
    {"JitterBufferSizeAvg", &kJitterBufferSizeAvg},
    {"JitterBufferSizeMax", &kJitterBufferSizeMax},
    {"HealedDataRatioAvg", &kHealedDataRatioAvg},
    {"HealedDataRatioMax", &kHealedDataRatioMax},
    {"VideoFrameRateAvg", &kVideoFrameRateAvg},
    {"RecvResolutionHeight", &kRecvResolutionHeight},
    {"RecvFreezeDurationPerMinuteInMs", &kRecvFreezeDuration},
    {"PacketUtilization", &kPacketUtilization},
    {"VideoBitRateAvg", &kVideoBitRateAvg},
    {"VideoBitRateMax", &kVideoBitRateMax},
    {"StreamDirection", &kStreamDirection},
    {"CodecName", &kCodecName},
    {"TPE", &kTeamsPhoneExtensibilityField},
};

inline constexpr Column kDocumented[] = {
    {"time", &kTimeField},
    {"operationName", &kCallLogOperationField},
    {"operationVersion", &kCallLogVersionField},
    {"category", &kCallLogCategoryField},
    {"correlationId", &kCorrelationIdField},
    {"participantId", &kParticipantId},
    {"identifier", &kIdentifier},
    {"endpointId", &kEndpointId},
    {"endpointType", &kEndpointType},
    {"mediaType", &kMediaType},
    {"streamId", &kStreamId},
    {"transportType", &kTransportType},
    {"roundTripTimeAvg", &kRoundTripTimeAvg},
    {"roundTripTimeMax", &kRoundTripTimeMax},
    {"jitterAvg", &kJitterAvg},
    {"jitterMax", &kJitterMax},
    {"packetLossRateAvg", &kPacketLossRateAvg},
    {"packetLossRateMax", &kPacketLossRateMax},
    {"JitterBufferSizeAvg", &kJitterBufferSizeAvg},
    {"JitterBufferSizeMax", &kJitterBufferSizeMax},
    {"HealedDataRatioAvg", &kHealedDataRatioAvg},
    {"HealedDataRatioMax", &kHealedDataRatioMax},
    {"VideoFrameRateAvg", &kVideoFrameRateAvg},
    {"RecvResolutionHeight", &kRecvResolutionHeight},
    {"RecvFreezeDurationPerMinuteInMs", &kRecvFreezeDuration},
    {"PacketUtilization", &kPacketUtilization},
    {"VideoBitRateAvg", &kVideoBitRateAvg},
    {"VideoBitRateMax", &kVideoBitRateMax},
    {"StreamDirection", &kStreamDirection},
    {"CodecName", &kCodecName},
    {"TPE", &kTeamsPhoneExtensibilityField},
};

}  // namespace call_diagnostics
}  // namespace busyhour::internal

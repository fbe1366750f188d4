// The recording summary log: one record for each recording, written when it has
// ended, with the correlation id of the request that started it. Sources of
// each field: docs/logs.md.

#include "logs/recording_summary.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/stream.h"
#include "logs/call_records.h"
#include "logs/cast.h"
#include "logs/shared_fields.h"
#include "logs/vocabulary.h"
#include "scenario/recordings.h"

namespace busyhour::internal {
namespace {

constexpr std::uint8_t kFormAt =
    InPayload(offsetof(RecordingSummaryPayload, form));
constexpr std::size_t kFormBytes = 2 * kStoppedRecording;
// Lengths are written with two decimals of a second.
constexpr std::uint32_t kLengthStepMs = 10;
constexpr std::size_t kMostChannels = 5;
constexpr std::size_t kMostChunks = 255;

RecordingForm FormOf(std::size_t byte) {
  return static_cast<RecordingForm>(byte % kStoppedRecording);
}

// A channel for each participant who was there, if they are not mixed.
std::uint8_t ChannelsOf(const Call& call, const Recording& recording,
                        RecordingForm form) noexcept {
  if (form != RecordingForm::kWavUnmixed) return 1;
  const auto heard =
      std::count_if(call.legs.begin(), call.legs.end(), [&](const Leg& leg) {
        return leg.kind != ParticipantKind::kApp &&
               leg.joined_ms < recording.ended_ms &&
               leg.left_ms > recording.began_ms;
      });
  return static_cast<std::uint8_t>(std::clamp<std::size_t>(
      static_cast<std::size_t>(heard), 1, kMostChannels));
}

void AddRecords(CallRecords& records) noexcept {
  const Plan& plan = records.plan();
  EachRecording(records.call(), [&](const Recording& recording) {
    const RecordingForm form = plan.call_logs.recording_forms(
        Draw(records.key(), Purpose::kRecordingForm, recording.number));
    const auto lag_ms =
        static_cast<std::uint32_t>((*plan.call_logs.recording_lag)(
            Draw(records.key(), Purpose::kRecordingLag, recording.number)));
    Record* const record =
        records.Add(LogType::kRecordingSummary, true,
                    recording.ended_ms + lag_ms, recording.correlation_epoch);
    if (record == nullptr) return;
    const std::uint32_t length_ms =
        recording.ended_ms - recording.began_ms - recording.paused_ms;
    const std::int64_t chunks =
        length_ms / plan.profile().recordings.chunk_ms + 1;
    record->Set(RecordingSummaryPayload{
        recording.began_ms, length_ms / kLengthStepMs * kLengthStepMs,
        recording.number,
        static_cast<std::uint8_t>(
            static_cast<unsigned>(form) |
            (recording.is_stopped ? kStoppedRecording : 0u)),
        static_cast<std::uint8_t>(std::min<std::int64_t>(chunks, kMostChunks)),
        ChannelsOf(records.call(), recording, form)});
  });
}

void SetIds(const Cast& cast, const Record& record, RecordIds& ids) noexcept {
  const auto ended = record.As<RecordingSummaryPayload>();
  ids.id = cast.IdOf(IdKind::kRecording, record.call(), ended.recording);
  ids.other = cast.RecorderOf(record.call());
}

std::uint32_t MaxLagMs(const Plan& plan) {
  return static_cast<std::uint32_t>(plan.call_logs.recording_lag->max());
}

// Calls `text_of(form)` with the form in each byte at `kFormAt`.
template <class TextOf>
Texts OfForms(TextOf text_of) {
  return TextsOfByte(kFormBytes,
                     [&](std::size_t byte) { return text_of(FormOf(byte)); });
}

Texts FormatTexts(const Vocabulary&, LogType) {
  return OfForms([](RecordingForm form) -> std::string_view {
    switch (form) {
      case RecordingForm::kMp3Mixed:
        return "mp3";
      case RecordingForm::kMp4Mixed:
        return "mp4";
      case RecordingForm::kWavMixed:
      case RecordingForm::kWavUnmixed:
        break;
    }
    return "wav";
  });
}

std::string Summary(const Record& record, const Vocabulary& words) {
  const auto ended = record.As<RecordingSummaryPayload>();
  return FormatTexts(words, record.log())[ended.form] + ", " +
         std::to_string(ended.length_ms) + " ms";
}

constexpr Field kOperationName{
    .meaning = "The kind of record.",
    .texts = [](const Vocabulary&,
                LogType) { return Texts{"RecordingSummary"}; },
};
constexpr Field kResultType{
    .meaning = "Whether the recording succeeded.",
    .texts = [](const Vocabulary&, LogType) { return Texts{"Succeeded"}; },
};
constexpr Field kLevel =
    LevelField(Field::kSameInAll, [](const Vocabulary& words, LogType) {
      return Texts{words.profile->assumptions.level_of_success};
    });
constexpr Field kRecordingId{
    .kind = FieldKind::kRecordingId,
    .meaning = "The recording.",
};
constexpr Field kEndReason{
    .at = kFormAt,
    .meaning = "Why the recording ended.",
    .texts =
        [](const Vocabulary& words, LogType) {
          return TextsOfByte(kFormBytes, [&](std::size_t byte) {
            return byte >= kStoppedRecording
                       ? words.profile->recordings.end_reason_stopped
                       : std::string("CallEnded");
          });
        },
    .tells = Field::Tells::kProfile,
};
constexpr Field kStartTime{
    .kind = FieldKind::kTime,
    .at = InPayload(offsetof(RecordingSummaryPayload, began_ms)),
    .meaning = "When the recording began, UTC.",
    .tells = Field::Tells::kCourse,
};
constexpr Field kLength{
    .kind = FieldKind::kFineSeconds,
    .at = InPayload(offsetof(RecordingSummaryPayload, length_ms)),
    .meaning = "Length of the recording without pauses, in seconds.",
    .tells = Field::Tells::kCourse,
};
constexpr Field kChunkCount{
    .kind = FieldKind::kNumber,
    .at = InPayload(offsetof(RecordingSummaryPayload, chunks)),
    .meaning = "Number of files.",
    .texts = NumberTexts<kMostChunks + 1>,
    .pattern = "[0-9]+",
};
constexpr Field kContentType{
    .at = kFormAt,
    .meaning = "What the recording has: sound, or pictures, too.",
    .texts =
        [](const Vocabulary&, LogType) {
          return OfForms([](RecordingForm form) {
            return form == RecordingForm::kMp4Mixed ? "Audio - Video" : "Audio";
          });
        },
    .words =
        [](LogType) {
          return Texts{"Audio", "Audio - Video"};
        },
    .tells = Field::Tells::kProfile,
};
constexpr Field kChannelType{
    .at = kFormAt,
    .meaning = "Whether the participants are mixed.",
    .texts =
        [](const Vocabulary&, LogType) {
          return OfForms([](RecordingForm form) {
            return form == RecordingForm::kWavUnmixed ? "unmixed" : "mixed";
          });
        },
    .words =
        [](LogType) {
          return Texts{"mixed", "unmixed"};
        },
    .tells = Field::Tells::kProfile,
};
constexpr Field kFormatType{
    .at = kFormAt,
    .meaning = "Format of the files.",
    .texts = FormatTexts,
    .words =
        [](LogType) {
          return Texts{"mp3", "mp4", "wav"};
        },
    .tells = Field::Tells::kProfile,
};
constexpr Field kChannels{
    .kind = FieldKind::kNumber,
    .at = InPayload(offsetof(RecordingSummaryPayload, channels)),
    .meaning = "Number of channels of sound.",
    .texts = NumberTexts<kMostChannels + 1>,
    .pattern = "[0-9]+",
};

constexpr Column kResourceLog[] = {
    {"time", &kTimeField},
    {"resourceId", &kResourceIdField},
    {"category", &kCategoryField},
    {"operationName", &kOperationName},
    {"resultType", &kResultType},
    {"correlationId", &kCorrelationIdField},
    {"level", &kLevel},
    {"recordingId", &kRecordingId, "properties"},
    {"recordingEndReason", &kEndReason, "properties"},
    {"recordingStartTime", &kStartTime, "properties"},
    {"recordingLength", &kLength, "properties"},
    {"chunkCount", &kChunkCount, "properties"},
    {"contentType", &kContentType, "properties"},
    {"channelType", &kChannelType, "properties"},
    {"formatType", &kFormatType, "properties"},
    {"audioChannelsCount", &kChannels, "properties"},
};

constexpr Column kTable[] = {
    {"TimeGenerated", &kTimeField},
    {"OperationName", &kOperationName},
    {"CorrelationId", &kCorrelationIdField},
    {"ResultType", &kResultType},
    {"Level", &kLevel},
    {"RecordingId", &kRecordingId},
    {"RecordingEndReason", &kEndReason},
    {"RecordingStartTime", &kStartTime},
    {"RecordingLength", &kLength},
    {"ChunkCount", &kChunkCount},
    {"ContentType", &kContentType},
    {"ChannelType", &kChannelType},
    {"FormatType", &kFormatType},
    {"AudioChannelsCount", &kChannels},
};

constexpr Column kDocumented[] = {
    {"timeGenerated", &kTimeField},
    {"operationName", &kOperationName},
    {"correlationId", &kCorrelationIdField},
    {"recordingID", &kRecordingId},
    {"category", &kCategoryField},
    {"resultType", &kResultType},
    {"level", &kLevel},
    {"chunkCount", &kChunkCount},
    {"channelType", &kChannelType},
    {"recordingStartTime", &kStartTime},
    {"contentType", &kContentType},
    {"formatType", &kFormatType},
    {"recordingLength", &kLength},
    {"audioChannelsCount", &kChannels},
    {"recordingEndReason", &kEndReason},
};

}  // namespace

constinit const Log kRecordingSummaryLog{
    .add = AddRecords,
    .set_ids = SetIds,
    .own_kind = IdKind::kRecording,
    .subject_at = InPayload(offsetof(RecordingSummaryPayload, recording)),
    .summary = Summary,
    .max_lag_ms = MaxLagMs,
    .resource_log = kResourceLog,
    .table = kTable,
    .documented = kDocumented,
};

}  // namespace busyhour::internal

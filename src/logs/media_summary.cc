// The media summary log: one record for each accepted play and recognize, when
// it ended, with the correlation id of its request. Sources of each field:
// docs/logs.md.

#include "logs/media_summary.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "logs/call_records.h"
#include "logs/cast.h"
#include "logs/shared_fields.h"
#include "logs/vocabulary.h"

namespace busyhour::internal {
namespace {

constexpr std::uint8_t kOutcomeAt =
    InPayload(offsetof(MediaSummaryPayload, outcome));
constexpr std::uint8_t kFlagsAt =
    InPayload(offsetof(MediaSummaryPayload, flags));

void AddRecords(CallRecords& records) noexcept {
  for (const Media& media : records.call().media) {
    const Request& request = records.call().requests[media.request];
    Record* const record = records.Add(
        LogType::kMediaSummary, true, request.answered_ms() + media.duration_ms,
        request.correlation_epoch);
    if (record == nullptr) continue;
    record->Set(
        MediaSummaryPayload{media.duration_ms, media.request,
                            static_cast<std::uint8_t>(request.operation),
                            static_cast<std::uint8_t>(media.outcome),
                            static_cast<std::uint8_t>(media.prompt),
                            media.flags, records.client()});
  }
}

void SetIds(const Cast& cast, const Record& record, RecordIds& ids) noexcept {
  const auto ended = record.As<MediaSummaryPayload>();
  ids.id = cast.OperationIdOf(record.call(), ended.request,
                              static_cast<Operation>(ended.operation));
}

std::string Summary(const Record& record, const Vocabulary& words) {
  const auto ended = record.As<MediaSummaryPayload>();
  return words.operations[ended.operation] + ' ' +
         std::string(ResultTypeName(words.media[ended.outcome].type));
}

// Results are from the vocabulary, because that of subcode 8532 depends on the
// profile.
std::vector<ResultType> EndingOfOutcome(const Vocabulary& words) {
  std::vector<ResultType> endings;
  for (const MediaResult& result : words.media) endings.push_back(result.type);
  return endings;
}

template <class TextOf>
Texts OfMedia(const Vocabulary& words, TextOf text_of) {
  Texts texts;
  for (const MediaResult& result : words.media) {
    texts.emplace_back(text_of(result));
  }
  return texts;
}

// The distinct texts that `text_of` returns for the outcomes of media
// summaries.
template <class TextOf>
Texts OfOutcomes(TextOf text_of) {
  Texts texts;
  for (const OutcomeInfo& info : Outcomes()) {
    if (info.code == 0) continue;
    std::string text(text_of(info));
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) {
      texts.push_back(std::move(text));
    }
  }
  return texts;
}

Texts CodeTexts(const Vocabulary& words, LogType) {
  return OfMedia(words,
                 [](const auto& each) { return std::to_string(each.code); });
}
Texts CodeWords(LogType) {
  return OfOutcomes(
      [](const OutcomeInfo& info) { return std::to_string(info.code); });
}

template <std::uint8_t kFlag>
Texts FlagTexts(const Vocabulary&, LogType) {
  Texts texts;
  for (std::size_t flags = 0; flags < kFlagCombinations; ++flags) {
    texts.emplace_back((flags & kFlag) != 0 ? "true" : "false");
  }
  return texts;
}
template <std::uint8_t kFlag>
constexpr Field FlagField(std::string_view meaning) {
  return {.kind = FieldKind::kBoolean,
          .at = kFlagsAt,
          .meaning = meaning,
          .texts = FlagTexts<kFlag>,
          .tells = Field::Tells::kProfile};
}

constexpr Field kLevel =
    LevelField(kOutcomeAt, [](const Vocabulary& words, LogType) {
      return OfMedia(words, [](const auto& each) { return each.level; });
    });
constexpr Field kOperationName{
    .at = InPayload(offsetof(MediaSummaryPayload, operation)),
    .meaning = "The media operation that ended.",
    .texts = [](const Vocabulary& words, LogType) { return words.operations; },
    .words =
        [](LogType) {
          return Texts{"Play", "Recognize"};
        },
    .tells = Field::Tells::kProfile,
};
constexpr Field kOperationVersion =
    ApiVersionField(InPayload(offsetof(MediaSummaryPayload, client)));
constexpr Field kResultType{
    .at = kOutcomeAt,
    .meaning = "How it ended.",
    .texts =
        [](const Vocabulary& words, LogType) {
          return OfMedia(words, [](const auto& each) {
            return ResultTypeName(each.type);
          });
        },
    .words =
        [](LogType) {
          return Texts{"Completed", "Canceled", "Failed"};
        },
    .tells = Field::Tells::kProfile,
};
constexpr Field kResultSignature{
    .kind = FieldKind::kNumber,
    .at = kOutcomeAt,
    .meaning = "The result code.",
    .texts = CodeTexts,
    .words = CodeWords,
    .tells = Field::Tells::kProfile,
};
constexpr Field kDurationMs{
    .kind = FieldKind::kMilliseconds,
    .at = InPayload(offsetof(MediaSummaryPayload, duration_ms)),
    .meaning = "Length of the media operation, in milliseconds.",
    .tells = Field::Tells::kProfile,
};
constexpr Field kOperationId = OperationIdField(/*may_be_empty=*/false);
constexpr Field kPromptSource{
    .at = InPayload(offsetof(MediaSummaryPayload, prompt)),
    .meaning = "What a recognize's prompt plays; empty without one.",
    .texts = [](const Vocabulary& words,
                LogType) { return words.prompt_sources; },
    .words = [](LogType) { return SourceWords(); },
    .may_be_empty = true,
    .tells = Field::Tells::kProfile,
};
constexpr Field kInLoop =
    FlagField<kFlagInLoop>("Whether the play was to repeat.");
constexpr Field kToParticipant =
    FlagField<kFlagToParticipant>("Whether it was for one participant only.");
constexpr Field kInterrupted =
    FlagField<kFlagInterrupted>("Whether the caller cut the prompt short.");
constexpr Field kResultCode{
    .kind = FieldKind::kNumber,
    .at = kOutcomeAt,
    .meaning = "Class of the result, like an HTTP status.",
    .texts = CodeTexts,
    .words = CodeWords,
    .tells = Field::Tells::kProfile,
};
constexpr Field kResultSubcode{
    .kind = FieldKind::kNumber,
    .at = kOutcomeAt,
    .meaning = "The result.",
    .texts =
        [](const Vocabulary& words, LogType) {
          return OfMedia(words, [](const auto& each) {
            return std::to_string(each.subcode);
          });
        },
    .words =
        [](LogType) {
          return OfOutcomes([](const OutcomeInfo& info) {
            return std::to_string(info.subcode);
          });
        },
    .tells = Field::Tells::kProfile,
};
constexpr Field kResultMessage{
    .at = kOutcomeAt,
    .meaning = "The result in words.",
    .texts =
        [](const Vocabulary& words, LogType) {
          return OfMedia(words, [](const auto& each) { return each.message; });
        },
    .words =
        [](LogType) {
          return OfOutcomes(
              [](const OutcomeInfo& info) { return info.message; });
        },
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
    {"operationId", &kOperationId, "properties"},
    {"recognizePromptSubOperationName", &kPromptSource, "properties"},
    {"playInLoop", &kInLoop, "properties"},
    {"playToParticipant", &kToParticipant, "properties"},
    {"interrupted", &kInterrupted, "properties"},
    {"resultCode", &kResultCode, "properties"},
    {"resultSubcode", &kResultSubcode, "properties"},
    {"resultMessage", &kResultMessage, "properties"},
};

constexpr Column kTable[] = {
    {"TimeGenerated", &kTimeField},
    {"Level", &kLevel},
    {"CorrelationId", &kCorrelationIdField},
    {"ResultType", &kResultType},
    {"OperationName", &kOperationName},
    {"OperationId", &kOperationId},
    {"PlayInLoop", &kInLoop},
    {"PlayToParticipant", &kToParticipant},
    {"PlayInterrupted", &kInterrupted},
    {"RecognizePromptSubOperationName", &kPromptSource},
    {"ResultCode", &kResultCode},
    {"ResultSubcode", &kResultSubcode},
    {"ResultMessage", &kResultMessage},
};

constexpr Column kDocumented[] = {
    {"TimeGenerated", &kTimeField},
    {"level", &kLevel},
    {"resourceId", &kResourceIdField},
    {"durationMs", &kDurationMs},
    {"callerIpAddress", &kCallerAddressField},
    {"correlationId", &kCorrelationIdField},
    {"operationName", &kOperationName},
    {"operationVersion", &kOperationVersion},
    {"resultType", &kResultType},
    {"resultSignature", &kResultSignature, "", Type::kString},
    {"operationId", &kOperationId},
    {"recognizePromptSubOperationName", &kPromptSource},
    {"playInLoop", &kInLoop},
    {"playToParticipant", &kToParticipant},
    {"interrupted", &kInterrupted},
    {"resultCode", &kResultCode},
    {"resultSubcode", &kResultSubcode},
    {"resultMessage", &kResultMessage},
};

}  // namespace

constinit const Log kMediaSummaryLog{
    .add = AddRecords,
    .set_ids = SetIds,
    .own_kind = IdKind::kOperation,
    .subject_at = InPayload(offsetof(MediaSummaryPayload, request)),
    .summary = Summary,
    .endings = {.at = kOutcomeAt,
                .of = EndingOfOutcome,
                .failed_key = "failed_media",
                .canceled_key = "canceled_media",
                .noun = "plays and recognizes"},
    .resource_log = kResourceLog,
    .table = kTable,
    .documented = kDocumented,
};

}  // namespace busyhour::internal

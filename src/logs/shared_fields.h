#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "logs/log.h"
#include "logs/vocabulary.h"

// Fields that several logs share.

namespace busyhour::internal {

using Texts = std::vector<std::string>;

Texts ResourceIdText(const Vocabulary& words, LogType log);
Texts CategoryText(const Vocabulary& words, LogType log);
Texts CategoryWord(LogType log);
Texts ApiVersionTexts(const Vocabulary& words, LogType log);
Texts LevelWords(LogType log);
Texts LevelsOfRequests(const Vocabulary& words, LogType log);
Texts StatusTexts(const Vocabulary& words, LogType log);
Texts ServerCallHeads(const Vocabulary& words, LogType log);
Texts SdkVersionTexts(const Vocabulary& words, LogType log);
Texts SdkTypeTexts(const Vocabulary& words, LogType log);
/// The sources of a play or prompt, with both names for text.
Texts SourceWords();
/// One text of each client, indexed by the record's client.
Texts OfClients(const Vocabulary& words, std::string ClientWords::*text);

/// `count` texts, one for each value of a byte.
template <class TextOf>
Texts TextsOfByte(std::size_t count, TextOf text_of) {
  Texts texts;
  for (std::size_t byte = 0; byte < count; ++byte) {
    texts.emplace_back(text_of(byte));
  }
  return texts;
}

/// `0` to `kCount - 1`.
template <std::size_t kCount>
Texts NumberTexts(const Vocabulary&, LogType) {
  return TextsOfByte(kCount,
                     [](std::size_t byte) { return std::to_string(byte); });
}

/// What was asked and the status of the answer. `Payload` is that of a log of
/// requests.
template <class Payload>
std::string RequestSummary(const Record& record, const Vocabulary& words) {
  const auto answered = record.As<Payload>();
  return words.operations[answered.operation] + ' ' +
         std::to_string(words.requests[answered.status].status);
}

/// The columns of two lists, in this order.
template <std::size_t kFirst, std::size_t kSecond>
constexpr std::array<Column, kFirst + kSecond> Joined(
    const Column (&first)[kFirst], const Column (&second)[kSecond]) {
  std::array<Column, kFirst + kSecond> all{};
  for (std::size_t i = 0; i < kFirst; ++i) all[i] = first[i];
  for (std::size_t i = 0; i < kSecond; ++i) all[kFirst + i] = second[i];
  return all;
}

inline constexpr std::string_view kGuidPattern =
    "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

inline constexpr std::string_view kUserPattern =
    "(4:\\+[1-9][0-9]{6,14}|8:[a-z]+:[0-9a-f_-]+)";

inline constexpr Field kTimeField{
    .kind = FieldKind::kTime,
    .at = offsetof(Record, time_ms),
    .meaning = "When it happened, UTC.",
    .tells = Field::Tells::kCourse,
};

inline constexpr Field kCorrelationIdField{
    .kind = FieldKind::kCorrelationId,
    .meaning = "The same in all records about one stretch of a call.",
};

inline constexpr Field kCallerAddressField{
    .kind = FieldKind::kCallerAddress,
    .meaning = "Address of the application's server.",
    .tells = Field::Tells::kProfile,
};

inline constexpr Field kResourceIdField{
    .meaning = "The communication resource.",
    .texts = ResourceIdText,
    .pattern =
        "/SUBSCRIPTIONS/[0-9A-F-]{36}/RESOURCEGROUPS/[^/a-z]+"
        "/PROVIDERS/MICROSOFT\\.COMMUNICATION"
        "/COMMUNICATIONSERVICES/[^/a-z]+",
    .tells = Field::Tells::kResource,
};

/// `at`: offset of the byte with the index of the client that made the request.
constexpr Field ApiVersionField(std::uint8_t at) {
  return {.at = at,
          .meaning = "The request's api-version.",
          .texts = ApiVersionTexts,
          .tells = Field::Tells::kProfile};
}

/// `at`: offset of the byte that selects one of `texts`.
constexpr Field LevelField(std::uint8_t at,
                           Texts (*texts)(const Vocabulary&, LogType)) {
  return {.at = at,
          .meaning = "How serious it is.",
          .texts = texts,
          .words = LevelWords};
}

// The fields of an answered request. `status_at`, `client_at` and `node_at` are
// the offsets of the bytes with these indices.

constexpr Field RequestLevelField(std::uint8_t status_at) {
  return LevelField(status_at, LevelsOfRequests);
}

constexpr Field StatusField(std::uint8_t status_at) {
  return {.kind = FieldKind::kNumber,
          .at = status_at,
          .meaning = "HTTP status of the answer.",
          .texts = StatusTexts,
          .pattern = "[1-5][0-9]{2}",
          .tells = Field::Tells::kProfile};
}

/// `at`: offset of the word with the time.
constexpr Field AnswerTimeField(std::uint8_t at) {
  return {.kind = FieldKind::kMilliseconds,
          .at = at,
          .meaning = "Time until the answer, in milliseconds.",
          .tells = Field::Tells::kProfile};
}

inline constexpr Field kCallConnectionIdField{
    .kind = FieldKind::kConnectionId,
    .meaning =
        "The application's connection to the call; empty when there was none.",
    .may_be_empty = true,
};

constexpr Field ServerCallIdField(std::uint8_t node_at) {
  return {
      .kind = FieldKind::kServerCallId,
      .at = node_at,
      .meaning =
          "The call, as the service knows it: Base64 of a URL; empty when "
          "there was no call.",
      .texts = ServerCallHeads,
      .pattern = "([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
      .may_be_empty = true,
      .tells = Field::Tells::kProfile};
}

constexpr Field SdkVersionField(std::uint8_t client_at) {
  return {.at = client_at,
          .meaning = "Version of the SDK; empty when unknown.",
          .texts = SdkVersionTexts,
          .may_be_empty = true,
          .tells = Field::Tells::kProfile};
}

constexpr Field SdkTypeField(std::uint8_t client_at) {
  return {.at = client_at,
          .meaning = "Language of the SDK; empty when unknown.",
          .texts = SdkTypeTexts,
          .may_be_empty = true,
          .tells = Field::Tells::kProfile};
}

/// `may_be_empty`: whether some operations have no id.
constexpr Field OperationIdField(bool may_be_empty) {
  return {.kind = FieldKind::kOwnId,
          .meaning = "Joins a request with its media summary.",
          .may_be_empty = may_be_empty};
}

inline constexpr Field kCategoryField{
    .meaning = "Azure's category of the log.",
    .texts = CategoryText,
    .words = CategoryWord,
};

}  // namespace busyhour::internal

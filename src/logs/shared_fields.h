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

namespace busyhour {

using Texts = std::vector<std::string>;

Texts ResourceIdText(const Vocabulary& words, LogType log);
Texts CategoryText(const Vocabulary& words, LogType log);
Texts CategoryWord(LogType log);
Texts ApiVersionTexts(const Vocabulary& words, LogType log);
Texts LevelWords(LogType log);
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

inline constexpr Field kCategoryField{
    .meaning = "Azure's category of the log.",
    .texts = CategoryText,
    .words = CategoryWord,
};

}  // namespace busyhour

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "logs/shared_fields.h"
#include "profile/profile.h"

// Fields that the logs of call summaries, of call diagnostics and of their
// updates share. Sources of each field: docs/logs.md.

namespace busyhour::internal {

/// The kind of an endpoint of the service itself, after `ParticipantKind`.
inline constexpr std::uint8_t kServerKind = kParticipantKindCount;

/// The texts of an endpoint of this kind.
std::string IdentifierText(const Vocabulary& words, std::size_t kind);
std::string_view EndpointIdText(std::size_t kind);
std::string_view EndpointTypeText(const Vocabulary& words, std::size_t kind);

Texts CallLogCategoryTexts(const Vocabulary& words, LogType log);
Texts CallLogCategoryWords(LogType log);
Texts CallLogVersionText(const Vocabulary& words, LogType log);
Texts MissingText(const Vocabulary& words, LogType log);
Texts FalseText(const Vocabulary& words, LogType log);

inline constexpr Field kCallLogOperationField{
    .meaning = "The kind of record, the same as its category.",
    .texts = CallLogCategoryTexts,
    .words = CallLogCategoryWords,
    .tells = Field::Tells::kProfile,
};
inline constexpr Field kCallLogVersionField{
    .meaning = "Version of the record's fields.",
    .texts = CallLogVersionText,
};
inline constexpr Field kCallLogCategoryField{
    .meaning = "Azure's category of the log.",
    .texts = CallLogCategoryTexts,
    .words = CallLogCategoryWords,
    .tells = Field::Tells::kProfile,
};
inline constexpr Field kTeamsPhoneExtensibilityField{
    .kind = FieldKind::kBoolean,
    .meaning = "Whether the call belongs to Teams Phone extensibility.",
    .texts = FalseText,
};

/// `at`: offset of the byte that selects one of `texts`.
constexpr Field IdentifierField(std::uint8_t at, std::string_view meaning,
                                Texts (*texts)(const Vocabulary&, LogType)) {
  return {.kind = FieldKind::kUserId,
          .at = at,
          .meaning = meaning,
          .texts = texts,
          .pattern = "(acs:[0-9a-f-]{36}_)?[0-9a-f-]{36}",
          .may_be_missing = true};
}
/// The version of an update.
constexpr Field UpdatesVersionField(std::uint8_t at,
                                    Texts (*texts)(const Vocabulary&,
                                                   LogType)) {
  return {.kind = FieldKind::kNumber,
          .at = at,
          .meaning = "Version of the record; the highest counts.",
          .texts = texts,
          .pattern = "[1-7]"};
}

/// The columns of a log's updates: those of the log, then the version.
template <std::size_t kCount>
constexpr auto WithVersionInProperties(const Column (&columns)[kCount],
                                       const Field& version) {
  const Column last[] = {
      {"callupdatesversion", &version, "properties", Type::kString}};
  return Joined(columns, last);
}
template <std::size_t kCount>
constexpr auto WithVersion(const Column (&columns)[kCount],
                           const Field& version) {
  const Column last[] = {{"CallUpdatesVersion", &version}};
  return Joined(columns, last);
}

}  // namespace busyhour::internal

#include "logs/call_log_fields.h"

#include "logs/vocabulary.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t IndexOf(ParticipantKind kind) {
  return static_cast<std::size_t>(kind);
}

// The log whose updates `log` contains; else `log` itself.
LogType OriginalOf(LogType log) {
  switch (log) {
    case LogType::kCallSummaryUpdates:
      return LogType::kCallSummary;
    case LogType::kCallDiagnosticsUpdates:
      return LogType::kCallDiagnostics;
    default:
      return log;
  }
}

}  // namespace

std::string IdentifierText(const Vocabulary& words, std::size_t kind) {
  constexpr std::size_t kScheme = 2;  // `8:`
  if (kind == IndexOf(ParticipantKind::kPstn) || kind == kServerKind) {
    return std::string(kMissingText);
  }
  if (kind == IndexOf(ParticipantKind::kTeams)) return "";
  return words.user_prefixes[kind].substr(kScheme);
}

std::string_view EndpointIdText(std::size_t kind) {
  return kind == kServerKind ? kMissingText : "";
}

std::string_view EndpointTypeText(const Vocabulary& words, std::size_t kind) {
  const CallSummary& summary = words.profile->call_summary;
  if (kind == kServerKind) return "Server";
  if (kind == IndexOf(ParticipantKind::kPstn)) return "PSTN";
  return kind == IndexOf(ParticipantKind::kApp) ? summary.endpoint_type_app
                                                : summary.endpoint_type_voip;
}

Texts CallLogCategoryTexts(const Vocabulary& words, LogType log) {
  return CategoryWord(
      words.profile->call_summary.own_update_category ? log : OriginalOf(log));
}

Texts CallLogCategoryWords(LogType log) {
  Texts words = CategoryWord(OriginalOf(log));
  if (log != OriginalOf(log)) words.emplace_back(Info(log).category);
  return words;
}

Texts CallLogVersionText(const Vocabulary&, LogType) { return {"1.0"}; }
Texts MissingText(const Vocabulary&, LogType) {
  return {std::string(kMissingText)};
}
Texts FalseText(const Vocabulary&, LogType) { return {"false"}; }

}  // namespace busyhour::internal

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace busyhour {

/// Where the sound of a play or a prompt comes from.
enum class Source : std::uint8_t { kNone, kFile, kText, kSsml };
inline constexpr std::size_t kSourceCount = 4;

/// What a recognize listens for.
enum class Input : std::uint8_t {
  kNone,
  kDtmf,
  kChoices,
  kSpeech,
  kSpeechOrDtmf,
};
inline constexpr std::size_t kInputCount = 5;

/// `SubOperationName` of a play and `RecognizePromptSubOperationName`: `File`
/// and `TextToSpeech` and `SSML` are in the Azure page of May 2023. The newer
/// table reference writes `Text`; a profile chooses.
std::string_view SourceName(Source source);
/// `SubOperationName` of a recognize: `Dtmf` is in the table reference, the
/// others follow the SDK's words (our assumption).
std::string_view InputName(Input input);

std::optional<Source> FindSource(std::string_view name);
std::optional<Input> FindInput(std::string_view name);

/// True where Azure AI services turn text into speech.
inline bool NeedsSynthesis(Source source) {
  return source == Source::kText || source == Source::kSsml;
}
/// True where Azure AI services turn speech into text.
inline bool NeedsRecognition(Input input) {
  return input == Input::kChoices || input == Input::kSpeech ||
         input == Input::kSpeechOrDtmf;
}

}  // namespace busyhour

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace busyhour::internal {

/// The source of a play's or prompt's audio.
enum class Source : std::uint8_t { kNone, kFile, kText, kSsml };
inline constexpr std::size_t kSourceCount = 4;

/// The expected input of a recognize.
enum class Input : std::uint8_t {
  kNone,
  kDtmf,
  kChoices,
  kSpeech,
  kSpeechOrDtmf,
};
inline constexpr std::size_t kInputCount = 5;

/// `SubOperationName` of a play and `RecognizePromptSubOperationName`: `File`,
/// `TextToSpeech` and `SSML` are on the Azure page of May 2023. The newer table
/// reference has `Text`; the profile selects one.
std::string_view SourceName(Source source);
/// `SubOperationName` of a recognize: `Dtmf` is in the table reference, the
/// others follow the SDK's words (our assumption).
std::string_view InputName(Input input);

std::optional<Source> FindSource(std::string_view name);
std::optional<Input> FindInput(std::string_view name);

/// Whether Azure AI services convert text to speech.
inline bool NeedsSynthesis(Source source) {
  return source == Source::kText || source == Source::kSsml;
}
/// Whether Azure AI services convert speech to text.
inline bool NeedsRecognition(Input input) {
  return input == Input::kChoices || input == Input::kSpeech ||
         input == Input::kSpeechOrDtmf;
}

}  // namespace busyhour::internal

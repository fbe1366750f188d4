#include "catalog/media.h"

#include <cstddef>
#include <iterator>

namespace busyhour::internal {
namespace {

constexpr std::string_view kSourceNames[] = {"", "File", "TextToSpeech",
                                             "SSML"};
static_assert(std::size(kSourceNames) == kSourceCount);

constexpr std::string_view kInputNames[] = {"", "Dtmf", "Choices", "Speech",
                                            "SpeechOrDtmf"};
static_assert(std::size(kInputNames) == kInputCount);

}  // namespace

std::string_view SourceName(Source source) {
  return kSourceNames[static_cast<std::size_t>(source)];
}

std::string_view InputName(Input input) {
  return kInputNames[static_cast<std::size_t>(input)];
}

std::optional<Source> FindSource(std::string_view name) {
  for (std::size_t i = 1; i < kSourceCount; ++i) {
    if (kSourceNames[i] == name) return static_cast<Source>(i);
  }
  return std::nullopt;
}

std::optional<Input> FindInput(std::string_view name) {
  for (std::size_t i = 1; i < kInputCount; ++i) {
    if (kInputNames[i] == name) return static_cast<Input>(i);
  }
  return std::nullopt;
}

}  // namespace busyhour::internal

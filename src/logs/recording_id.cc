#include "logs/recording_id.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "text/base64.h"

namespace busyhour {
namespace {

constexpr std::string_view kBefore = R"({"PlatformEndpointId":")";
constexpr std::string_view kBetween = R"(","ResourceSpecificId":")";
constexpr std::string_view kAfter = R"("})";
constexpr std::size_t kSecondAt =
    kBefore.size() + kGuidTextBytes + kBetween.size();
constexpr std::size_t kBytes = kSecondAt + kGuidTextBytes + kAfter.size();
static_assert((kBytes * 4 + 2) / 3 == kRecordingIdBytes);

void PutGuidText(const Guid& guid, unsigned char* out) noexcept {
  static constexpr char kDigits[] = "0123456789abcdef";
  int nibble = 0;
  for (int i = 0; i < kGuidTextBytes; ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      out[i] = '-';
      continue;
    }
    const std::uint64_t word = nibble < 16 ? guid.high : guid.low;
    out[i] = static_cast<unsigned char>(
        kDigits[word >> (60 - nibble % 16 * 4) & 15]);
    ++nibble;
  }
}

// The text with zeros for the GUIDs.
constexpr auto kTemplate = [] {
  std::array<char, kBytes> text{};
  std::size_t at = 0;
  for (const std::string_view part : {kBefore, kBetween, kAfter}) {
    for (const char c : part) text[at++] = c;
    if (part != kAfter) at += kGuidTextBytes;
  }
  return text;
}();

}  // namespace

char* PutRecordingId(const Guid& endpoint, const Guid& resource,
                     char* p) noexcept {
  std::array<unsigned char, kBytes> text;
  std::memcpy(text.data(), kTemplate.data(), kBytes);
  PutGuidText(endpoint, text.data() + kBefore.size());
  PutGuidText(resource, text.data() + kSecondAt);
  return PutBase64(text.data(), text.size(), kBase64Digits, p);
}

std::string RecordingIdText(const Guid& endpoint, const Guid& resource) {
  std::string text(kRecordingIdBytes, '\0');
  PutRecordingId(endpoint, resource, text.data());
  return text;
}

std::optional<Guid> RecordingIn(std::string_view id) {
  if (id.size() != kRecordingIdBytes) return std::nullopt;
  const auto text = BytesOfBase64(id, kBase64Digits);
  if (!text || text->size() != kBytes) return std::nullopt;
  const std::string_view view = *text;
  if (!view.starts_with(kBefore) || !view.ends_with(kAfter) ||
      view.substr(kBefore.size() + kGuidTextBytes, kBetween.size()) !=
          kBetween) {
    return std::nullopt;
  }
  return ParseGuid(view.substr(kSecondAt, kGuidTextBytes));
}

}  // namespace busyhour

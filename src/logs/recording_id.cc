#include "logs/recording_id.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "text/base64.h"

namespace busyhour::internal {
namespace {

constexpr std::string_view kBefore = R"({"PlatformEndpointId":")";
constexpr std::string_view kBetween = R"(","ResourceSpecificId":")";
constexpr std::string_view kAfter = R"("})";
constexpr std::size_t kFirstAt = kBefore.size();
constexpr std::size_t kSecondAt = kFirstAt + kGuidTextBytes + kBetween.size();
constexpr std::size_t kBytes = kSecondAt + kGuidTextBytes + kAfter.size();
static_assert((kBytes * 4 + 2) / 3 == kRecordingIdBytes);

// Two hexadecimal digits for each byte, and two digits of Base64 for each 12
// bits.
constexpr auto kHexPairs = [] {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<std::array<char, 2>, 256> pairs{};
  for (std::size_t byte = 0; byte < pairs.size(); ++byte) {
    pairs[byte] = {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return pairs;
}();
constexpr auto kBase64Pairs = [] {
  std::array<std::array<char, 2>, 4096> pairs{};
  for (std::size_t bits = 0; bits < pairs.size(); ++bits) {
    pairs[bits] = {kBase64Digits[bits >> 6], kBase64Digits[bits & 63]};
  }
  return pairs;
}();

// The text with zeros for the GUIDs' digits.
constexpr auto kTemplate = [] {
  std::array<char, kBytes> text{};
  std::size_t at = 0;
  for (const std::string_view part : {kBefore, kBetween, kAfter}) {
    for (const char c : part) text[at++] = c;
    if (part == kAfter) break;
    for (const unsigned dash : {8u, 13u, 18u, 23u}) text[at + dash] = '-';
    at += kGuidTextBytes;
  }
  return text;
}();

void PutGuidText(const Guid& guid, char* out) noexcept {
  static constexpr std::array<std::uint8_t, 16> kAt = {
      0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};
  for (unsigned i = 0; i < 8; ++i) {
    const unsigned shift = 56 - 8 * i;
    std::memcpy(out + kAt[i], kHexPairs[guid.high >> shift & 0xff].data(), 2);
    std::memcpy(out + kAt[i + 8], kHexPairs[guid.low >> shift & 0xff].data(),
                2);
  }
}

// Six bytes of the text are eight digits of Base64.
void PutEight(std::uint64_t six_bytes, char* out) noexcept {
  for (int i = 0; i < 4; ++i) {
    const auto& pair = kBase64Pairs[six_bytes >> (36 - 12 * i) & 0xfff];
    std::memcpy(out + 2 * i, pair.data(), 2);
  }
}

// The digits of a GUID are in so many steps of six bytes.
constexpr std::size_t kSteps = 7;
constexpr std::size_t kStepBytes = 6;
static_assert(kSteps * kStepBytes >= kGuidTextBytes + 2 + 1);

// The id of the template.
constexpr auto kIdTemplate = [] {
  std::array<char, kRecordingIdBytes> id{};
  for (std::size_t i = 0; i < id.size(); ++i) {
    // Digit i has the bits from 6 i on; there are zeros after the last byte.
    const std::size_t at = i * 6 / 8;
    const auto byte = [](std::size_t number) {
      return number < kBytes ? static_cast<unsigned char>(kTemplate[number])
                             : 0u;
    };
    const unsigned bits = byte(at) << 8 | byte(at + 1);
    id[i] = kBase64Digits[bits >> (10 - i * 6 % 8) & 63u];
  }
  return id;
}();

}  // namespace

char* PutRecordingId(const Guid& endpoint, const Guid& resource,
                     char* p) noexcept {
  // Whole words are read.
  std::array<char, kBytes + 8> text;
  std::memcpy(text.data(), kTemplate.data(), kBytes);
  std::memcpy(p, kIdTemplate.data(), kRecordingIdBytes);
  PutGuidText(endpoint, text.data() + kFirstAt);
  PutGuidText(resource, text.data() + kSecondAt);
  for (const std::size_t first : {kFirstAt, kSecondAt}) {
    // Whole groups of three bytes, all of them before the last byte.
    std::size_t at = std::min(first / 3 * 3, kBytes - 1 - kSteps * kStepBytes);
    for (std::size_t i = 0; i < kSteps; ++i, at += kStepBytes) {
      std::uint64_t word;
      std::memcpy(&word, text.data() + at, sizeof word);
      PutEight(__builtin_bswap64(word) >> 16, p + at / 3 * 4);
    }
  }
  return p + kRecordingIdBytes;
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

}  // namespace busyhour::internal

#include "base/guid.h"

#include <array>
#include <cstddef>

#include "base/ascii.h"
#include "base/stream.h"

namespace busyhour::internal {
namespace {

using guid_cipher::Encipher;
using guid_cipher::Halves;
using guid_cipher::Join;
using guid_cipher::kConnectionHalfBits;
using guid_cipher::kHalfBits;
using guid_cipher::kVersion4;
using guid_cipher::LowBits;
using guid_cipher::Scramble;

template <int kBits, int kRounds>
Halves Decipher(Halves halves, const std::uint64_t (&keys)[kRounds]) noexcept {
  for (int round = kRounds - 1; round >= 0; --round) {
    const std::uint64_t previous =
        halves.right ^ Scramble<kBits>(halves.left, keys[round]);
    halves = {previous, halves.left};
  }
  return halves;
}

constexpr std::uint64_t kVersionMask = 0xf000;

bool IsVersion4(const Guid& guid) {
  return (guid.high & kVersionMask) == kVersion4 && guid.low >> 62 == 2;
}

std::uint64_t RemoveVersion(std::uint64_t high) {
  return high >> 16 << 12 | (high & 0xfff);
}

template <int kHalf>
Halves Split(const Guid& guid, std::uint64_t high_free) {
  constexpr int kLowFromLeft = 62 - kHalf;
  const std::uint64_t low = guid.low & LowBits(62);
  return {high_free << kLowFromLeft | low >> kHalf, low & LowBits(kHalf)};
}

// The value of each character; -1 if it is not a digit.
constexpr auto kHexDigits = [] {
  std::array<std::int8_t, 256> digits{};
  for (int c = 0; c < 256; ++c) {
    digits[static_cast<std::size_t>(c)] =
        static_cast<std::int8_t>(HexDigit(static_cast<char>(c)));
  }
  return digits;
}();

constexpr bool IsDash(int position) {
  return position == 8 || position == 13 || position == 18 || position == 23;
}

}  // namespace

std::string FormatGuid(const Guid& guid) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  int nibble = 0;
  for (int i = 0; i < kGuidTextBytes; ++i) {
    if (IsDash(i)) {
      text += '-';
      continue;
    }
    const std::uint64_t word = nibble < 16 ? guid.high : guid.low;
    text += kDigits[word >> (60 - nibble % 16 * 4) & 15];
    ++nibble;
  }
  return text;
}

std::optional<Guid> ParseGuid(std::string_view text) noexcept {
  if (text.size() != kGuidTextBytes) return std::nullopt;
  if (text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') {
    return std::nullopt;
  }
  int wrong = 0;  // negative after a character that is not a digit
  const auto digits = [&](std::size_t begin, std::size_t count) {
    std::uint64_t word = 0;
    for (std::size_t i = begin; i < begin + count; ++i) {
      const int digit = kHexDigits[static_cast<unsigned char>(text[i])];
      wrong |= digit;
      word = word << 4 | static_cast<std::uint64_t>(digit & 15);
    }
    return word;
  };
  const Guid guid{digits(0, 8) << 32 | digits(9, 4) << 16 | digits(14, 4),
                  digits(19, 4) << 48 | digits(24, 12)};
  if (wrong < 0) return std::nullopt;
  return guid;
}

std::optional<Guid> ParseAnyGuid(std::string_view text) {
  constexpr std::string_view kUrn = "urn:uuid:";
  constexpr std::size_t kDigits = 32;
  if (text.starts_with(kUrn)) text.remove_prefix(kUrn.size());
  if (text.size() > 2 && ((text.front() == '{' && text.back() == '}') ||
                          (text.front() == '(' && text.back() == ')'))) {
    text = text.substr(1, text.size() - 2);
  }
  if (text.size() != kDigits) return ParseGuid(text);
  std::string dashed(text);
  for (const std::size_t at : {20, 16, 12, 8}) dashed.insert(at, 1, '-');
  return ParseGuid(dashed);
}

GuidCipher::GuidCipher(std::uint64_t run_key) noexcept {
  const std::uint64_t key = StreamKey(run_key, kSlotItself, kSlotItself);
  for (int round = 0; round < kRounds; ++round) {
    keys_[round] =
        Draw(key, Purpose::kIdentityKey, static_cast<std::uint64_t>(round));
  }
}

std::optional<Identity> GuidCipher::Decrypt(const Guid& guid) const noexcept {
  if (!IsVersion4(guid)) return std::nullopt;
  const Halves plain = Decipher<kHalfBits>(
      Split<kHalfBits>(guid, RemoveVersion(guid.high)), keys_);
  const std::uint64_t kind = plain.left >> 50;
  if (kind == 0 || kind > static_cast<std::uint64_t>(kLastIdKind) ||
      plain.right > kLastOrdinal) {
    return std::nullopt;
  }
  return Identity{static_cast<IdKind>(kind),
                  plain.left >> 16 & LowBits(kSlotBits),
                  static_cast<std::uint32_t>(plain.right),
                  static_cast<std::uint16_t>(plain.left & 0xffff)};
}

Guid GuidCipher::EncryptConnection(std::uint64_t slot, std::uint32_t ordinal,
                                   std::uint32_t leg,
                                   std::uint32_t node_prefix) const noexcept {
  const Halves plain{slot, std::uint64_t{leg} << kOrdinalBits | ordinal};
  Guid guid =
      Join<kConnectionHalfBits>(Encipher<kConnectionHalfBits>(plain, keys_));
  guid.high |= std::uint64_t{node_prefix} << 32;
  return guid;
}

std::optional<GuidCipher::Connection> GuidCipher::DecryptConnection(
    const Guid& guid) const noexcept {
  if (!IsVersion4(guid)) return std::nullopt;
  const Halves plain = Decipher<kConnectionHalfBits>(
      Split<kConnectionHalfBits>(guid, RemoveVersion(guid.high & 0xffffffff)),
      keys_);
  if (plain.left >> kSlotBits != 0 || plain.right >> (kOrdinalBits + 4) != 0) {
    return std::nullopt;
  }
  return Connection{plain.left,
                    static_cast<std::uint32_t>(plain.right) & kLastOrdinal,
                    static_cast<std::uint32_t>(plain.right >> kOrdinalBits),
                    static_cast<std::uint32_t>(guid.high >> 32)};
}

}  // namespace busyhour::internal

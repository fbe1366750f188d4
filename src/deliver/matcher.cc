#include "deliver/matcher.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace busyhour::internal {
namespace {

static_assert(std::endian::native == std::endian::little,
              "the first differing byte is the lowest one");

std::uint64_t WordAt(const char* p) noexcept {
  std::uint64_t word;
  std::memcpy(&word, p, sizeof word);
  return word;
}

// How many bytes at `p` equal those at `distance` before; up to `end`.
std::size_t EqualBytes(const char* p, std::size_t distance,
                       const char* end) noexcept {
  const char* const begin = p;
  while (end - p >= 32 && std::memcmp(p, p - distance, 32) == 0) p += 32;
  while (end - p >= 8) {
    const std::uint64_t differing = WordAt(p) ^ WordAt(p - distance);
    if (differing != 0) {
      return static_cast<std::size_t>(p - begin +
                                      std::countr_zero(differing) / 8);
    }
    p += 8;
  }
  while (p < end && *p == *(p - distance)) ++p;
  return static_cast<std::size_t>(p - begin);
}

// The same for at most `most` bytes before `p`. The first 8 bytes from `begin`
// on are not looked at.
std::size_t EqualBytesBefore(const char* p, std::size_t distance,
                             const char* begin, std::size_t most) noexcept {
  std::size_t bytes = 0;
  while (bytes < most && p - begin >= std::ptrdiff_t(distance + bytes + 8)) {
    const std::uint64_t differing =
        WordAt(p - bytes - 8) ^ WordAt(p - bytes - 8 - distance);
    if (differing != 0) {
      bytes += static_cast<std::size_t>(std::countl_zero(differing) / 8);
      break;
    }
    bytes += 8;
  }
  return std::min(bytes, most);
}

// Adds a step, which may need several.
Match* PutStep(std::size_t literals, std::size_t bytes, std::size_t distance,
               Match* out) noexcept {
  for (; literals > Matcher::kMostBytes; literals -= Matcher::kMostBytes) {
    *out++ = {Matcher::kMostBytes, 0, 0};
  }
  *out = {static_cast<std::uint32_t>(literals),
          static_cast<std::uint32_t>(bytes),
          static_cast<std::uint32_t>(distance)};
  return out + 1;
}

}  // namespace

std::span<const Match> Matcher::Find(std::string_view text,
                                     std::span<const RepeatHint> hints) {
  matches_.resize(hints.size() + text.size() / kMostBytes + 1);
  std::fill(last_.begin(), last_.end(), 0);
  Match* out = matches_.data();
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* literals = begin;  // the bytes that are not in a match yet
  std::size_t distance = 0;      // of the previous match
  for (const RepeatHint& hint : hints) {
    std::uint32_t& last = last_[hint.key % kKeys];
    const std::size_t back = hint.at - last;
    last = hint.at;
    const char* const passage_end = begin + hint.at + hint.bytes;
    if (passage_end <= literals) continue;
    // The previous match may have reached into the passage by chance.
    const char* const p = std::max(begin + hint.at, literals);
    const char* const limit =
        p + std::min<std::ptrdiff_t>(end - p, kMostBytes / 2);
    // The distance of the previous match takes fewer bits than another one.
    std::size_t bytes = distance == 0 ? 0 : EqualBytes(p, distance, limit);
    if (p + bytes < passage_end && back != 0 && back <= reach_) {
      const std::size_t others = EqualBytes(p, back, limit);
      if (others > bytes) {
        bytes = others;
        distance = back;
      }
    }
    if (bytes < kLeastBytes) continue;
    const std::size_t before = EqualBytesBefore(
        p, distance, begin,
        std::min<std::size_t>(static_cast<std::size_t>(p - literals),
                              kMostBytes / 2));
    out = PutStep(static_cast<std::size_t>(p - literals) - before,
                  bytes + before, distance, out);
    literals = p + bytes;
  }
  out = PutStep(static_cast<std::size_t>(end - literals), 0, 0, out);
  return {matches_.data(), out};
}

}  // namespace busyhour::internal

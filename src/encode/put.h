#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/digits.h"
#include "base/guid.h"

#if defined(__aarch64__)
#include <arm_neon.h>
#elif defined(__x86_64__)
#include <immintrin.h>
#endif

// Writes values as text. Each function writes at `p`, at most its kMax...Bytes,
// and returns the end of what it wrote. The caller provides the space: up to
// kSlackBytes beyond that end, or beyond kMax...Bytes, may be overwritten.

namespace busyhour::internal {

static_assert(std::endian::native == std::endian::little,
              "digits and GUIDs are put together in little-endian words");

// ---------------------------------------------------------------- plain text

/// Texts are copied in whole steps, so source and destination need this much
/// slack.
inline constexpr std::size_t kCopyStep = 32;
inline constexpr std::size_t kSlackBytes = 2 * kCopyStep;

inline char* PutText(std::string_view text, char* p) noexcept {
  std::memcpy(p, text.data(), text.size());
  return p + text.size();
}

// ------------------------------------------------------------------- numbers

inline constexpr auto kTwoDigits = [] {
  std::array<char, 200> digits{};
  for (std::size_t i = 0; i < 100; ++i) {
    digits[2 * i] = static_cast<char>('0' + i / 10);
    digits[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return digits;
}();

/// `07`. `value` is below 100.
inline constexpr std::size_t kMaxTwoDigitsBytes = 2;
inline char* PutTwoDigits(std::uint32_t value, char* p) noexcept {
  std::memcpy(p, &kTwoDigits[2 * value], 2);
  return p + 2;
}

inline constexpr auto kThreeDigits = [] {
  std::array<std::array<char, 4>, 1000> digits{};
  for (std::size_t i = 0; i < 1000; ++i) {
    digits[i] = {static_cast<char>('0' + i / 100),
                 static_cast<char>('0' + i / 10 % 10),
                 static_cast<char>('0' + i % 10), '\0'};
  }
  return digits;
}();

/// `007`. `value` is below 1000.
inline constexpr std::size_t kMaxThreeDigitsBytes = 3;
inline char* PutThreeDigits(std::uint32_t value, char* p) noexcept {
  std::memcpy(p, kThreeDigits[value].data(), 4);
  return p + 3;
}

/// `00000007`. `value` is below 10^8.
inline constexpr std::size_t kMaxEightDigitsBytes = 8;
inline char* PutEightDigits(std::uint32_t value, char* p) noexcept {
  const std::uint64_t text = EightDigits(value) | kEightZeros;
  std::memcpy(p, &text, 8);
  return p + 8;
}

/// `0`, `7`, `1234567`.
inline constexpr std::size_t kMaxUnsignedBytes = 20;
inline char* PutUnsigned(std::uint64_t value, char* p) noexcept {
  constexpr std::uint64_t kHundredMillion = 100'000'000;
  // Leading zeros are shifted out, except the last digit.
  if (value < 1000) {
    std::uint32_t text;
    std::memcpy(&text, kThreeDigits[value].data(), 4);
    const int zeros = (value < 10 ? 1 : 0) + (value < 100 ? 1 : 0);
    text >>= 8 * zeros;
    std::memcpy(p, &text, 4);
    return p + 3 - zeros;
  }
  if (value < kHundredMillion) {
    const std::uint64_t digits = EightDigits(static_cast<std::uint32_t>(value));
    const int zeros = std::countr_zero(digits) / 8;
    const std::uint64_t text = (digits | kEightZeros) >> (8 * zeros);
    std::memcpy(p, &text, 8);
    return p + 8 - zeros;
  }
  p = PutUnsigned(value / kHundredMillion, p);
  return PutEightDigits(static_cast<std::uint32_t>(value % kHundredMillion), p);
}

/// Of a number of 16 bits, and of one of 24 bits.
inline constexpr std::size_t kMaxCountBytes = 5;
inline constexpr std::size_t kMaxSecondsBytes = 8;

/// A fraction of at most eight digits after its point, without trailing zeros;
/// nothing if it is zero. May overwrite nine bytes.
inline char* PutFraction(std::uint32_t hundred_millionths, char* p) noexcept {
  if (hundred_millionths == 0) return p;
  const std::uint64_t digits = EightDigits(hundred_millionths);
  const std::uint64_t text = digits | kEightZeros;
  *p++ = '.';
  std::memcpy(p, &text, 8);
  return p + 8 - std::countl_zero(digits) / 8;
}

/// Connected minutes as `3`, `2.5` or `0.000017`: milliseconds divided by
/// 60,000 and rounded to six decimals.
inline constexpr std::size_t kMaxQuantityBytes = 12;
inline char* PutQuantity(std::uint32_t ms, char* p) noexcept {
  // A millionth of a minute is 0.06 ms; thirds never tie.
  const std::uint64_t millionths = (std::uint64_t{ms} * 50 + 1) / 3;
  p = PutUnsigned(millionths / 1'000'000, p);
  return PutFraction(static_cast<std::uint32_t>(millionths % 1'000'000) * 100,
                     p);
}

/// Milliseconds and the remaining ticks of 100 ns, [0, 10,000): `1172.9394`.
inline constexpr std::size_t kMaxFineMillisecondsBytes = 15;
inline char* PutFineMilliseconds(std::uint32_t ms, std::uint32_t ticks,
                                 char* p) noexcept {
  return PutFraction(ticks * 10'000, PutUnsigned(ms, p));
}

/// Milliseconds as seconds: `3.34`.
inline constexpr std::size_t kMaxFineSecondsBytes = 11;
inline char* PutFineSeconds(std::uint32_t ms, char* p) noexcept {
  return PutFraction(ms % 1000 * 100'000, PutUnsigned(ms / 1000, p));
}

// ----------------------------------------------------------------- addresses

/// `203.0.113.7`, first octet in the highest byte.
inline constexpr std::size_t kMaxIpv4Bytes = 15;
inline char* PutIpv4(std::uint32_t address, char* p) noexcept {
  for (int shift = 24; shift >= 0; shift -= 8) {
    p = PutUnsigned(address >> shift & 0xff, p);
    *p++ = '.';
  }
  return p - 1;
}

// --------------------------------------------------------------------- GUIDs

/// The 32 hexadecimal digits of a GUID, eight per word, the first in the lowest
/// byte.
using HexWords = std::array<std::uint64_t, 4>;

constexpr HexWords HexWordsScalar(const Guid& guid) noexcept {
  const auto digits = [](std::uint64_t eight) noexcept {
    // One nibble per byte, the first nibble in the lowest byte.
    eight = (eight & 0x0000'ffff) << 32 | (eight & 0xffff'0000) >> 16;
    eight = (eight & 0x0000'00ff'0000'00ff) << 16 |
            (eight & 0x0000'ff00'0000'ff00) >> 8;
    eight = (eight & 0x000f'000f'000f'000f) << 8 |
            (eight & 0x00f0'00f0'00f0'00f0) >> 4;
    const std::uint64_t letters =
        (eight + 0x0606'0606'0606'0606) >> 4 & 0x0101'0101'0101'0101;
    return eight + kEightZeros + letters * ('a' - '0' - 10);
  };
  return {digits(guid.high >> 32), digits(guid.high & 0xffff'ffff),
          digits(guid.low >> 32), digits(guid.low & 0xffff'ffff)};
}

#if defined(__aarch64__)
inline HexWords HexWordsNeon(const Guid& guid) noexcept {
  const uint8x16_t bytes = vreinterpretq_u8_u64(
      vcombine_u64(vcreate_u64(__builtin_bswap64(guid.high)),
                   vcreate_u64(__builtin_bswap64(guid.low))));
  const uint8x16_t digits =
      vld1q_u8(reinterpret_cast<const std::uint8_t*>("0123456789abcdef"));
  const uint8x16_t high = vqtbl1q_u8(digits, vshrq_n_u8(bytes, 4));
  const uint8x16_t low = vqtbl1q_u8(digits, vandq_u8(bytes, vdupq_n_u8(15)));
  HexWords words;
  auto* const to = reinterpret_cast<std::uint8_t*>(words.data());
  vst1q_u8(to, vzip1q_u8(high, low));
  vst1q_u8(to + 16, vzip2q_u8(high, low));
  return words;
}
#elif defined(__x86_64__)
inline HexWords HexWordsSse2(const Guid& guid) noexcept {
  const __m128i bytes =
      _mm_set_epi64x(static_cast<long long>(__builtin_bswap64(guid.low)),
                     static_cast<long long>(__builtin_bswap64(guid.high)));
  const __m128i low_nibble = _mm_set1_epi8(15);
  const __m128i high = _mm_and_si128(_mm_srli_epi16(bytes, 4), low_nibble);
  const __m128i low = _mm_and_si128(bytes, low_nibble);
  const auto digits = [](__m128i nibbles) noexcept {
    const __m128i letters = _mm_cmpgt_epi8(nibbles, _mm_set1_epi8(9));
    return _mm_add_epi8(_mm_add_epi8(nibbles, _mm_set1_epi8('0')),
                        _mm_and_si128(letters, _mm_set1_epi8('a' - '0' - 10)));
  };
  HexWords words;
  const __m128i first = digits(_mm_unpacklo_epi8(high, low));
  const __m128i second = digits(_mm_unpackhi_epi8(high, low));
  std::memcpy(words.data(), &first, 16);
  std::memcpy(words.data() + 2, &second, 16);
  return words;
}
#endif

/// `5fab0875-3211-4879-8051-c688d0854c4d`.
inline constexpr std::size_t kMaxGuidBytes = kGuidTextBytes;
inline char* PutGuid(const Guid& guid, char* p) noexcept {
#if defined(__aarch64__)
  const HexWords hex = HexWordsNeon(guid);
#elif defined(__x86_64__)
  const HexWords hex = HexWordsSse2(guid);
#else
  const HexWords hex = HexWordsScalar(guid);
#endif
  constexpr std::uint64_t kDash = '-';
  //  p+0       p+8       p+16      p+24      p+32
  //  hhhhhhhh  -hhhh-hh  hh-hhhh-  hhhhhhhh  hhhh
  const auto put = [p](std::uint64_t eight, int at) noexcept {
    std::memcpy(p + at, &eight, 8);
  };
  put(hex[0], 0);
  put(kDash | (hex[1] & 0xffff'ffff) << 8 | kDash << 40 | hex[1] >> 32 << 48,
      8);
  put(hex[1] >> 48 | kDash << 16 | (hex[2] & 0xffff'ffff) << 24 | kDash << 56,
      16);
  put(hex[2] >> 32 | hex[3] << 32, 24);
  const auto tail = static_cast<std::uint32_t>(hex[3] >> 32);
  std::memcpy(p + 32, &tail, 4);
  return p + kGuidTextBytes;
}

/// Appends the same text to `text`.
inline void AppendGuid(const Guid& guid, std::string& text) {
  const std::size_t at = text.size();
  text.resize(at + kMaxGuidBytes);
  PutGuid(guid, text.data() + at);
}

// ------------------------------------------------------------ vector variants

/// The vector operations in a form that every processor supports: on 64-bit
/// ARM, they use NEON.
struct PlainVectors {
  static void CopyStep(const char* from, char* to) noexcept {
    for (std::size_t i = 0; i < kCopyStep; i += 16) {
      std::memcpy(to + i, from + i, 16);
    }
  }
  static char* PutGuid(const Guid& guid, char* p) noexcept {
    return busyhour::internal::PutGuid(guid, p);
  }
};

#if defined(__x86_64__)
/// The same bytes, for processors with AVX2.
struct Avx2Vectors {
  [[gnu::target("avx2")]] static void CopyStep(const char* from,
                                               char* to) noexcept {
    for (std::size_t i = 0; i < kCopyStep; i += 32) {
      _mm256_storeu_si256(
          reinterpret_cast<__m256i*>(to + i),
          _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + i)));
    }
  }

  [[gnu::target("avx2")]] static char* PutGuid(const Guid& guid,
                                               char* p) noexcept {
    const __m128i words = _mm_set_epi64x(static_cast<long long>(guid.low),
                                         static_cast<long long>(guid.high));
    const __m128i bytes = _mm_shuffle_epi8(
        words,
        _mm_setr_epi8(7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8));
    const __m128i low_nibble = _mm_set1_epi8(15);
    const __m128i high = _mm_and_si128(_mm_srli_epi16(bytes, 4), low_nibble);
    const __m128i low = _mm_and_si128(bytes, low_nibble);
    const __m128i digits =
        _mm_setr_epi8('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a',
                      'b', 'c', 'd', 'e', 'f');
    const __m128i first =
        _mm_shuffle_epi8(digits, _mm_unpacklo_epi8(high, low));
    const __m128i second =
        _mm_shuffle_epi8(digits, _mm_unpackhi_epi8(high, low));
    // hhhhhhhh-hhhh-hh, hh-hhhh-hhhhhhhh, and hhhh. An index of -1 leaves a
    // zero for a dash.
    const __m128i begin = _mm_or_si128(
        _mm_shuffle_epi8(first, _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, -1, 8, 9,
                                              10, 11, -1, 12, 13)),
        _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, '-', 0, 0, 0, 0, '-', 0, 0));
    const __m128i middle = _mm_or_si128(
        _mm_shuffle_epi8(_mm_alignr_epi8(second, first, 14),
                         _mm_setr_epi8(0, 1, -1, 2, 3, 4, 5, -1, 6, 7, 8, 9, 10,
                                       11, 12, 13)),
        _mm_setr_epi8(0, 0, '-', 0, 0, 0, 0, '-', 0, 0, 0, 0, 0, 0, 0, 0));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), begin);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p + 16), middle);
    const int tail = _mm_extract_epi32(second, 3);
    std::memcpy(p + 32, &tail, 4);
    return p + kGuidTextBytes;
  }
};
#endif

/// Number of steps for `bytes`: one, or an even number.
constexpr std::size_t CopySteps(std::size_t bytes) {
  return bytes <= kCopyStep ? 1
                            : (bytes + 2 * kCopyStep - 1) / (2 * kCopyStep) * 2;
}

/// Copies `steps` steps. All texts of a kind use the number of the longest one,
/// so that the processor can predict the branches.
template <class Vectors>
inline void CopySteps(const char* from, std::size_t steps, char* to) noexcept {
  Vectors::CopyStep(from, to);
  if (steps == 1) return;
  Vectors::CopyStep(from + kCopyStep, to + kCopyStep);
  for (std::size_t i = 2; i < steps; i += 2) {
    Vectors::CopyStep(from + i * kCopyStep, to + i * kCopyStep);
    Vectors::CopyStep(from + (i + 1) * kCopyStep, to + (i + 1) * kCopyStep);
  }
}

}  // namespace busyhour::internal

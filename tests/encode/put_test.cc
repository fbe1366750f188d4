#include "encode/put.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace busyhour::internal {
namespace {

constexpr char kUnwritten = '\x7f';

// The output of `put`. Fails if it is longer than `max_bytes`, or if `put`
// writes beyond the slack.
template <class Put>
std::string Written(std::size_t max_bytes, Put put) {
  std::vector<char> buffer(max_bytes + kSlackBytes + 64, kUnwritten);
  char* const begin = buffer.data();
  char* const end = put(begin);
  EXPECT_LE(static_cast<std::size_t>(end - begin), max_bytes);
  for (std::size_t i = max_bytes + kSlackBytes; i < buffer.size(); ++i) {
    EXPECT_EQ(buffer[i], kUnwritten) << "scribbled on byte " << i;
  }
  return {begin, end};
}

std::string Unsigned(std::uint64_t value) {
  return Written(kMaxUnsignedBytes,
                 [value](char* p) { return PutUnsigned(value, p); });
}

// Numbers of every length, and numbers near each change of length.
std::vector<std::uint64_t> Numbers() {
  std::mt19937_64 random(1);
  std::vector<std::uint64_t> numbers = {0, ~std::uint64_t{0}};
  for (std::uint64_t power = 1; power < 10'000'000'000'000'000'000u;
       power *= 10) {
    numbers.insert(numbers.end(), {power - 1, power, power + 1});
    if (power > 1'000'000'000'000'000'000u) break;
  }
  for (int bits = 1; bits <= 64; ++bits) {
    for (int i = 0; i < 500; ++i) numbers.push_back(random() >> (64 - bits));
  }
  return numbers;
}

// For all v: PutUnsigned(v) == std::to_string(v).
TEST(PutUnsignedTest, WritesWhatToStringWrites) {
  for (const std::uint64_t value : Numbers()) {
    ASSERT_EQ(Unsigned(value), std::to_string(value));
  }
  for (std::uint64_t value = 0; value < 200'000; ++value) {
    ASSERT_EQ(Unsigned(value), std::to_string(value));
  }
}

TEST(PutDigitsTest, KeepsLeadingZeros) {
  char text[32];
  for (std::uint32_t value = 0; value < 1000; ++value) {
    std::snprintf(text, sizeof text, "%03u", value);
    ASSERT_EQ(Written(kMaxThreeDigitsBytes,
                      [&](char* p) { return PutThreeDigits(value, p); }),
              text);
    if (value >= 100) continue;
    ASSERT_EQ(Written(kMaxTwoDigitsBytes,
                      [&](char* p) { return PutTwoDigits(value, p); }),
              text + 1);
  }
  std::mt19937 random(2);
  for (int i = 0; i < 100'000; ++i) {
    const auto value = static_cast<std::uint32_t>(random()) % 100'000'000;
    std::snprintf(text, sizeof text, "%08u", value);
    ASSERT_EQ(Written(kMaxEightDigitsBytes,
                      [&](char* p) { return PutEightDigits(value, p); }),
              text);
  }
}

// Converts milliseconds to minutes by long division, rounding half up.
std::string QuantityByHand(std::uint64_t ms) {
  const std::uint64_t millionths = (ms * 1'000'000 + 30'000) / 60'000;
  char text[64];
  std::snprintf(text, sizeof text, "%llu.%06llu",
                static_cast<unsigned long long>(millionths / 1'000'000),
                static_cast<unsigned long long>(millionths % 1'000'000));
  std::string trimmed = text;
  while (trimmed.back() == '0') trimmed.pop_back();
  if (trimmed.back() == '.') trimmed.pop_back();
  return trimmed;
}

std::string Quantity(std::uint32_t ms) {
  return Written(kMaxQuantityBytes,
                 [ms](char* p) { return PutQuantity(ms, p); });
}

TEST(PutQuantityTest, IsMinutesWithoutNeedlessZeros) {
  EXPECT_EQ(Quantity(0), "0");
  EXPECT_EQ(Quantity(1), "0.000017");
  EXPECT_EQ(Quantity(600), "0.01");
  EXPECT_EQ(Quantity(150'000), "2.5");
  EXPECT_EQ(Quantity(180'000), "3");
  EXPECT_EQ(Quantity(600'000), "10");
  EXPECT_EQ(Quantity(~std::uint32_t{0}), "71582.78825");
}

TEST(PutQuantityTest, RoundsToSixDecimals) {
  std::mt19937 random(3);
  for (std::uint32_t ms = 0; ms < 130'000; ++ms) {
    ASSERT_EQ(Quantity(ms), QuantityByHand(ms));
  }
  for (int i = 0; i < 200'000; ++i) {
    const auto ms = static_cast<std::uint32_t>(random());
    ASSERT_EQ(Quantity(ms), QuantityByHand(ms));
  }
}

TEST(PutIpv4Test, WritesDottedDecimals) {
  std::mt19937 random(4);
  char text[32];
  for (int i = 0; i < 100'000; ++i) {
    const auto address = static_cast<std::uint32_t>(random());
    std::snprintf(text, sizeof text, "%u.%u.%u.%u", address >> 24,
                  address >> 16 & 255, address >> 8 & 255, address & 255);
    ASSERT_EQ(
        Written(kMaxIpv4Bytes, [&](char* p) { return PutIpv4(address, p); }),
        text);
  }
}

std::vector<Guid> Guids() {
  std::mt19937_64 random(5);
  std::vector<Guid> guids = {{0, 0},
                             {~std::uint64_t{0}, ~std::uint64_t{0}},
                             {0x0123456789abcdef, 0xfedcba9876543210}};
  for (int i = 0; i < 100'000; ++i) guids.push_back({random(), random()});
  return guids;
}

TEST(PutGuidTest, WritesWhatFormatGuidWrites) {
  for (const Guid& guid : Guids()) {
    ASSERT_EQ(Written(kMaxGuidBytes, [&](char* p) { return PutGuid(guid, p); }),
              FormatGuid(guid));
  }
}

// For all guids: every variant == the scalar one.
TEST(PutGuidTest, VectorsWriteTheSameBytes) {
#if defined(__x86_64__)
  for (const Guid& guid : Guids()) {
    ASSERT_EQ(HexWordsSse2(guid), HexWordsScalar(guid));
  }
  if (!__builtin_cpu_supports("avx2")) GTEST_SKIP() << "no AVX2 here";
  for (const Guid& guid : Guids()) {
    ASSERT_EQ(Written(kMaxGuidBytes,
                      [&](char* p) { return Avx2Vectors::PutGuid(guid, p); }),
              FormatGuid(guid));
  }
#else
  GTEST_SKIP() << "scalar only here";
#endif
}

TEST(CopyTest, StepsAreOneOrAnEvenNumber) {
  EXPECT_EQ(CopySteps(0), 1u);
  EXPECT_EQ(CopySteps(kCopyStep), 1u);
  EXPECT_EQ(CopySteps(kCopyStep + 1), 2u);
  EXPECT_EQ(CopySteps(2 * kCopyStep), 2u);
  EXPECT_EQ(CopySteps(2 * kCopyStep + 1), 4u);
}

}  // namespace
}  // namespace busyhour::internal

#include "parquet/hybrid.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace busyhour::internal {
namespace {

std::uint64_t ReadUnsigned(const std::string& text, std::size_t& at) {
  std::uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(text.at(at++));
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
}

// Reads `count` values, as the format's description says.
std::vector<std::uint32_t> Read(const std::string& text, unsigned width,
                                std::size_t count) {
  std::vector<std::uint32_t> values;
  std::size_t at = 0;
  while (values.size() < count) {
    const std::uint64_t head = ReadUnsigned(text, at);
    if (head % 2 == 0) {
      std::uint32_t value = 0;
      for (unsigned shift = 0; shift < width; shift += 8) {
        value |= std::uint32_t{static_cast<unsigned char>(text.at(at++))}
                 << shift;
      }
      values.insert(values.end(), head / 2, value);
      continue;
    }
    const std::size_t packed = head / 2 * 8;
    for (std::size_t bit = 0; bit < packed * width; bit += width) {
      std::uint32_t value = 0;
      for (unsigned i = 0; i < width; ++i) {
        const auto byte =
            static_cast<unsigned char>(text.at(at + (bit + i) / 8));
        value |= std::uint32_t{byte >> (bit + i) % 8 & 1u} << i;
      }
      values.push_back(value);
    }
    at += head / 2 * width;
    EXPECT_LT(values.size(), count + 8);
    values.resize(count);
  }
  EXPECT_EQ(at, text.size());
  return values;
}

TEST(HybridTest, WidthsFitTheLargestValue) {
  EXPECT_EQ(BitWidthOf(1), 0u);
  EXPECT_EQ(BitWidthOf(2), 1u);
  EXPECT_EQ(BitWidthOf(256), 8u);
  EXPECT_EQ(BitWidthOf(257), 9u);
}

// For all widths and lists of values: they are read back.
TEST(HybridTest, ValuesAreReadBack) {
  std::mt19937 random(1);
  for (unsigned width = 0; width <= 24; ++width) {
    for (int i = 0; i < 50; ++i) {
      std::vector<std::uint32_t> values(1 + random() % 100);
      for (std::uint32_t& value : values) {
        value = static_cast<std::uint32_t>(random() % (1u << width));
      }
      std::string text;
      AppendHybrid(values, width, text);
      ASSERT_EQ(Read(text, width, values.size()), values) << width;
      if (width > 8) continue;
      const std::vector<std::uint8_t> bytes(values.begin(), values.end());
      std::string same;
      AppendHybrid(bytes, width, same);
      ASSERT_EQ(same, text);
    }
  }
}

TEST(HybridTest, EqualValuesAreOneRun) {
  std::string text;
  AppendHybrid(std::vector<std::uint8_t>(1000, 5), 3, text);
  EXPECT_EQ(text, "\xd0\x0f\x05");
}

}  // namespace
}  // namespace busyhour::internal

#include "parquet/deltas.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

namespace busyhour::internal {
namespace {

using namespace std::string_literals;

// Reads numbers, as the format's description says.
class Reader {
 public:
  explicit Reader(const std::string& text) : text_(text) {}

  std::uint64_t Unsigned() {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const std::uint64_t byte = Byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
  std::uint64_t Signed() {
    const std::uint64_t value = Unsigned();
    return value >> 1 ^ (0 - (value & 1));
  }
  std::uint8_t Byte() { return static_cast<std::uint8_t>(text_.at(at_++)); }
  // 32 numbers of `width` bits.
  std::vector<std::uint64_t> Part(unsigned width) {
    std::vector<std::uint64_t> numbers(32);
    for (std::size_t bit = 0; bit < 32 * width; ++bit) {
      const auto byte = static_cast<unsigned char>(text_.at(at_ + bit / 8));
      numbers[bit / width] |= std::uint64_t{byte >> bit % 8 & 1u}
                              << bit % width;
    }
    at_ += 4 * width;
    return numbers;
  }
  bool at_end() const { return at_ == text_.size(); }

 private:
  const std::string& text_;
  std::size_t at_ = 0;
};

template <class Value>
std::vector<Value> Read(const std::string& text) {
  Reader reader(text);
  EXPECT_EQ(reader.Unsigned(), 128u);
  EXPECT_EQ(reader.Unsigned(), 4u);
  const std::size_t count = reader.Unsigned();
  std::uint64_t value = reader.Signed();
  std::vector<Value> values;
  if (count > 0) values.push_back(static_cast<Value>(value));
  while (values.size() < count) {
    const std::uint64_t least = reader.Signed();
    unsigned widths[4];
    for (unsigned& width : widths) {
      width = reader.Byte();
      EXPECT_LE(width, 8 * sizeof(Value));
    }
    for (const unsigned width : widths) {
      if (values.size() == count) break;
      for (const std::uint64_t number : reader.Part(width)) {
        value += least + number;
        if (values.size() < count) values.push_back(static_cast<Value>(value));
      }
    }
  }
  EXPECT_TRUE(reader.at_end());
  return values;
}

template <class Value>
class DeltasTest : public testing::Test {};
using Types = testing::Types<std::int32_t, std::int64_t>;
TYPED_TEST_SUITE(DeltasTest, Types);

// For all numbers of values and of bits in them: they are read back.
TYPED_TEST(DeltasTest, ValuesAreReadBack) {
  using Number = std::make_unsigned_t<TypeParam>;
  std::mt19937_64 random(1);
  for (unsigned bits = 0; bits <= 8 * sizeof(Number); ++bits) {
    for (int i = 0; i < 30; ++i) {
      std::vector<TypeParam> values(random() % 400);
      for (TypeParam& value : values) {
        const auto number = static_cast<Number>(random());
        value = static_cast<TypeParam>(
            bits == 0 ? 7 : number >> (8 * sizeof(Number) - bits));
      }
      std::string text;
      AppendDeltas(values, text);
      ASSERT_EQ(Read<TypeParam>(text), values) << bits << ' ' << values.size();
    }
  }
}

TYPED_TEST(DeltasTest, DifferencesWrapAround) {
  using Limits = std::numeric_limits<TypeParam>;
  const std::vector<TypeParam> values = {Limits::min(), Limits::max(), 0, -1,
                                         Limits::min()};
  std::string text;
  AppendDeltas(values, text);
  EXPECT_EQ(Read<TypeParam>(text), values);
}

TYPED_TEST(DeltasTest, EqualStepsTakeNoBits) {
  const std::vector<TypeParam> values = {10, 13, 16};
  std::string text;
  AppendDeltas(values, text);
  EXPECT_EQ(text, "\x80\x01\x04\x03\x14\x06\0\0\0\0"s);
}

TYPED_TEST(DeltasTest, DifferencesTakeTheBitsAboveTheLeastOne) {
  const std::vector<TypeParam> values = {10, 14, 17};
  std::string text;
  AppendDeltas(values, text);
  EXPECT_EQ(text, "\x80\x01\x04\x03\x14\x06\x01\0\0\0\x01\0\0\0"s);
}

}  // namespace
}  // namespace busyhour::internal

#include "parquet/value_range.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

namespace busyhour::internal {
namespace {

template <class Value>
std::string ValueBytes(Value value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

template <class Value>
void AddValue(Value value, ColumnValues& values) {
  const std::string bytes = ValueBytes(value);
  values.fixed.insert(values.fixed.end(), bytes.begin(), bytes.end());
}

TEST(ValueRangeTest, NumbersAreComparedAsNumbers) {
  const StoredColumn column{nullptr, Stored::kInt32};
  ColumnValues values;
  for (const std::int32_t value : {256, -1, 3}) AddValue(value, values);
  const std::optional<ValueRange> range = RangeOf(column, values, 0, 3);
  ASSERT_TRUE(range);
  EXPECT_EQ(range->least, ValueBytes<std::int32_t>(-1));
  EXPECT_EQ(range->greatest, ValueBytes<std::int32_t>(256));
}

TEST(ValueRangeTest, NullsDoNotCount) {
  const StoredColumn column{nullptr, Stored::kTime, Dictionary::kNone, true};
  ColumnValues values;
  for (const std::int64_t value : {9, 5, 1}) AddValue(value, values);
  values.present = {0, 1, 0};
  values.nulls = 2;
  const std::optional<ValueRange> range = RangeOf(column, values, 0, 3);
  ASSERT_TRUE(range);
  EXPECT_EQ(range->least, ValueBytes<std::int64_t>(5));
  EXPECT_EQ(range->greatest, range->least);
  EXPECT_FALSE(RangeOf(column, values, 2, 1));
}

TEST(ValueRangeTest, GuidsAreInTheOrderOfTheirText) {
  const StoredColumn column{nullptr, Stored::kUuid};
  ColumnValues values;
  const std::string low = "\x01\xff" + std::string(14, '\xff');
  const std::string high = "\x80" + std::string(15, '\0');
  for (const std::string& guid : {high, low}) {
    values.fixed.insert(values.fixed.end(), guid.begin(), guid.end());
  }
  const std::optional<ValueRange> range = RangeOf(column, values, 0, 2);
  ASSERT_TRUE(range);
  EXPECT_EQ(range->least, low);
  EXPECT_EQ(range->greatest, high);
}

TEST(ValueRangeTest, OnlyTheUsedValuesOfADictionaryCount) {
  const StoredColumn column{nullptr, Stored::kText, Dictionary::kAlphabet};
  ByteStrings words;
  for (const char* const word : {"b", "c", "a"}) words.Add(word);
  ColumnValues values;
  values.dictionary = &words;
  values.fixed = {1, 0, 1, 2};
  const std::optional<ValueRange> range = RangeOf(column, values, 0, 3);
  ASSERT_TRUE(range);
  EXPECT_EQ(range->least, "b");
  EXPECT_EQ(range->greatest, "c");
}

TEST(ValueRangeTest, GuidsOfADictionaryAreInTheOrderOfTheirText) {
  const StoredColumn column{nullptr, Stored::kUuid, Dictionary::kCalls};
  const std::string low = "\x01\xff" + std::string(14, '\xff');
  const std::string high = "\x80" + std::string(15, '\0');
  ByteStrings guids;
  for (const std::string& guid : {high, low, std::string(16, '\0')}) {
    guids.Add(guid);
  }
  ColumnValues values;
  values.dictionary = &guids;
  values.index = {2, 1, 0, 1};
  const std::optional<ValueRange> range = RangeOf(column, values, 1, 3);
  ASSERT_TRUE(range);
  EXPECT_EQ(range->least, low);
  EXPECT_EQ(range->greatest, high);
}

TEST(ValueRangeTest, ZerosOfDoublesAreTheOuterOnes) {
  const StoredColumn column{nullptr, Stored::kDouble};
  ColumnValues values;
  AddValue(0.0, values);
  const std::optional<ValueRange> range = RangeOf(column, values, 0, 1);
  ASSERT_TRUE(range);
  EXPECT_EQ(range->least, ValueBytes(-0.0));
  EXPECT_EQ(range->greatest, ValueBytes(0.0));
}

TEST(ValueRangeTest, RangesAreJoined) {
  std::optional<ValueRange> range;
  Widen(Stored::kText, {"b", "c"}, range);
  Widen(Stored::kText, {"a", "bb"}, range);
  EXPECT_EQ(range->least, "a");
  EXPECT_EQ(range->greatest, "c");
}

}  // namespace
}  // namespace busyhour::internal

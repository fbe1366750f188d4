#include "parquet/value_dictionary.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour::internal {
namespace {

template <class Value>
ColumnValues Numbers(const std::vector<Value>& numbers) {
  ColumnValues values;
  values.fixed.resize(numbers.size() * sizeof(Value));
  std::memcpy(values.fixed.data(), numbers.data(), values.fixed.size());
  return values;
}

template <class Value>
Value ValueIn(std::string_view bytes) {
  Value value;
  EXPECT_EQ(bytes.size(), sizeof value);
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

TEST(ValueDictionaryTest, EachValueIsThereOnceInTheOrderOfItsFirstRow) {
  const StoredColumn column{nullptr, Stored::kDouble};
  ValueDictionary dictionary;
  ASSERT_TRUE(dictionary.Find(
      column, Numbers<double>({2.5, -1, 2.5, 2.5, -1, 2.5, 2.5, -1}), 8));
  const ColumnValues& values = dictionary.values();
  EXPECT_EQ(values.index, (std::vector<std::uint32_t>{0, 1, 0, 0, 1, 0, 0, 1}));
  ASSERT_EQ(values.dictionary->size(), 2u);
  EXPECT_EQ(ValueIn<double>((*values.dictionary)[0]), 2.5);
  EXPECT_EQ(ValueIn<double>((*values.dictionary)[1]), -1);
  EXPECT_EQ(dictionary.column().dictionary, Dictionary::kOfRows);
}

// For all lists of texts with few values: the dictionary has the rows' texts.
TEST(ValueDictionaryTest, RowsHaveTheirTexts) {
  const StoredColumn column{nullptr, Stored::kText};
  ValueDictionary dictionary;
  std::mt19937 random(1);
  for (const std::size_t distinct : {1, 30, 2000}) {
    ColumnValues values;
    for (int row = 0; row < 10000; ++row) {
      // Texts of all lengths, with equal beginnings and ends.
      const std::string number = std::to_string(random() % distinct);
      values.texts.Add("a user " + number +
                       std::string(number.back() % 9, 'x'));
    }
    ASSERT_TRUE(dictionary.Find(column, values, 10000)) << distinct;
    const ColumnValues& found = dictionary.values();
    EXPECT_LE(found.dictionary->size(), distinct);
    for (std::size_t row = 0; row < 10000; ++row) {
      ASSERT_EQ((*found.dictionary)[found.index[row]], values.texts[row]);
    }
  }
}

TEST(ValueDictionaryTest, NullsAreNoValues) {
  const StoredColumn column{nullptr, Stored::kInt32, Dictionary::kNone, true};
  ColumnValues values = Numbers<std::int32_t>({7, 1, 7, 2, 7, 7, 3, 7});
  values.present = {1, 0, 1, 0, 1, 1, 0, 1};
  values.nulls = 3;
  ValueDictionary dictionary;
  ASSERT_TRUE(dictionary.Find(column, values, 8));
  EXPECT_EQ(dictionary.values().dictionary->size(), 1u);
  EXPECT_EQ(dictionary.values().present, values.present);
  EXPECT_EQ(dictionary.values().nulls, 3u);
}

TEST(ValueDictionaryTest, ThereIsNoneOfManyValuesOrOfNone) {
  const StoredColumn column{nullptr, Stored::kInt64, Dictionary::kNone, true};
  ValueDictionary dictionary;
  ColumnValues values = Numbers<std::int64_t>({1, 2, 3, 1, 1, 1, 1, 1});
  EXPECT_FALSE(dictionary.Find(column, values, 8));
  EXPECT_FALSE(dictionary.Find(column, values, 0));
  values.present.assign(8, 0);
  values.nulls = 8;
  EXPECT_FALSE(dictionary.Find(column, values, 8));
}

TEST(ValueDictionaryTest, TimesAndIdsHaveNone) {
  EXPECT_TRUE(ValueDictionary::IsFor({nullptr, Stored::kInt64}));
  EXPECT_FALSE(ValueDictionary::IsFor({nullptr, Stored::kTime}));
  EXPECT_FALSE(ValueDictionary::IsFor({nullptr, Stored::kUuid}));
  EXPECT_FALSE(
      ValueDictionary::IsFor({nullptr, Stored::kText, Dictionary::kCalls}));
}

}  // namespace
}  // namespace busyhour::internal

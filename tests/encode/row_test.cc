#include "encode/row.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace busyhour::internal {
namespace {

TEST(RowTest, QuotingLeavesBareTextAlone) {
  const auto quoted = [](std::string text) {
    const std::size_t bytes = text.size();
    text.resize(bytes + 2);
    char* const end = QuoteForCsv(text.data(), text.data() + bytes);
    return std::string(text.data(), end);
  };
  EXPECT_EQ(quoted(""), "");
  EXPECT_EQ(quoted("2023-03-06"), "2023-03-06");
  EXPECT_EQ(quoted("4:+12065550100"), "4:+12065550100");
  EXPECT_EQ(quoted("1.2.0"), "\"1.2.0\"");
  EXPECT_EQ(quoted("a b"), "\"a b\"");
  EXPECT_EQ(quoted("a,b"), "\"a,b\"");
}

}  // namespace
}  // namespace busyhour::internal

#include "parquet/thrift_writer.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace busyhour::internal {
namespace {

using namespace std::string_view_literals;

// The expected bytes follow from the protocol's description.

TEST(ThriftWriterTest, FieldsHaveTheirStepAndType) {
  std::string text;
  ThriftWriter(text).Int(1, 7).Long(4, -1).Bool(5, true).Bool(6, false).End();
  EXPECT_EQ(text, "\x15\x0e\x36\x01\x11\x12\x00"sv);
}

TEST(ThriftWriterTest, DistantFieldsHaveTheirNumber) {
  std::string text;
  ThriftWriter(text).Int(20, 300).End();
  EXPECT_EQ(text, "\x05\x28\xd8\x04\x00"sv);
}

TEST(ThriftWriterTest, StructuresCountTheirOwnFields) {
  std::string text;
  ThriftWriter(text).Begin(2).Text(1, "ab").End().Int(3, -1).End();
  EXPECT_EQ(text,
            "\x2c\x18\x02"
            "ab\x00\x15\x01\x00"sv);
}

TEST(ThriftWriterTest, LongListsHaveTheirSizeApart) {
  std::string text;
  ThriftWriter list(text);
  list.Ints(1, 15);
  for (int i = 0; i < 15; ++i) list.IntElement(i % 2);
  list.Bools(2, 2).BoolElement(true).BoolElement(false);
  list.Texts(3, 1).TextElement("x").Structs(4, 1).BeginElement().End().End();
  EXPECT_EQ(text.substr(0, 5), "\x19\xf5\x0f\x00\x02"sv);
  EXPECT_EQ(text.substr(18), "\x19\x21\x01\x02\x19\x18\x01x\x19\x1c\x00\x00"sv);
}

}  // namespace
}  // namespace busyhour::internal

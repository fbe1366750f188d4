#include "read/json_pointer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace busyhour::internal {
namespace {

TEST(JsonPointerTest, PointersHaveTheirOwnSigns) {
  EXPECT_EQ(ReadPointer("/a~1b/~0c"), (std::vector<std::string>{"a/b", "~c"}));
  EXPECT_EQ(PointerText({"a/b", "~c"}), "/a~1b/~0c");
  for (const char* const wrong : {"", "/", "a", "/a/", "/a~2", "/~"}) {
    EXPECT_FALSE(ReadPointer(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace busyhour::internal

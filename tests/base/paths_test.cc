#include "base/paths.h"

#include <gtest/gtest.h>

namespace busyhour::internal {
namespace {

TEST(PathsTest, AFileWithoutADirectoryIsInThisOne) {
  EXPECT_EQ(DirectoryOf("a/b/c.jsonl"), "a/b");
  EXPECT_EQ(DirectoryOf("c.jsonl"), ".");
  EXPECT_EQ(DirectoryOf("/c.jsonl"), "/");
}

}  // namespace
}  // namespace busyhour::internal

#include "base/copy_past_cache.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace busyhour::internal {
namespace {

constexpr std::size_t kLine = 64;

// For all sizes up to some lines and all positions of both within a line: the
// copy equals the text, and nothing beside it has changed.
TEST(CopyPastCacheTest, CopiesEveryByteAndNoOther) {
  std::string text(5 * kLine, '\0');
  for (std::size_t i = 0; i < text.size(); ++i) {
    text[i] = static_cast<char>('a' + i % 23);
  }
  for (std::size_t size = 0; size <= 3 * kLine + 1; ++size) {
    for (std::size_t to = 0; to < kLine; ++to) {
      const std::size_t from = (to * 7 + size) % kLine;
      std::string copy(5 * kLine, '-');
      std::string expected = copy;
      expected.replace(to, size, text, from, size);
      CopyPastCache({text.data() + from, size}, copy.data() + to);
      ASSERT_EQ(copy, expected) << size << " bytes at " << to;
    }
  }
}

}  // namespace
}  // namespace busyhour::internal

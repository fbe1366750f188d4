#include "encode/lz4_block.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "base/sanitized.h"
#include "encode/lz4_reader.h"

namespace busyhour::internal {
namespace {

// Block texts, with padding for copies in whole steps.
class BlockTexts {
 public:
  explicit BlockTexts(const std::vector<std::size_t>& sizes) {
    std::mt19937 random(5);
    for (const std::size_t size : sizes) {
      std::string text(CopySteps(size) * kCopyStep, '?');
      for (char& c : text) c = static_cast<char>('a' + random() % 26);
      texts_.push_back(text);
    }
    sizes_ = sizes;
  }
  std::size_t count() const { return sizes_.size(); }
  std::string Plain(std::size_t i) const {
    return texts_[i].substr(0, sizes_[i]);
  }
  void Add(std::size_t i, Lz4Block& block) const {
    block.AddText<PlainVectors>(i, texts_[i].data(), sizes_[i],
                                CopySteps(sizes_[i]));
  }

 private:
  std::vector<std::string> texts_;
  std::vector<std::size_t> sizes_;
};

void AddLiterals(const std::string& text, Lz4Block& block) {
  std::copy(text.begin(), text.end(), block.literals());
  block.TakeLiterals(block.literals() + text.size());
}

std::string WithoutSize(const char* begin, const char* end) {
  std::uint32_t size = 0;
  std::memcpy(&size, begin, 4);
  EXPECT_EQ(size, static_cast<std::size_t>(end - begin) - 4);
  return {begin + 4, end};
}

// For all sequences of texts and literals: the decompressed block equals the
// input, and no byte is written beyond the maximum size.
TEST(Lz4BlockTest, ReadsBackAsWhatWasAdded) {
  const BlockTexts texts(
      {1, 4, 7, 8, 9, 18, 19, 20, 33, 64, 65, 200, 274, 275, 530, 1000, 5000});
  Lz4Block block(texts.count());
  std::mt19937 random(1);
  for (int round = 0; round < Fewer(300); ++round) {
    std::string expected;
    std::vector<char> buffer(800'000, '\x7f');
    block.Begin(buffer.data());
    const std::size_t pieces = random() % 400;
    for (std::size_t i = 0; i < pieces; ++i) {
      if (random() % 3 == 0) {
        static constexpr std::size_t kSizes[] = {0,   1,   14,  15,  16,  269,
                                                 270, 271, 524, 525, 2000};
        const std::string literals(kSizes[random() % 11],
                                   static_cast<char>('A' + random() % 26));
        AddLiterals(literals, block);
        expected += literals;
      } else {
        const std::size_t text = random() % texts.count();
        texts.Add(text, block);
        expected += texts.Plain(text);
      }
      ASSERT_EQ(block.text_bytes(), expected.size());
    }
    AddLiterals("the end of it", block);
    expected += "the end of it";
    const char* const end = block.End();
    ASSERT_TRUE(Lz4Reader::ReadBlock(WithoutSize(buffer.data(), end)) ==
                expected)
        << round;
    const std::size_t most = Lz4Block::MaxBytes(expected.size());
    ASSERT_LE(static_cast<std::size_t>(end - buffer.data()), most);
    ASSERT_EQ(buffer[most + 64], '\x7f');
  }
}

// From its second occurrence on, a repeated text takes only a few bytes. A text
// of the previous block has to be written again.
TEST(Lz4BlockTest, RepeatedTextsAreMatches) {
  const BlockTexts texts({200});
  Lz4Block block(texts.count());
  std::vector<char> buffer(4000);
  for (int round = 0; round < 3; ++round) {
    block.Begin(buffer.data());
    for (int i = 0; i < 10; ++i) texts.Add(0, block);
    AddLiterals("the end of it", block);
    // Size field; text and one match; the other matches; the end.
    EXPECT_EQ(block.End() - buffer.data(), 4 + (2 + 200 + 3) + 8 * 4 + 14);
  }
}

// A match reaches at most 64 KiB back.
TEST(Lz4BlockTest, ReachesBack64KiB) {
  const BlockTexts texts({100});
  for (const std::size_t between : {65'435, 65'436}) {
    Lz4Block block(texts.count());
    std::vector<char> buffer(70'000);
    block.Begin(buffer.data());
    texts.Add(0, block);
    AddLiterals(std::string(between, 'x'), block);
    texts.Add(0, block);
    AddLiterals("the end of it", block);
    const std::string bytes = WithoutSize(buffer.data(), block.End());
    EXPECT_EQ(Lz4Reader::ReadBlock(bytes).size(), between + 213);
    // The length of the literals takes 258 bytes.
    EXPECT_EQ(bytes.size() > between + 420, between == 65'436);
  }
}

TEST(Lz4BlockTest, StoredBlocksAreFrames) {
  const std::string frame = Lz4FrameHead() + Lz4StoredBlock("a,b\n") +
                            Lz4StoredBlock("") + Lz4StoredBlock("1,2\n") +
                            Lz4FrameEnd();
  EXPECT_EQ(Lz4Reader::Read(frame), "a,b\n1,2\n");
}

}  // namespace
}  // namespace busyhour::internal

#include "deliver/huffman.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/sanitized.h"

namespace busyhour::internal {
namespace {

std::string Word(const HuffmanCode& code) {
  std::string word;
  for (std::uint32_t i = 0; i < code.length; ++i) {
    word += (code.bits >> i & 1) != 0 ? '1' : '0';
  }
  return word;
}

std::vector<std::string> WordsFor(const std::vector<std::uint32_t>& counts) {
  std::vector<HuffmanCode> codes(counts.size());
  MakeHuffmanCodes(counts, codes);
  std::vector<std::string> words;
  for (const HuffmanCode& code : codes) words.push_back(Word(code));
  return words;
}

// The example of RFC 1951, 3.2.2, for counts that lead to its lengths.
TEST(HuffmanTest, WordsAreThoseOfTheStandard) {
  EXPECT_EQ(WordsFor({8, 8, 8, 8, 8, 20, 4, 4}),
            (std::vector<std::string>{"010", "011", "100", "101", "110", "00",
                                      "1110", "1111"}));
  EXPECT_EQ(WordsFor({0, 5, 0, 1}),
            (std::vector<std::string>{"", "0", "", "1"}));
}

// For all counts: each symbol that occurs has a word, no longer than allowed
// and not the start of another; the words leave no gap; rarer symbols have no
// shorter words.
TEST(HuffmanTest, MakesCompletePrefixCodes) {
  std::mt19937 random(1);
  for (int round = 0; round < Fewer(500); ++round) {
    std::vector<std::uint32_t> counts(2 + random() % 285);
    // From nearly equal counts to those with the longest words.
    const auto skew = static_cast<unsigned>(random() % 28);
    for (std::uint32_t& count : counts) {
      const auto drawn = static_cast<std::uint32_t>(random());
      count = drawn % 4 == 0 ? 0 : 1 + (drawn >> (4 + random() % (skew + 1)));
    }
    counts[0] = counts[1] = 1;
    const std::vector<std::string> words = WordsFor(counts);
    double space = 0;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      ASSERT_EQ(words[i].empty(), counts[i] == 0);
      ASSERT_LE(words[i].size(), kMostHuffmanBits);
      if (words[i].empty()) continue;
      seen.insert(words[i]);
      space += 1.0 / static_cast<double>(1u << words[i].size());
      for (std::size_t j = 0; j < i; ++j) {
        if (counts[j] > counts[i]) {
          ASSERT_LE(words[j].size(), words[i].size());
        }
      }
    }
    ASSERT_EQ(space, 1.0) << round;
    const std::string* before = nullptr;
    for (const std::string& word : seen) {
      if (before != nullptr) {
        ASSERT_FALSE(word.starts_with(*before));
      }
      before = &word;
    }
  }
}

// For all limits: words have no more bits, and they leave no gap.
TEST(HuffmanTest, LengthsKeepToALimit) {
  std::vector<std::uint32_t> counts;
  for (std::uint32_t i = 0; i < 30; ++i) counts.push_back(1u << i);
  for (std::size_t most = 5; most <= kMostHuffmanBits; ++most) {
    std::vector<HuffmanCode> codes(counts.size());
    SetHuffmanLengths(counts, most, codes);
    double space = 0;
    for (const HuffmanCode& code : codes) {
      ASSERT_LE(code.length, most);
      space += 1.0 / static_cast<double>(1u << code.length);
    }
    EXPECT_EQ(space, 1.0) << most;
  }
}

}  // namespace
}  // namespace busyhour::internal

#include "deliver/compressor.h"

#include <gtest/gtest.h>
#include <libdeflate.h>

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/sanitized.h"
#include "deliver/hinted_text.h"

namespace busyhour::internal {
namespace {

using Maker = std::unique_ptr<Compressor> (*)();
constexpr std::array<Maker, 2> kMakers = {[] { return NewGzipCompressor(); },
                                          [] { return NewZstdCompressor(); }};

std::string Packed(Compressor& compressor, std::string_view text,
                   std::span<const RepeatHint> hints = {}) {
  std::vector<char> packed;
  EXPECT_TRUE(compressor.Compress(text, hints, packed));
  return {packed.begin(), packed.end()};
}

std::string Repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

// The end-to-end tests check that standard programs can read the output.
TEST(CompressorTest, BeginsAsItsFormatSays) {
  EXPECT_EQ(Packed(*NewGzipCompressor(), "text").substr(0, 3), "\x1f\x8b\x08");
  // Bytes 3 to 7 are the flags and the time: no name, no time.
  EXPECT_EQ(Packed(*NewGzipCompressor(), "text").substr(3, 5),
            std::string(5, '\0'));
  EXPECT_EQ(Packed(*NewZstdCompressor(), "text").substr(0, 4),
            "\x28\xb5\x2f\xfd");
}

// For all texts: the compressed text does not depend on earlier texts.
TEST(CompressorTest, TextsDoNotDependOnEachOther) {
  for (const Maker& make : kMakers) {
    const auto used = make();
    for (const std::string& text :
         {std::string("first"), std::string(), Repeated("a record\n", 50'000),
          std::string("last")}) {
      EXPECT_EQ(Packed(*used, text), Packed(*make(), text)) << text.size();
      EXPECT_FALSE(Packed(*used, text).empty());
    }
  }
}

// For all texts: Expand restores a compressed text, and rejects a wrong size or
// damaged input.
TEST(CompressorTest, ExpandsWhatItCompressed) {
  for (const Maker& make : kMakers) {
    const auto used = make();
    std::string back;
    for (const std::string& text :
         {std::string("x"), Repeated("a record\n", 50'000)}) {
      const std::string packed = Packed(*used, text);
      EXPECT_TRUE(used->Expand(packed, text.size(), back));
      EXPECT_EQ(back, text);
      EXPECT_FALSE(used->Expand(packed, text.size() + 1, back));
      EXPECT_FALSE(used->Expand(packed.substr(1), text.size(), back));
    }
  }
}

// For all texts and hints: the standard libraries read the text back, and it
// does not depend on earlier texts.
TEST(CompressorTest, ReadsBackWhatHasHints) {
  for (const Maker& make : kMakers) {
    const auto used = make();
    std::string back;
    for (int seed = 0; seed < Fewer(300); ++seed) {
      const HintedText hinted(static_cast<unsigned>(seed));
      const std::string packed = Packed(*used, hinted.text, hinted.hints);
      ASSERT_TRUE(used->Expand(packed, hinted.text.size(), back)) << seed;
      ASSERT_TRUE(back == hinted.text) << seed;
      ASSERT_EQ(packed, Packed(*make(), hinted.text, hinted.hints));
    }
  }
}

// An independent reader agrees, with the checksum.
TEST(CompressorTest, LibdeflateReadsGzip) {
  libdeflate_decompressor* const reader = libdeflate_alloc_decompressor();
  const auto gzip = NewGzipCompressor();
  for (int seed = 0; seed < Fewer(300); ++seed) {
    const HintedText hinted(static_cast<unsigned>(seed));
    const std::string packed = Packed(*gzip, hinted.text, hinted.hints);
    std::string back(hinted.text.size(), '\0');
    ASSERT_EQ(libdeflate_gzip_decompress(reader, packed.data(), packed.size(),
                                         back.data(), back.size(), nullptr),
              LIBDEFLATE_SUCCESS)
        << seed;
    ASSERT_TRUE(back == hinted.text) << seed;
  }
  libdeflate_free_decompressor(reader);
}

// A level selects the library's search, also for a text with hints.
TEST(CompressorTest, ALevelSearches) {
  const std::string text = Repeated("a line of a text without hints\n", 9999);
  const std::vector<RepeatHint> wrong = {{100, 1000, 1}};
  const std::string fast = Packed(*NewGzipCompressor(), text, wrong);
  const std::string level_1 = Packed(*NewGzipCompressor(1), text, wrong);
  EXPECT_GT(fast.size(), 10 * level_1.size());
  EXPECT_LT(Packed(*NewGzipCompressor(9), text, wrong).size(), level_1.size());
  EXPECT_GT(Packed(*NewZstdCompressor(), text, wrong).size(),
            10 * Packed(*NewZstdCompressor(19), text, wrong).size());
}

TEST(CompressorTest, MakesTextsSmaller) {
  const std::string text =
      Repeated("{\"time\":\"2026-03-02T08:00:00Z\"}\n", 999);
  EXPECT_LT(Packed(*NewGzipCompressor(), text).size(), text.size() / 20);
  EXPECT_LT(Packed(*NewZstdCompressor(), text).size(), text.size() / 20);
}

}  // namespace
}  // namespace busyhour::internal

#include "deliver/compressor.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace busyhour {
namespace {

std::string Packed(Compressor& compressor, std::string_view text) {
  std::vector<char> packed;
  EXPECT_TRUE(compressor.Compress(text, packed));
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
  for (const auto& make : {NewGzipCompressor, NewZstdCompressor}) {
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
  for (const auto& make : {NewGzipCompressor, NewZstdCompressor}) {
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

TEST(CompressorTest, MakesTextsSmaller) {
  const std::string text =
      Repeated("{\"time\":\"2026-03-02T08:00:00Z\"}\n", 999);
  EXPECT_LT(Packed(*NewGzipCompressor(), text).size(), text.size() / 20);
  EXPECT_LT(Packed(*NewZstdCompressor(), text).size(), text.size() / 20);
}

}  // namespace
}  // namespace busyhour

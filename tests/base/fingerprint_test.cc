#include "base/fingerprint.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace busyhour::internal {
namespace {

std::string Of(std::string_view bytes) {
  Fingerprint fingerprint;
  fingerprint.Add(bytes);
  return fingerprint.Text();
}

// Bytes without a period, because a hash could process each period with the
// same error.
std::string Bytes(std::size_t count) {
  std::string bytes;
  std::uint32_t word = 1;
  for (std::size_t i = 0; i < count; ++i) {
    word = word * 1664525 + 1013904223;
    bytes += static_cast<char>(word >> 24);
  }
  return bytes;
}

// Values from the published implementation (XXH3_128bits, seed 0).
TEST(FingerprintTest, IsTheKnownHash) {
  EXPECT_EQ(Fingerprint().Text(), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(Of(""), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(Of("a"), "a96faf705af16834e6c632b61e964e1f");
  EXPECT_EQ(Of("abc"), "06b05ab6733a618578af5f94892f3950");
}

// Values from the published implementation (XXH64, seed 0), the lower halves.
TEST(FingerprintTest, TheChecksumOfZstandardIsTheKnownHash) {
  EXPECT_EQ(ZstdChecksum(""), 0x51d8e999u);
  EXPECT_EQ(ZstdChecksum("abc"), 0xad770999u);
}

// For all texts and all ways to split them: the fingerprint of the parts equals
// the fingerprint of the complete text.
TEST(FingerprintTest, DoesNotDependOnWhereBytesAreSplit) {
  for (const std::size_t size : {1, 16, 17, 128, 240, 241, 1024, 5000}) {
    const std::string bytes = Bytes(size);
    const std::string whole = Of(bytes);
    for (const std::size_t piece : {1, 7, 64, 255, 256, 257, 1000}) {
      Fingerprint fingerprint;
      for (std::size_t at = 0; at < size; at += piece) {
        fingerprint.Add(std::string_view(bytes).substr(at, piece));
        fingerprint.Add("");
      }
      ASSERT_EQ(fingerprint.Text(), whole) << size << " by " << piece;
    }
  }
}

TEST(FingerprintTest, TellsOneChangedByteFromNone) {
  const std::string bytes = Bytes(3000);
  for (std::size_t at = 0; at < bytes.size(); at += 97) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_NE(Of(changed), Of(bytes)) << at;
  }
}

TEST(FingerprintTest, GoesOnAfterItWasAskedAndMoved) {
  Fingerprint first;
  first.Add("a");
  EXPECT_EQ(first.Text(), Of("a"));
  Fingerprint second = std::move(first);
  second.Add("bc");
  EXPECT_EQ(second.Text(), Of("abc"));
}

}  // namespace
}  // namespace busyhour::internal

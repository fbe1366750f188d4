#include "text/base64.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace busyhour::internal {
namespace {

TEST(Base64Test, ReadsWhatItWrites) {
  // RFC 4648, section 10.
  EXPECT_EQ(Base64(""), "");
  EXPECT_EQ(Base64("f"), "Zg==");
  EXPECT_EQ(Base64("fo"), "Zm8=");
  EXPECT_EQ(Base64("foobar"), "Zm9vYmFy");
  for (const std::string bytes : {"", "f", "fo", "foo", "\xff\x80\x01"}) {
    EXPECT_EQ(BytesOfPaddedBase64(Base64(bytes)), bytes);
  }
  EXPECT_EQ(BytesOfPaddedBase64("Zg="), std::nullopt);
  EXPECT_EQ(BytesOfPaddedBase64("Z!=="), std::nullopt);
  EXPECT_EQ(BytesOfPaddedBase64("Z==="), std::nullopt);
}

TEST(Base64Test, UrlsHaveDigitsOfTheirOwn) {
  const unsigned char bytes[] = {0xfb, 0xef, 0xff, 0xfe};
  char text[8];
  const char* const end =
      PutBase64(bytes, sizeof bytes, kBase64UrlDigits, text);
  EXPECT_EQ(std::string_view(text, static_cast<std::size_t>(end - text)),
            "--___g");
  EXPECT_EQ(BytesOfBase64("--___g", kBase64UrlDigits), "\xfb\xef\xff\xfe");
  EXPECT_EQ(BytesOfBase64("--___g", kBase64Digits), std::nullopt);
}

}  // namespace
}  // namespace busyhour::internal

#include "base/ascii.h"

#include <gtest/gtest.h>

#include <cctype>

namespace busyhour::internal {
namespace {

// For all bytes: the results agree with <cctype> in the locale "C".
TEST(AsciiTest, AgreesWithTheStandardLibraryForEveryByte) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    EXPECT_EQ(IsDigit(c), std::isdigit(byte) != 0) << byte;
    EXPECT_EQ(IsLower(c), std::islower(byte) != 0) << byte;
    EXPECT_EQ(IsUpper(c), std::isupper(byte) != 0) << byte;
    EXPECT_EQ(IsLetterOrDigit(c), std::isalnum(byte) != 0) << byte;
    EXPECT_EQ(LowerOf(c), static_cast<char>(std::tolower(byte))) << byte;
    EXPECT_EQ(UpperOf(c), static_cast<char>(std::toupper(byte))) << byte;
    EXPECT_EQ(HexDigit(c) >= 0, std::isxdigit(byte) != 0) << byte;
  }
  EXPECT_EQ(HexDigit('7'), 7);
  EXPECT_EQ(HexDigit('f'), 15);
  EXPECT_EQ(HexDigit('A'), 10);
}

TEST(AsciiTest, AWordIsFoundWhole) {
  for (const char* word : {"to", "end", "stop"}) {
    EXPECT_TRUE(HasWord("to end stop", word)) << word;
  }
  for (const char* word : {"t", "op", "en", "to end", "stops", "x"}) {
    EXPECT_FALSE(HasWord("to end stop", word)) << word;
  }
  EXPECT_FALSE(HasWord("", "to"));
}

}  // namespace
}  // namespace busyhour::internal

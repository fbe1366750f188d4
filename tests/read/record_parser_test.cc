#include "read/record_parser.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace busyhour::internal {
namespace {

TEST(RecordParserTest, ReadsWhatIsJsonAndNothingElse) {
  const auto reads = [](std::string text) {
    const std::size_t size = text.size();
    text.append(kTextPadding, ' ');
    RecordParser parser;
    ReceivedRecord record;
    std::string why;
    return parser.ParseObject({text.data(), size}, record, why);
  };
  for (const char* text :
       {"{}", R"({"a":"\u00e9\n","b":{"c":[1,{"d":2}]},"e":null})",
        R"({"a":-0.5e-3,"b":true})"}) {
    EXPECT_TRUE(reads(text)) << text;
  }
  for (const char* text :
       {"[]", "{\"a\":01}", "{\"a\":1.}", "{\"a\":tru}", "{\"a\" 1}",
        "{\"a\":\"\xff\"}", "{\"a\":1,}", "{\"a\":\"\\x\"}"}) {
    EXPECT_FALSE(reads(text)) << text;
  }
}

}  // namespace
}  // namespace busyhour::internal

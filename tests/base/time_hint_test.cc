#include "base/time_hint.h"

#include <gtest/gtest.h>

#include <string>

namespace busyhour::internal {
namespace {

TEST(TimeHintTest, SecondsAndMillisecondsSince1970AreTimes) {
  EXPECT_EQ(TimeHint("1772438400"), "; did you mean \"2026-03-02T08:00:00Z\"?");
  EXPECT_EQ(TimeHint("1772438400999"),
            "; did you mean \"2026-03-02T08:00:00Z\"?");
}

TEST(TimeHintTest, TheShellHasTheTimeNow) {
  EXPECT_EQ(TimeHint("Now"),
            "; the shell has the time: \"$(date -ud 'now' +%FT%TZ)\"");
}

TEST(TimeHintTest, OtherTextsHaveNone) {
  for (const char* text :
       {"", "2026", "99999999", "16725225600", "99999999999",
        "18446744073709551615", "-1", "1772438400.5", "soon", "2026-03-02"}) {
    EXPECT_EQ(TimeHint(text), "") << text;
  }
}

}  // namespace
}  // namespace busyhour::internal

#include "base/duration_hint.h"

#include <gtest/gtest.h>

#include <string>

namespace busyhour::internal {
namespace {

TEST(DurationHintTest, DurationsOfOtherToolsAreWrittenAsOurs) {
  struct Case {
    const char* typed;
    const char* ours;
  };
  for (const auto& [typed, ours] : {Case{"1y", "365d"},
                                    {"2w", "14d"},
                                    {"1mo", "30d"},
                                    {"90 minutes", "1h30m"},
                                    {"1 hour", "1h"},
                                    {"3hrs", "3h"},
                                    {"10M", "10m"},
                                    {"PT1H", "1h"},
                                    {"P1DT2H30M", "1d2h30m"},
                                    {"01:30:00", "1h30m"},
                                    {"00:15", "15m"},
                                    {"60", "60s"},
                                    {"10", "10s"}}) {
    EXPECT_EQ(DurationHint(typed),
              "; did you mean \"" + std::string(ours) + "\"?")
        << typed;
  }
}

TEST(DurationHintTest, OtherTextsHaveNone) {
  for (const char* text : {"", "0", "99999999999999", "0s", "1h", "1e300d",
                           "1e9y", "-5m", "P1M", "P", "soon", ":", "1:",
                           "1:2:3:4", "1:2:", "12345:00", "0 weeks", "1ss"}) {
    EXPECT_EQ(DurationHint(text), "") << text;
  }
}

}  // namespace
}  // namespace busyhour::internal

#include "verify/same_value.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string_view>

#include "base/time.h"

namespace busyhour {
namespace {

bool Same(const FieldValue& sent, std::string_view received,
          ValueKind kind = ValueKind::kText) {
  return SameValue(sent, {"name", 0, kind, received});
}

TEST(SameValueTest, TimesOfAnyPrecisionAreTheSame) {
  const SimTime sent = *ParseTime("2026-03-02T08:00:15.197Z");
  for (const std::string_view received :
       {"2026-03-02T08:00:15.1970000Z", "2026-03-02T08:00:15.197Z",
        "2026-03-02T08:00:15Z", "2026-03-02T08:00:15.2Z",
        "2026-03-02T09:00:15.197+01:00", "3/2/2026, 8:00:15.197 AM",
        "3/2/2026, 8:00:15 AM"}) {
    EXPECT_TRUE(Same(sent, received)) << received;
  }
  for (const std::string_view received :
       {"2026-03-02T08:00:15.198Z", "2026-03-02T08:00:16Z", "2026-03-02",
        "2026-03-02T08:00:15.1970001Z", "3/2/2026, 8:00:15.197 PM", "",
        "3/2/2026, 8:00:15.1970001 AM", "2/30/2026, 8:00:15.197 AM",
        "2/31/2026, 8:00:15.197 AM", "2026-02-30T08:00:15.197Z", "soon"}) {
    EXPECT_FALSE(Same(sent, received)) << received;
  }
  // The latest time of the last possible job's records.
  EXPECT_TRUE(Same(SimTime{kLatestTime.ms + 1}, "2500-01-01T00:00:00.001Z"));
}

TEST(SameValueTest, NumbersAreTheSameAsTexts) {
  const Number minutes{532'700, 6};
  EXPECT_TRUE(Same(minutes, "0.5327"));
  EXPECT_TRUE(Same(minutes, "0.53270", ValueKind::kNumber));
  EXPECT_TRUE(Same(minutes, ".5327"));
  EXPECT_TRUE(Same(Number{42}, "4.2e1"));
  EXPECT_TRUE(Same(Number{42}, "42", ValueKind::kNumber));
  EXPECT_TRUE(Same(Number{0}, "-0.0e5"));
  EXPECT_TRUE(Same(Number{50'000, 6}, ".05"));
  EXPECT_TRUE(Same(Number{1'200'000'000, 6}, "0.12E+4"));
  for (const std::string_view received :
       {"43", "-42", "420", "4.2e", "4.2.", "1e9999999999", "42ms", ""}) {
    EXPECT_FALSE(Same(Number{42}, received)) << received;
  }
  EXPECT_FALSE(Same(Number{0}, ""));
  EXPECT_FALSE(Same(Number{0}, "."));
  // More digits than a double can represent.
  EXPECT_FALSE(Same(Number{251'200, 6}, "0.25120000000000000000001"));
}

TEST(SameValueTest, TextsAreComparedToTheLetter) {
  EXPECT_TRUE(Same("Play", "Play"));
  EXPECT_FALSE(Same("Play", "play"));
  EXPECT_FALSE(Same("", "null", ValueKind::kNull));
  EXPECT_TRUE(Same(true, "TRUE"));
  EXPECT_TRUE(Same(false, "false", ValueKind::kBoolean));
  EXPECT_FALSE(Same(true, "1"));
}

}  // namespace
}  // namespace busyhour

#include "verify/equality.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string_view>

#include "base/time.h"

namespace busyhour::internal {
namespace {

bool Same(const FieldValue& sent, std::string_view received,
          ValueKind kind = ValueKind::kText,
          const EqualityOptions& options = {}) {
  return Equality(options).Same(sent, {"name", 0, kind, received});
}

EqualityOptions Treating(std::initializer_list<Treatment> treatments) {
  EqualityOptions options;
  for (const Treatment each : treatments) options.treatments.Add(each);
  return options;
}

TEST(EqualityTest, TimesOfAnyPrecisionAreTheSame) {
  const SimTime sent = *ParseTime("2026-03-02T08:00:15.197Z");
  for (const std::string_view received :
       {"2026-03-02T08:00:15.1970000Z", "2026-03-02T08:00:15.197Z",
        "2026-03-02T08:00:15Z", "2026-03-02T08:00:15.2Z",
        "2026-03-02T09:00:15.197+01:00", "3/2/2026, 8:00:15.197 AM",
        "3/2/2026, 8:00:15 AM", "1772438415197", "1772438415", "1772438415.197",
        "1.772438415197E12", "1772438415197000"}) {
    EXPECT_TRUE(Same(sent, received)) << received;
  }
  for (const std::string_view received :
       {"2026-03-02T08:00:15.198Z", "2026-03-02T08:00:16Z", "2026-03-02",
        "2026-03-02T08:00Z", "1772438415198", "1772438415197001",
        "2026-03-02T08:00:15.1970001Z", "3/2/2026, 8:00:15.197 PM", "",
        "3/2/2026, 8:00:15.1970001 AM", "2/30/2026, 8:00:15.197 AM",
        "2/31/2026, 8:00:15.197 AM", "2026-02-30T08:00:15.197Z", "soon"}) {
    EXPECT_FALSE(Same(sent, received)) << received;
  }
  // The latest time of the last possible job's records.
  EXPECT_TRUE(Same(SimTime{kLatestTime.ms + 1}, "2500-01-01T00:00:00.001Z"));
}

TEST(EqualityTest, NumbersAreTheSameAsTexts) {
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

TEST(EqualityTest, TextsAreComparedToTheLetter) {
  EXPECT_TRUE(Same("Play", "Play"));
  EXPECT_FALSE(Same("Play", "play"));
  EXPECT_FALSE(Same("", "null", ValueKind::kNull));
  EXPECT_TRUE(Same(true, "TRUE"));
  EXPECT_TRUE(Same(false, "false", ValueKind::kBoolean));
  EXPECT_FALSE(Same(true, "1"));
  EXPECT_FALSE(Same("Play", " Play"));
}

TEST(EqualityTest, IdsAreTheSameInAnySpelling) {
  constexpr std::string_view kGuid = "5fab0875-3211-4879-8051-c688d0854c4d";
  for (const std::string_view received :
       {"5FAB0875-3211-4879-8051-C688D0854C4D",
        "{5fab0875-3211-4879-8051-c688d0854c4d}",
        "5fab0875321148798051c688d0854c4d",
        "urn:uuid:5fab0875-3211-4879-8051-c688d0854c4d"}) {
    EXPECT_TRUE(Same(kGuid, received)) << received;
  }
  EXPECT_FALSE(Same(kGuid, "5fab0875-3211-4879-8051-c688d0854c4e"));
  EXPECT_FALSE(Same(kGuid, "{5fab0875-3211-4879-8051-c688d0854c4d"));
  EXPECT_TRUE(Same("/subscriptions/1/resourceGroups/a",
                   "/SUBSCRIPTIONS/1/RESOURCEGROUPS/A"));
  EXPECT_FALSE(Same("/subscriptions/1", "/subscriptions/2"));
}

TEST(EqualityTest, TreatmentsAreAcceptedOnlyIfAsked) {
  const SimTime time = *ParseTime("2026-03-02T08:00:15.197Z");
  const struct {
    FieldValue sent;
    std::string_view received;
    ValueKind kind;
    Treatment treatment;
  } cases[] = {
      {"", "null", ValueKind::kNull, Treatment::kEmptyAsMissing},
      {true, "1", ValueKind::kNumber, Treatment::kBooleanAsNumber},
      {false, "No", ValueKind::kText, Treatment::kBooleanAsNumber},
      {std::monostate(), "0", ValueKind::kNumber, Treatment::kNullAsZero},
      {time, "3/2/2026 8:00", ValueKind::kText, Treatment::kMinutes},
      {"Play ", "Play", ValueKind::kText, Treatment::kTrimmed},
  };
  for (const auto& each : cases) {
    EXPECT_FALSE(Same(each.sent, each.received, each.kind)) << each.received;
    EXPECT_TRUE(
        Same(each.sent, each.received, each.kind, Treating({each.treatment})))
        << each.received;
  }
  EXPECT_FALSE(Same(true, "0", ValueKind::kNumber,
                    Treating({Treatment::kBooleanAsNumber})));
  EXPECT_FALSE(Same(std::monostate(), "1", ValueKind::kNumber,
                    Treating({Treatment::kNullAsZero})));
  EXPECT_FALSE(Same(time, "3/2/2026 8:01", ValueKind::kText,
                    Treating({Treatment::kMinutes})));
}

TEST(EqualityTest, EmptyValuesMayBeMissingOnlyIfAsked) {
  const EqualityOptions options = Treating({Treatment::kEmptyAsMissing});
  EXPECT_TRUE(Equality(options).MayBeMissing(""));
  EXPECT_TRUE(Equality(options).MayBeMissing(std::monostate()));
  EXPECT_FALSE(Equality(options).MayBeMissing("Play"));
  EXPECT_FALSE(Equality(EqualityOptions()).MayBeMissing(""));
}

// The first date that is right in only one order decides for the input.
TEST(EqualityTest, FindsTheOrderOfDates) {
  const auto value = [](std::string_view text) {
    return ReceivedRecord::Value{"time", 0, ValueKind::kText, text};
  };
  const SimTime second_of_march = *ParseTime("2026-03-02T08:00:00Z");
  const SimTime third_of_february = *ParseTime("2026-02-03T08:00:00Z");
  const EqualityOptions options;
  Equality equality(options);
  EXPECT_TRUE(
      equality.Same(*ParseTime("2026-03-03"), value("3/3/2026 0:00:00")));
  EXPECT_EQ(equality.day_first_reason(), "");
  EXPECT_TRUE(equality.Same(second_of_march, value("02/03/2026 08:00:00")));
  EXPECT_EQ(equality.day_first_reason(),
            "\"02/03/2026 08:00:00\" was sent as 2026-03-02T08:00:00Z");
  EXPECT_FALSE(equality.Same(third_of_february, value("02/03/2026 08:00:00")));
  equality.BeginInput();
  EXPECT_TRUE(equality.Same(third_of_february, value("02/03/2026 08:00:00")));
  EXPECT_FALSE(equality.Same(second_of_march, value("02/03/2026 08:00:00")));
  EXPECT_EQ(equality.day_first_reason(), "");
}

TEST(EqualityTest, TheGivenOrderOfDatesCounts) {
  EqualityOptions options;
  options.date_order = DateOrder::kMonthFirst;
  EXPECT_FALSE(Same(*ParseTime("2026-03-02T08:00:00Z"), "02/03/2026 08:00:00",
                    ValueKind::kText, options));
  options.date_order = DateOrder::kDayFirst;
  EXPECT_TRUE(Same(*ParseTime("2026-03-02T08:00:00Z"), "02/03/2026 08:00:00",
                   ValueKind::kText, options));
}

}  // namespace
}  // namespace busyhour::internal

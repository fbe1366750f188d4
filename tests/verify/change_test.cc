#include "verify/change.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace busyhour::internal {
namespace {

const Field kField{};
constexpr Column kColumn{"name", &kField, {}, Type::kString, 0};

Change From(const FieldValue& sent, std::string_view received,
            ValueKind kind = ValueKind::kText) {
  const ReceivedRecord::Value value{"name", 0, kind, received};
  const EqualityOptions options;
  Equality equality(options);
  return ChangeOf(kColumn, sent, &value, equality);
}

using Kind = ChangeKind;

TEST(ChangeTest, NamesTheChangeOfAText) {
  const FieldValue sent = std::string_view("Ab cd-12");
  EXPECT_EQ(From(sent, "Ab c"), (Change{Kind::kCut, 4}));
  EXPECT_EQ(From(sent, "cd-12"), (Change{Kind::kCutInFront, 3}));
  EXPECT_EQ(From(sent, "<Ab cd-12>"), (Change{Kind::kEnclosed, 2}));
  EXPECT_EQ(From(sent, "ab cd-12"), Change{Kind::kLowerCase});
  EXPECT_EQ(From(sent, "AB CD-12"), Change{Kind::kUpperCase});
  EXPECT_EQ(From(sent, "aB cd-12"), Change{Kind::kCase});
  EXPECT_EQ(From(sent, "Ab  cd-12 "), Change{Kind::kBlanks});
  EXPECT_EQ(From(sent, "Ab cd-13"), Change{Kind::kReplaced});
  EXPECT_EQ(From(sent, ""), Change{Kind::kEmptied});
  EXPECT_EQ(From(sent, "null", ValueKind::kNull), Change{Kind::kNull});
  const EqualityOptions options;
  Equality equality(options);
  EXPECT_EQ(ChangeOf(kColumn, sent, nullptr, equality), Change{Kind::kDropped});
  EXPECT_EQ(ChangeOf(kColumn, std::string_view(), nullptr, equality),
            Change{Kind::kDroppedEmpty});
  EXPECT_EQ(From(std::monostate(), "x"), Change{Kind::kFilled});
  // UTF-8 that was read as Latin-1, or written as ASCII.
  const FieldValue accent = std::string_view("Z\xc3\xbcrich");
  EXPECT_EQ(From(accent, "Z\xc3\x83\xc2\xbcrich"), Change{Kind::kReencoded});
  EXPECT_EQ(From(accent, "Z?rich"), Change{Kind::kReencoded});
  EXPECT_EQ(From(accent, "Z?rick"), Change{Kind::kReplaced});
}

TEST(ChangeTest, NamesTheChangeOfANumber) {
  const FieldValue sent = Number{118'767, 6};
  EXPECT_EQ(From(sent, "0.12"), (Change{Kind::kRounded, 2}));
  EXPECT_EQ(From(sent, "0.11"), (Change{Kind::kNumberCut, 2}));
  EXPECT_EQ(From(sent, "0"), (Change{Kind::kRounded, 0}));
  EXPECT_EQ(From(sent, "118.767"), (Change{Kind::kMultiplied, 1000}));
  EXPECT_EQ(From(Number{282, 0}, "0.282"), (Change{Kind::kDivided, 1000}));
  EXPECT_EQ(From(sent, "0.118768"), Change{Kind::kOtherNumber});
  EXPECT_EQ(From(sent, "fast"), Change{Kind::kNotANumber});
  EXPECT_EQ(From(Number{0, 0}, "7"), Change{Kind::kOtherNumber});
}

TEST(ChangeTest, NamesTheChangeOfATime) {
  const FieldValue sent =
      SimTime{1'772'438'415'123};  // 2026-03-02T08:00:15.123
  EXPECT_EQ(From(sent, "2026-03-02T10:00:15.123Z"),
            (Change{Kind::kShifted, 7'200'000}));
  EXPECT_EQ(From(sent, "2026-03-02T07:30:15Z"),
            (Change{Kind::kShifted, -1'800'000}));
  EXPECT_EQ(From(sent, "2026-03-02T08:00:00Z"),
            (Change{Kind::kTimeCut, 60'000}));
  EXPECT_EQ(From(sent, "1772438415", ValueKind::kNumber),
            Change{Kind::kOtherType});
  EXPECT_EQ(From(sent, "02.03.2026 08:00"), (Change{Kind::kTimeCut, 60'000}));
  EXPECT_EQ(From(sent, "this morning"), Change{Kind::kNotATime});
  EXPECT_EQ(From(sent, "2026-03-02T08:00:15.1230001Z"), Change{Kind::kTooFine});
}

TEST(ChangeTest, NamesTheChangeOfABoolean) {
  EXPECT_EQ(From(true, "FALSE"), Change{Kind::kNegated});
  EXPECT_EQ(From(true, "yes"), Change{Kind::kNotABoolean});
}

TEST(ChangeTest, SaysTheAmount) {
  EXPECT_EQ(ChangeWords(Kind::kCut, 1020), "cut to 1,020 bytes");
  EXPECT_EQ(ChangeWords(Kind::kCut, std::nullopt), "cut to various lengths");
  EXPECT_EQ(ChangeWords(Kind::kShifted, -17'000), "shifted by -17 s");
  EXPECT_EQ(ChangeWords(Kind::kDropped, 0), "missing");
  EXPECT_TRUE(IsZoneShift(-5 * kMsPerHour - 30 * kMsPerMinute));
  EXPECT_FALSE(IsZoneShift(17'000));
  EXPECT_FALSE(IsZoneShift(0));
}

}  // namespace
}  // namespace busyhour::internal

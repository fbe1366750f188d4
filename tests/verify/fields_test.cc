#include "verify/fields.h"

#include <gtest/gtest.h>

#include "verify/record_reader.h"

namespace busyhour {
namespace {

ReceivedRecord::Value ValueOf(ValueKind kind, std::string_view text) {
  return {"name", 0, kind, text};
}

bool Same(FieldKind kind, std::string_view sent, std::string_view received,
          bool strict = false) {
  return SameValue(Field{.kind = kind}, ValueOf(ValueKind::kText, sent),
                   ValueOf(ValueKind::kText, received), true, strict);
}

TEST(FieldsTest, TimesOfAnyPrecisionAreTheSame) {
  const std::string_view sent = "2026-03-02T08:00:15.1970000Z";
  for (const std::string_view received :
       {"2026-03-02T08:00:15.197Z", "2026-03-02T08:00:15Z",
        "2026-03-02T08:00:15.2Z", "2026-03-02T09:00:15.197+01:00",
        "3/2/2026, 8:00:15.197 AM", "3/2/2026, 8:00:15 AM"}) {
    EXPECT_TRUE(Same(FieldKind::kTime, sent, received)) << received;
    EXPECT_FALSE(Same(FieldKind::kTime, sent, received, true)) << received;
  }
  for (const std::string_view received :
       {"2026-03-02T08:00:15.198Z", "2026-03-02T08:00:16Z", "2026-03-02",
        "2026-03-02T08:00:15.1970001Z", "3/2/2026, 8:00:15.197 PM", "",
        "3/2/2026, 8:00:15.1970001 AM", "2/30/2026, 8:00:15.197 AM",
        "2/31/2026, 8:00:15.197 AM", "2026-02-30T08:00:15.197Z", "soon"}) {
    EXPECT_FALSE(Same(FieldKind::kTime, sent, received)) << received;
  }
}

TEST(FieldsTest, NumbersAreTheSameAsTexts) {
  EXPECT_TRUE(Same(FieldKind::kMinutes, "0.5327", "0.53270"));
  EXPECT_TRUE(Same(FieldKind::kMilliseconds, "42", "4.2e1"));
  EXPECT_TRUE(Same(FieldKind::kMilliseconds, "0", "-0.0e5"));
  EXPECT_TRUE(Same(FieldKind::kMinutes, "0.05", ".05"));
  EXPECT_TRUE(Same(FieldKind::kMinutes, "1200", "0.12E+4"));
  EXPECT_FALSE(Same(FieldKind::kMilliseconds, "42", "43"));
  EXPECT_FALSE(Same(FieldKind::kMilliseconds, "42", "-42"));
  EXPECT_FALSE(Same(FieldKind::kMilliseconds, "42", "420"));
  EXPECT_FALSE(Same(FieldKind::kMilliseconds, "42", "4.2e"));
  EXPECT_FALSE(Same(FieldKind::kMilliseconds, "42", "4.2."));
  EXPECT_FALSE(Same(FieldKind::kMilliseconds, "0", ""));
  EXPECT_FALSE(Same(FieldKind::kMilliseconds, "0", "."));
  // More digits than a double holds.
  EXPECT_FALSE(
      Same(FieldKind::kMinutes, "0.2512", "0.25120000000000000000001"));
  EXPECT_FALSE(Same(FieldKind::kMilliseconds, "42", "1e9999999999"));
  EXPECT_FALSE(Same(FieldKind::kMilliseconds, "42", "42ms"));
  EXPECT_TRUE(Same(FieldKind::kBoolean, "true", "TRUE"));
  EXPECT_FALSE(Same(FieldKind::kText, "Play", "play"));
  EXPECT_TRUE(SameValue(Field{.kind = FieldKind::kMilliseconds},
                        ValueOf(ValueKind::kNumber, "42"),
                        ValueOf(ValueKind::kText, "42"), true, false));
  EXPECT_FALSE(SameValue(Field{.kind = FieldKind::kMilliseconds},
                         ValueOf(ValueKind::kNumber, "42"),
                         ValueOf(ValueKind::kText, "42"), true, true));
  EXPECT_FALSE(SameValue(Field{.kind = FieldKind::kText},
                         ValueOf(ValueKind::kText, ""),
                         ValueOf(ValueKind::kNull, "null"), true, false));
}

TEST(FieldsTest, DetectsEveryLogInEveryShape) {
  for (const Shape shape : kShapes) {
    for (const LogType log : kLogTypes) {
      ReceivedRecord record;
      record.Clear();
      for (const Column& column : Columns(log, shape)) {
        int object = 0;
        if (!column.parent.empty()) {
          if (record.objects.back().key != column.parent) {
            record.objects.push_back({column.parent, 0});
          }
          object = static_cast<int>(record.objects.size()) - 1;
        }
        record.values.push_back({column.name, object, ValueKind::kText, "x"});
      }
      Detector detector(Shape::kResourceLog);
      const auto& detected = detector.Detect(record);
      ASSERT_TRUE(detected);
      EXPECT_EQ(detected->log, log);
      EXPECT_EQ(detected->shape, shape);
    }
  }
}

TEST(FieldsTest, ReadsWhatIsJsonAndNothingElse) {
  const auto reads = [](std::string text) {
    const std::size_t size = text.size();
    text.append(kTextPadding, ' ');
    FieldReader reader;
    ReceivedRecord record;
    std::string why;
    return reader.ReadObject({text.data(), size}, record, why);
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
}  // namespace busyhour

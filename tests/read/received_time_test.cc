#include "read/received_time.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>

namespace busyhour::internal {
namespace {

constexpr std::int64_t kMs = 1'772'438'400'123;  // 2026-03-02T08:00:00.123Z

struct Spelling {
  const char* text;
  std::int64_t ms;
  std::int64_t ns;
  std::int64_t unit_ms;
};

std::optional<ReceivedTime> Read(const std::string& text) {
  return TimeOf(text, TimeReading());
}

TEST(ReceivedTimeTest, ReadsTheSpellingsOfTools) {
  const Spelling spellings[] = {
      // ISO 8601 and its relatives: .NET, SQL, PostgreSQL, DuckDB, Java.
      {"2026-03-02T08:00:00.123Z", kMs, 0, 1},
      {"2026-03-02T08:00:00.1234567Z", kMs, 456'700, 1},
      {"2026-03-02T10:00:00.123456789+02:00", kMs, 456'789, 1},
      {"2026-03-02 08:00:00", kMs - 123, 0, 1000},
      {"2026-03-02T08:00:00.1+00:00", kMs - 23, 0, 100},
      {"2026-03-02 08:00:00.123 UTC", kMs, 0, 1},
      {"2026-03-02 08:00:00.123+00", kMs, 0, 1},
      {"2026-03-02 08:00:00.123-0330", kMs + 12'600'000, 0, 1},
      {"2026-03-02 08:00:00.1230000 +00:00", kMs, 0, 1},
      {"2026-03-02T09:00:00.123+01:00[Europe/Oslo]", kMs, 0, 1},
      {"20260302T080000.123Z", kMs, 0, 1},
      {"2026/03/02 08:00:00,123", kMs, 0, 1},
      {"2026-03-02T08:00Z", kMs - 123, 0, 60'000},
      {"2026-03-02", kMs - 123 - 8 * kMsPerHour, 0, kMsPerDay},
      // Portals, spreadsheets, browsers.
      {"3/2/2026, 8:00:00.123 AM", kMs, 0, 1},
      {"3/2/2026, 8:00:00 PM", kMs - 123 + 12 * kMsPerHour, 0, 1000},
      {"3/2/2026 8:00:00 AM +00:00", kMs - 123, 0, 1000},
      {"3/2/2026, 8:00:00\u202fam", kMs - 123, 0, 1000},
      {"3/2/2026, 12:00:00\u00a0a.m.", kMs - 123 - 8 * kMsPerHour, 0, 1000},
      {"\u200e3/2/2026 08:00", kMs - 123, 0, 60'000},
      {"03/02/2026 08:00:00.123", kMs, 0, 1},
      {"3/2/26 8:00", kMs - 123, 0, 60'000},
      {"02.03.2026 08:00:00,123", kMs, 0, 1},
      {"2.3.2026, 08:00:00", kMs - 123, 0, 1000},
      {"Mon Mar 02 2026 09:00:00 GMT+0100 (Central European Standard Time)",
       kMs - 123, 0, 1000},
      // Kibana, RFC 1123, web servers, Oracle.
      {"Mar 2, 2026 @ 08:00:00.123", kMs, 0, 1},
      {"Mon, 02 Mar 2026 08:00:00 GMT", kMs - 123, 0, 1000},
      {"02/Mar/2026:08:00:00 +0000", kMs - 123, 0, 1000},
      {"02-MAR-2026 08:00:00.123", kMs, 0, 1},
      {"March 2, 2026 08:00:00", kMs - 123, 0, 1000},
      // Numbers.
      {"1772438400", kMs - 123, 0, 1000},
      {"1772438400.1234567", kMs, 456'700, 1},
      {"1772438400.1", kMs - 23, 0, 100},
      {"1772438400123", kMs, 0, 1},
      {"1772438400123.5", kMs, 500'000, 1},
      {"1772438400123456", kMs, 456'000, 1},
      {"1772438400123456789", kMs, 456'789, 1},
      {"1.772438400123E12", kMs, 0, 1},
      {"1.7724384e9", kMs - 123, 0, 1000},
      {"0", 0, 0, 1000},
      {"46083.3333347569", kMs, 0, 1},
      {"/Date(1772438400123)/", kMs, 0, 1},
      {"/Date(1772438400123+0100)/", kMs, 0, 1},
  };
  for (const Spelling& each : spellings) {
    const auto read = Read(each.text);
    ASSERT_TRUE(read) << each.text;
    EXPECT_EQ(read->time.ms, each.ms) << each.text;
    EXPECT_EQ(read->ns, each.ns) << each.text;
    EXPECT_EQ(read->unit_ms, each.unit_ms) << each.text;
  }
}

TEST(ReceivedTimeTest, OtherTextsAreNoTimes) {
  for (const char* const text : {"",
                                 "yesterday",
                                 "-5",
                                 "1.",
                                 "1772438400s",
                                 "12.5.6",
                                 "99999999999999999999",
                                 "2026-02-30T00:00:00Z",
                                 "2026-03-02T24:00:00Z",
                                 "2026-03-02T08:60:00Z",
                                 "2026-03-02T08:00:00.Z",
                                 "2026-03-02T",
                                 "2026-03-02T08:00:00+2:0",
                                 "2026-03-02T08:00:00 +15:00",
                                 "2026-03-02T08:00:00Z soon",
                                 "2026-03-02T08:00:00Z ",
                                 "13/13/2026 08:00:00",
                                 "3/2/2026, 0:00:00 AM",
                                 "3/2/2026, 13:00:00 PM",
                                 "0/2/2026 08:00:00",
                                 "Mar 32, 2026 08:00:00",
                                 "Foo 2, 2026",
                                 "/Date(x)/",
                                 "Monday",
                                 "02/Mar-2026 08:00:00",
                                 "1969-12-31T00:00:00Z",
                                 "2501-01-01"}) {
    EXPECT_FALSE(Read(text)) << text;
  }
  EXPECT_FALSE(TimeOf({"at", 0, ValueKind::kBoolean, "true"}, {}));
  EXPECT_FALSE(TimeOf({"at", 0, ValueKind::kNull, "null"}, {}));
}

TEST(ReceivedTimeTest, ReadsDatesInTheGivenOrder) {
  EXPECT_EQ(
      TimeOf("02/03/2026 08:00:00.123", {DateOrder::kDayFirst, {}})->time.ms,
      kMs);
  EXPECT_FALSE(TimeOf("03/13/2026", {DateOrder::kDayFirst, {}}));
  EXPECT_FALSE(TimeOf("13/03/2026", {DateOrder::kMonthFirst, {}}));
}

TEST(ReceivedTimeTest, LocalTimesAreInTheGivenZone) {
  TimeReading reading;
  reading.zone.first_offset_s = 2 * 3600;
  const std::int64_t change = kMs / 1000 + 3600;
  reading.zone.changes = {{change, 3600}};  // clocks go back one hour
  EXPECT_EQ(TimeOf("2026-03-02 10:00:00.123", reading)->time.ms, kMs);
  EXPECT_EQ(TimeOf("2026-03-02T10:00:00.123Z", reading)->time.ms,
            kMs + 2 * kMsPerHour);
  EXPECT_EQ(TimeOf({"at [UTC]", 0, ValueKind::kText, "2026-03-02 08:00:00.123"},
                   reading)
                ->time.ms,
            kMs);
  // 10:30 occurs twice.
  const auto twice = TimeOf("2026-03-02 10:30:00", reading);
  const SimTime first{kMs - 123 + 30 * kMsPerMinute};
  EXPECT_TRUE(twice->Is(first));
  EXPECT_TRUE(twice->Is({first.ms + kMsPerHour}));
  EXPECT_FALSE(twice->Is({first.ms + 2 * kMsPerHour}));
}

TEST(ReceivedTimeTest, IsTheSentTimeCutOrRounded) {
  const ReceivedTime seconds{{5000}, 0, 1000};
  for (const std::int64_t ms : {5000, 5999, 4500, 5500}) {
    EXPECT_TRUE(seconds.Is({ms})) << ms;
  }
  EXPECT_FALSE(seconds.Is({4499}));
  EXPECT_FALSE(seconds.Is({6000}));
  EXPECT_FALSE((ReceivedTime{{5000}, 1, 1}).Is({5000}));
}

}  // namespace
}  // namespace busyhour::internal

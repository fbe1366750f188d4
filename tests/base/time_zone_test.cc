#include "base/time_zone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/posix_rule.h"
#include "base/stream.h"
#include "base/time.h"
#include "base/tzif.h"
#include "base/zone_directory.h"

namespace busyhour::internal {
namespace {

using testing::HasSubstr;

std::int64_t Seconds(std::string_view time) {
  return ParseTime(time).value().ms / kMsPerSecond;
}

std::string TroubleOf(const std::string& content) {
  std::string trouble;
  EXPECT_FALSE(ParseTimeZone(content, trouble));
  return trouble;
}

struct Expected {
  std::string_view rule;
  std::string_view change;  // UTC
  std::int32_t before_min;
  std::int32_t after_min;
};

// The dates of each change are those of the time zone database.
TEST(TimeZoneTest, AFooterRulesAllYears) {
  const Expected all[] = {
      {kOslo, "2026-03-29T01:00Z", 60, 120},
      {kOslo, "2026-10-25T01:00Z", 120, 60},
      {kOslo, "2499-03-29T01:00Z", 60, 120},
      {kNewYork, "2026-03-08T07:00Z", -300, -240},
      {kNewYork, "2026-11-01T06:00Z", -240, -300},
      {kLordHowe, "2026-04-04T15:00Z", 660, 630},
      {kLordHowe, "2026-10-03T15:30Z", 630, 660},
      // Summer in the southern half of the year's ends.
      {"NZST-12NZDT,M9.5.0,M4.1.0/3", "2026-04-04T14:00Z", 780, 720},
      // Days of the year, with and without February 29.
      {"AAA0BBB,J60/0,300/0", "2028-03-01T00:00Z", 0, 60},
      {"AAA0BBB,59/0,300/0", "2028-02-29T00:00Z", 0, 60},
      // Times beyond a day, as in Greenland and Israel.
      {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00Z", -120, -60},
      {"IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-27T00:00Z", 120, 180},
  };
  for (const Expected& each : all) {
    const TimeZone zone = ZoneOf(each.rule);
    const std::int64_t at = Seconds(each.change);
    EXPECT_EQ(zone.OffsetAt(at - 1), each.before_min * 60)
        << each.rule << ' ' << each.change << ' ' << zone.name;
    EXPECT_EQ(zone.OffsetAt(at), each.after_min * 60)
        << each.rule << ' ' << each.change;
  }
}

// A rule that ends with one year and begins with the next.
TEST(TimeZoneTest, DaylightTimeCanLastAllYear) {
  const TimeZone zone = ZoneOf("EST5EDT,0/0,J365/25");
  for (const char* time :
       {"1970-01-01T12:00Z", "2025-12-31T23:59Z", "2026-01-01T00:00Z",
        "2026-01-01T04:59:59Z", "2026-01-01T05:00Z", "2028-12-31T12:00Z"}) {
    EXPECT_EQ(zone.OffsetAt(Seconds(time)), -4 * 3600) << time;
  }
}

TEST(TimeZoneTest, TheFileHoldsUntilItsLastChange) {
  std::string trouble;
  const std::int64_t change = Seconds("2011-12-30T10:00Z");
  const auto zone = ParseTimeZone(
      Tzif{.first_offset_s = -36'000,
           .changes = {{change - 1000, -39'600}, {change, 50'400}},
           .footer = "<+13>-13"}
          .Text(),
      trouble);
  ASSERT_TRUE(zone) << trouble;
  EXPECT_EQ(zone->OffsetAt(change - 1001), -36'000);
  EXPECT_EQ(zone->OffsetAt(change - 1), -39'600);
  EXPECT_EQ(zone->OffsetAt(change), 50'400);
  EXPECT_EQ(zone->OffsetAt(change + 1'000'000'000), 50'400);
}

TEST(TimeZoneTest, ChangesBefore1970AreItsFirstOffset) {
  std::string trouble;
  const auto zone = ParseTimeZone(
      Tzif{.changes = {{-1000, 3600}, {-10, 7200}, {500, 7200}, {900, 0}},
           .footer = ""}
          .Text(),
      trouble);
  ASSERT_TRUE(zone) << trouble;
  EXPECT_EQ(zone->first_offset_s, 7200);
  EXPECT_EQ(zone->changes, (std::vector<TimeZone::Change>{{900, 0}}));
}

// For all local times near a change: the first instant at which the clock shows
// it or a later time.
TEST(TimeZoneTest, AnInstantOfLocalTimeIsTheFirst) {
  for (const std::string_view rule : {kOslo, kNewYork, kLordHowe}) {
    const TimeZone zone = ZoneOf(rule);
    for (std::size_t i = 100; i < 104; ++i) {
      const std::int64_t at = zone.changes[i].at_s;
      for (std::int64_t near = at - 9000; near < at + 9000; near += 300) {
        const std::int64_t local = near + zone.OffsetAt(near);
        std::int64_t first = near - 9000;
        while (first + zone.OffsetAt(first) < local) ++first;
        EXPECT_EQ(zone.FirstInstantOf(local), first) << rule << ' ' << near;
      }
    }
  }
  const TimeZone oslo = ZoneOf(kOslo);
  // 02:30 does not exist: the change. 02:30 occurs twice: the first.
  EXPECT_EQ(oslo.FirstInstantOf(Seconds("2026-03-29T02:30Z")),
            Seconds("2026-03-29T01:00Z"));
  EXPECT_EQ(oslo.FirstInstantOf(Seconds("2026-10-25T02:30Z")),
            Seconds("2026-10-25T00:30Z"));
}

TEST(TimeZoneTest, FingerprintsDifferWithTheRules) {
  EXPECT_EQ(ZoneOf(kOslo).RulesFingerprint(),
            ZoneOf("MET-1MEST,M3.5.0,M10.5.0/3").RulesFingerprint());
  EXPECT_NE(ZoneOf(kOslo).RulesFingerprint(),
            ZoneOf("CET-1CEST,M3.5.0,M10.4.0/3").RulesFingerprint());
  EXPECT_EQ(ZoneOf(kOslo).RulesFingerprint().size(), 16u);
}

TEST(TimeZoneTest, InvalidFilesAreRefused) {
  EXPECT_EQ(TroubleOf(""), "is not a TZif file");
  EXPECT_EQ(TroubleOf("CET-1CEST,M3.5.0,M10.5.0/3\n"), "is not a TZif file");
  EXPECT_EQ(TroubleOf(Tzif{.version = '\0'}.Text()),
            "is of TZif version 1, which ends in 2037");
  EXPECT_EQ(TroubleOf(Tzif{.changes = {{5, 0}, {5, 60}}}.Text()),
            "has changes that are not in order");
  EXPECT_EQ(TroubleOf(Tzif{.first_offset_s = 93'600}.Text()),
            "has an offset of 93600 s");
  EXPECT_EQ(TroubleOf(Tzif{.changes = {{5, 0}}, .leap_seconds = 1}.Text()),
            "counts leap seconds, which no log does");
  for (const char* footer :
       {"CE-1", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-25",
        "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.0.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J300", "CET-1CEST,0,366",
        "CET-1CEST,M3.5.0/168,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0 ", "CET-1:60",
        "<CET-1", "CET-1\n", "CET99999999999"}) {
    EXPECT_EQ(TroubleOf(Tzif{.footer = footer}.Text()),
              "has no valid rule for the time after its last change")
        << footer;
  }
}

// For all lengths: a truncated file is refused.
TEST(TimeZoneTest, TruncatedFilesAreRefused) {
  const std::string whole =
      Tzif{.changes = {{5, 60}, {9, 120}}, .footer = kOslo}.Text();
  std::string trouble;
  ASSERT_TRUE(ParseTimeZone(whole, trouble)) << trouble;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_NE(TroubleOf(whole.substr(0, length)), "") << length;
  }
}

// For all damage to a file: it is refused, or gives offsets in order.
TEST(TimeZoneTest, DamagedFilesAreRefusedOrInOrder) {
  const std::string whole =
      Tzif{.changes = {{5, 60}, {9, 120}}, .footer = kOslo}.Text();
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    std::string damaged = whole;
    for (std::uint64_t j = 0; j <= i % 4; ++j) {
      const std::uint64_t draw = Draw(i, Purpose::kFault, j);
      damaged[draw % damaged.size()] = static_cast<char>(draw >> 32);
    }
    std::string trouble;
    const auto zone = ParseTimeZone(damaged, trouble);
    ASSERT_NE(zone.has_value(), !trouble.empty());
    if (!zone) continue;
    for (std::size_t c = 1; c < zone->changes.size(); ++c) {
      ASSERT_LT(zone->changes[c - 1].at_s, zone->changes[c].at_s);
    }
  }
}

class ZoneFilesTest : public testing::Test {
 protected:
  ZoneFilesTest() {
    directory_.Write("Europe/Rome", "TZif2 but no more");
    directory_.Write("right/Oslo", Tzif{.footer = kOslo}.Text());
    directory_.Write("zone.tab", "NO\t+5955+01045\tEurope/Oslo\n");
  }

  static std::string TroubleWith(const std::string& name) {
    std::string trouble;
    EXPECT_FALSE(FindTimeZone(name, trouble)) << name;
    return trouble;
  }

  const ZoneDirectory directory_;
};

TEST_F(ZoneFilesTest, FindsAZoneByName) {
  std::string trouble;
  const std::optional<TimeZone> zone = FindTimeZone("Europe/Oslo", trouble);
  ASSERT_TRUE(zone) << trouble;
  EXPECT_EQ(zone->name, "Europe/Oslo");
  EXPECT_EQ(zone->OffsetAt(Seconds("2026-07-01T00:00Z")), 7200);
}

TEST_F(ZoneFilesTest, SuggestsTheNearestName) {
  for (const char* name : {"Oslo", "oslo", "Europe/Olso", "europe/oslo"}) {
    EXPECT_THAT(TroubleWith(name), HasSubstr("did you mean \"Europe/Oslo\"?"))
        << name;
  }
  EXPECT_THAT(TroubleWith("Mars"), HasSubstr("is not a time zone in"));
  EXPECT_THAT(TroubleWith("zone.tab"), HasSubstr("is not a time zone in"));
}

TEST_F(ZoneFilesTest, ANameLeadsNowhereElse) {
  directory_.Write("../busyhour_outside", Tzif{.footer = kOslo}.Text());
  for (const char* name :
       {"../busyhour_outside", "Europe/../../busyhour_outside", "", "/", ".",
        "/Europe/Oslo", "Europe/", "Europe"}) {
    EXPECT_THAT(TroubleWith(name), HasSubstr("is not a time zone in")) << name;
  }
}

TEST_F(ZoneFilesTest, SaysWhatIsWrongWithAFile) {
  EXPECT_THAT(TroubleWith("Europe/Rome"),
              testing::EndsWith("is not a TZif file"));
  directory_.Write("Europe/Rome", std::string(300'000, 'x'));
  EXPECT_THAT(TroubleWith("Europe/Rome"),
              testing::EndsWith("is larger than 256 KiB"));
}

TEST_F(ZoneFilesTest, SaysThatThereIsNoDatabase) {
  ::setenv("TZDIR", "/nowhere", 1);
  EXPECT_EQ(TroubleWith("Europe/Oslo"),
            "cannot be found: there is no time zone database in /nowhere; "
            "install tzdata, or "
            "set TZDIR");
}

}  // namespace
}  // namespace busyhour::internal

#include "base/units.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour::internal {
namespace {

TEST(UnitsTest, ReadsDurations) {
  const struct {
    std::string_view text;
    std::int64_t ms;
  } kCases[] = {
      {"0", 0},
      {"0s", 0},
      {"250ms", 250},
      {"90s", 90'000},
      {"10m", 600'000},
      {"10min", 600'000},
      {"2h", 7'200'000},
      {"7d", 604'800'000},
      {"1.5h", 5'400'000},
      {".5s", 500},
      {"1h30m", 5'400'000},
      {"1d2h3m4s5ms", 93'784'005},
      {"0.4ms", 0},
      {"0.6ms", 1},
      {"1e3s", 1'000'000},
  };
  for (const auto& [text, ms] : kCases) {
    EXPECT_EQ(ParseDuration(text), ms) << text;
  }
}

TEST(UnitsTest, ReadsSizes) {
  const struct {
    std::string_view text;
    std::uint64_t bytes;
  } kCases[] = {
      {"0", 0},
      {"1000", 1000},
      {"7B", 7},
      {"2kB", 2000},
      {"2KB", 2000},
      {"1.5MB", 1'500'000},
      {"1GB", 1'000'000'000},
      {"3TB", 3'000'000'000'000},
      {"64KiB", 65'536},
      {"1MiB", 1'048'576},
      {"2GiB", 2'147'483'648},
      {"1TiB", 1'099'511'627'776},
      {"10gb", 10'000'000'000},
      {"10Gb", 10'000'000'000},
      {"10 GB", 10'000'000'000},
      {"7b", 7},
      {"1KIB", 1024},
      {"2mib", 2'097'152},
      {"1e6", 1'000'000},
      {"1e3kB", 1'000'000},
      {"1_000", 1000},
      {"1_000.5 kb", 1'000'500},
  };
  for (const auto& [text, bytes] : kCases) {
    EXPECT_EQ(ParseSize(text), bytes) << text;
  }
}

TEST(UnitsTest, ReadsRatesPerSecond) {
  EXPECT_DOUBLE_EQ(*ParseRate("500/s"), 500);
  EXPECT_DOUBLE_EQ(*ParseRate("500/sec"), 500);
  EXPECT_DOUBLE_EQ(*ParseRate("2M/min"), 2e6 / 60);
  EXPECT_DOUBLE_EQ(*ParseRate("2M/m"), 2e6 / 60);
  EXPECT_DOUBLE_EQ(*ParseRate("36000/h"), 10);
  EXPECT_DOUBLE_EQ(*ParseRate("36k/hour"), 10);
  EXPECT_DOUBLE_EQ(*ParseRate("1e6/d"), 1e6 / 86400);
  EXPECT_DOUBLE_EQ(*ParseRate("0.5G/day"), 5e8 / 86400);
  EXPECT_DOUBLE_EQ(*ParseRate("20_000/s"), 20'000);
  EXPECT_DOUBLE_EQ(*ParseRate("20K/s"), 20'000);
}

TEST(UnitsTest, ReadsCountsAndUnsignedNumbers) {
  EXPECT_EQ(ParseCount("1000"), 1000u);
  EXPECT_EQ(ParseCount("20k"), 20'000u);
  EXPECT_EQ(ParseCount("1.5M"), 1'500'000u);
  EXPECT_EQ(ParseCount("1G"), 1'000'000'000u);
  EXPECT_EQ(ParseCount("1e6"), 1'000'000u);
  EXPECT_EQ(ParseCount("1_000_000"), 1'000'000u);
  EXPECT_EQ(ParseCount("9_007_199_254_740_992"), 9007199254740992u);
  EXPECT_EQ(ParseCount("1_5.0e2"), 1500u);
  EXPECT_EQ(ParseCount("1K"), 1000u);
  EXPECT_EQ(ParseCount("9007199254740992"), 9007199254740992u);
  EXPECT_EQ(ParseUnsigned("0"), 0u);
  EXPECT_EQ(ParseUnsigned("18446744073709551615"),
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(ParseUnsigned("0xff"), 255u);
  EXPECT_EQ(ParseUnsigned("0XFF"), 255u);
}

TEST(UnitsTest, RefusesWhatIsNotWhollySuchAQuantity) {
  for (const std::string_view text :
       {"", " 1s", "1s ", "1", "s", "-1s", "+1s", "1 s", "1x", "1S", "1h30",
        "nan s", "infs", "1h-1m", "1,5h", "1s1", "0x10s", "1e400s", "1e20d"}) {
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
  }
  for (const std::string_view text :
       {"", "B", "-1B", " 1GB", "1  GB", "1GB ", "1 ", "1_", "_1", "1__0",
        "1_GB", "1,000", "nan", "inf", "1e400", "9e18", "1GBps", "0x10"}) {
    EXPECT_EQ(ParseSize(text), std::nullopt) << text;
  }
  for (const std::string_view text :
       {"", "5", "5/", "/s", "5/fortnight", "5 /s", "5/ s", "-5/s", "5/s/s",
        "nan/s", "1e400/s", "_5/s", "5_/s", "5__0/s", "5/_s", "1,000/s"}) {
    EXPECT_EQ(ParseRate(text), std::nullopt) << text;
  }
  for (const std::string_view text :
       {"", "1.5", "0.0001k", "-1", "1 k", "1m", "1T", "nan", "1e400", "1_",
        "_1", "1__0", "1_k", "1,000", "9007199254740994"}) {
    EXPECT_EQ(ParseCount(text), std::nullopt) << text;
  }
  for (const std::string_view text :
       {"", "0x", "-1", "+1", "1.0", " 1", "1 ", "18446744073709551616",
        "0x10000000000000000", "1e3", "0xg"}) {
    EXPECT_EQ(ParseUnsigned(text), std::nullopt) << text;
  }
}

TEST(UnitsTest, ShowsDurationsToPeople) {
  const struct {
    std::int64_t ms;
    std::string_view text;
  } kCases[] = {
      {0, "0 ms"},
      {850, "850 ms"},
      {1'000, "1 s"},
      {1'099, "1 s"},
      {2'500, "2.5 s"},
      {59'999, "59.9 s"},
      {60'000, "1 min"},
      {200'000, "3 min 20 s"},
      {3'600'000, "1 h"},
      {3'840'000, "1 h 4 min"},
      {86'399'999, "23 h 59 min"},
      {86'400'000, "1 d"},
      {183'600'000, "2 d 3 h"},
  };
  for (const auto& [ms, text] : kCases) EXPECT_EQ(FormatDuration(ms), text);
}

// For all durations d: ParseDuration(FormatDurationExact(d)) == d.
TEST(UnitsTest, ExactDurationsReadBack) {
  EXPECT_EQ(FormatDurationExact(0), "0s");
  EXPECT_EQ(FormatDurationExact(90'000), "1m30s");
  EXPECT_EQ(FormatDurationExact(5'400'000), "1h30m");
  EXPECT_EQ(FormatDurationExact(1'500), "1s500ms");
  EXPECT_EQ(FormatDurationExact(604'800'000), "7d");
  for (std::int64_t ms = 0; ms < 4'000'000'000; ms = ms * 5 / 4 + 7) {
    EXPECT_EQ(ParseDuration(FormatDurationExact(ms)), ms)
        << FormatDurationExact(ms);
  }
}

TEST(UnitsTest, ShowsSizesWithThreeDigits) {
  const struct {
    double bytes;
    std::string_view text;
  } kCases[] = {
      {0, "0 B"},          {712, "712 B"},          {999, "999 B"},
      {1000, "1.00 kB"},   {61'200'000, "61.2 MB"}, {1.04e9, "1.04 GB"},
      {999'400, "999 kB"}, {999'600, "1.00 MB"},    {9'996, "10.0 kB"},
      {99'960, "100 kB"},  {5e12, "5.00 TB"},       {7e15, "7.00 PB"},
      {7e18, "7000 PB"},
  };
  for (const auto& [bytes, text] : kCases) EXPECT_EQ(FormatSize(bytes), text);
}

TEST(UnitsTest, ShowsCountsInGroupsOfThree) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(1'000), "1,000");
  EXPECT_EQ(FormatCount(42'011), "42,011");
  EXPECT_EQ(FormatCount(123'456'789), "123,456,789");
  EXPECT_EQ(FormatCount(std::numeric_limits<std::uint64_t>::max()),
            "18,446,744,073,709,551,615");
}

TEST(UnitsTest, ShowsAmountsWithThreeDigits) {
  const struct {
    double amount;
    std::string_view text;
  } kCases[] = {
      {0, "0.00"},       {42.5, "42.5"},    {9.994, "9.99"},
      {9.996, "10.0"},   {99.94, "99.9"},   {99.96, "100"},
      {999.4, "999"},    {999.6, "1.00 k"}, {312'000, "312 k"},
      {1.1e6, "1.10 M"}, {2.5e9, "2.50 G"}, {1e12, "1.00 T"},
  };
  for (const auto& [amount, text] : kCases) {
    EXPECT_EQ(FormatAmount(amount), text);
  }
}

TEST(UnitsTest, ReadsShares) {
  EXPECT_EQ(ParseShare("0"), 0.0);
  EXPECT_EQ(ParseShare("0.001"), 0.001);
  EXPECT_EQ(ParseShare("25%"), 0.25);
  EXPECT_EQ(ParseShare("100%"), 1.0);
  for (const std::string_view text :
       {"", "%", "-0.1", "1.5", "101%", "0.1 %", "0.1%%", "ten", "nan"}) {
    EXPECT_FALSE(ParseShare(text).has_value()) << text;
  }
}

TEST(UnitsTest, DurationsMayHaveASign) {
  EXPECT_EQ(ParseSignedDuration("-5m"), -300'000);
  EXPECT_EQ(ParseSignedDuration("1m30s"), 90'000);
  EXPECT_EQ(FormatDurationExact(-90'000), "-1m30s");
  for (const std::string_view text : {"", "-", "--5m", "+5m", "-5", "5m-3s"}) {
    EXPECT_FALSE(ParseSignedDuration(text).has_value()) << text;
  }
  EXPECT_FALSE(ParseDuration("-5m").has_value());
}

}  // namespace
}  // namespace busyhour::internal

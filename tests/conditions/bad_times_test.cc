#include "conditions/bad_times.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

#include "base/time.h"

namespace busyhour::internal {
namespace {

constexpr std::int64_t kStartMs = 1'772'438'400'000;  // 2026-03-02T08:00:00Z
constexpr std::int64_t kPeriodMs = 10 * kMsPerMinute;

BadTimes Sample(double minutes, double servers) {
  BadTimesSettings settings;
  settings.minutes = {minutes, 10.0, 2.0};
  settings.servers = {servers, 4.0, 3.0};
  settings.server_length_ms = kPeriodMs;
  return BadTimes(settings);
}

TEST(BadTimesTest, WithoutAShareThereAreNone) {
  const ServiceState state =
      Sample(0.0, 0.0).At(BadTimes::KeyOf(1), 3, kStartMs);
  EXPECT_EQ(state.latency_256, 256u);
  EXPECT_EQ(state.refusals_256, 256u);
  EXPECT_GT(state.until_ms, kStartMs + 1000 * kMsPerYear);
}

// For all servers and times: factors multiply, and the state holds until the
// minute or the period ends.
TEST(BadTimesTest, FactorsOfAMinuteAndAServerMultiply) {
  const std::int64_t at_ms = kStartMs + kMsPerMinute + 5;
  const ServiceState both = Sample(1.0, 1.0).At(BadTimes::KeyOf(1), 3, at_ms);
  EXPECT_EQ(both.latency_256, 256u * 6);
  EXPECT_EQ(both.refusals_256, 256u * 40);
  EXPECT_EQ(both.until_ms, kStartMs + 2 * kMsPerMinute);
  const ServiceState server = Sample(0.0, 1.0).At(BadTimes::KeyOf(1), 3, at_ms);
  EXPECT_EQ(server.latency_256, 256u * 3);
  EXPECT_EQ(server.until_ms, kStartMs + kPeriodMs);
}

// For all minutes and for all pairs of server and period: the share that is bad
// is that of the settings. A bad minute is bad for all servers; a bad server is
// not bad for the others. Tolerance: 5 standard errors.
TEST(BadTimesTest, TheirSharesAreThoseOfTheSettings) {
  const BadTimes times = Sample(0.02, 0.03);
  const std::uint64_t key = BadTimes::KeyOf(1);
  constexpr int kMinutes = 20'000;
  int minutes = 0;
  int periods = 0;
  int alone = 0;
  for (int i = 0; i < kMinutes; ++i) {
    const std::int64_t at_ms = kStartMs + i * kMsPerMinute;
    const ServiceState one = times.At(key, 0, at_ms);
    const ServiceState other = times.At(key, 1, at_ms);
    EXPECT_EQ(one.bad_minute, other.bad_minute);
    minutes += one.bad_minute;
    if (i % 10 == 0) {
      periods += one.bad_server;
      alone += one.bad_server && !other.bad_server;
    }
    EXPECT_EQ(times.At(key, 0, at_ms + 59'999).bad_server, one.bad_server);
  }
  EXPECT_NEAR(minutes / double{kMinutes}, 0.02,
              5 * std::sqrt(0.02 * 0.98 / kMinutes));
  EXPECT_NEAR(periods / (kMinutes / 10.0), 0.03,
              5 * std::sqrt(0.03 * 0.97 / (kMinutes / 10.0)));
  EXPECT_GT(alone, periods / 2);
}

TEST(BadTimesTest, FollowFromTheSeed) {
  const BadTimes times = Sample(0.5, 0.0);
  int different = 0;
  for (int i = 0; i < 100; ++i) {
    const std::int64_t at_ms = kStartMs + i * kMsPerMinute;
    different += times.At(BadTimes::KeyOf(1), 0, at_ms).bad_minute !=
                 times.At(BadTimes::KeyOf(2), 0, at_ms).bad_minute;
  }
  EXPECT_GT(different, 20);
}

}  // namespace
}  // namespace busyhour::internal

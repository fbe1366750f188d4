#include "read/received_value.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace busyhour {
namespace {

struct Spelling {
  const char* text;
  ValueKind kind;
  std::int64_t ms;
  std::int64_t ns;
};

// For all spellings: the result is the correct time, in the precision of the
// text.
TEST(ReceivedValueTest, ReadsTimesAndNumbersSince1970) {
  constexpr std::int64_t kMs = 1'772'438'400'123;
  const Spelling spellings[] = {
      {"2026-03-02T08:00:00.123Z", ValueKind::kText, kMs, 0},
      {"2026-03-02T08:00:00.1234567Z", ValueKind::kText, kMs, 456'700},
      {"2026-03-02T10:00:00.123456789+02:00", ValueKind::kText, kMs, 456'789},
      {"2026-03-02 08:00:00", ValueKind::kText, kMs - 123, 0},
      {"2026-03-02T08:00:00.1+00:00", ValueKind::kText, kMs - 23, 0},
      {"1772438400", ValueKind::kNumber, kMs - 123, 0},
      {"1772438400.1234567", ValueKind::kNumber, kMs, 456'700},
      {"1772438400123", ValueKind::kNumber, kMs, 0},
      {"1772438400123.5", ValueKind::kText, kMs, 500'000},
      {"1772438400123456", ValueKind::kNumber, kMs, 456'000},
      {"1772438400123456789", ValueKind::kText, kMs, 456'789},
      {"0", ValueKind::kNumber, 0, 0},
  };
  for (const Spelling& each : spellings) {
    const auto read = ArrivalOf({"at", 0, each.kind, each.text});
    ASSERT_TRUE(read) << each.text;
    EXPECT_EQ(read->time.ms, each.ms) << each.text;
    EXPECT_EQ(read->ns, each.ns) << each.text;
  }
}

TEST(ReceivedValueTest, OtherValuesAreNoTimes) {
  for (const char* const text :
       {"", "yesterday", "-5", "1.", "1e9", "1772438400s", "12.5.6",
        "99999999999999999999", "2026-02-30T00:00:00Z"}) {
    EXPECT_FALSE(ArrivalOf({"at", 0, ValueKind::kText, text})) << text;
  }
  EXPECT_FALSE(ArrivalOf({"at", 0, ValueKind::kBoolean, "true"}));
  EXPECT_FALSE(ArrivalOf({"at", 0, ValueKind::kNull, "null"}));
}

}  // namespace
}  // namespace busyhour

#include "verify/arrival.h"

#include <gtest/gtest.h>

#include <string>

#include "verify/received.h"

namespace busyhour {
namespace {

struct Spelling {
  const char* text;
  ValueKind kind;
  std::int64_t ms;
  std::int64_t ns;
};

// For all spellings: the same point of time, as exactly as they have it.
TEST(ArrivalTest, ReadsTimesAndNumbersSince1970) {
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
    const auto read = ReadArrival({"at", 0, each.kind, each.text});
    ASSERT_TRUE(read) << each.text;
    EXPECT_EQ(read->time.ms, each.ms) << each.text;
    EXPECT_EQ(read->ns, each.ns) << each.text;
  }
}

TEST(ArrivalTest, OtherValuesAreNoTimes) {
  for (const char* const text :
       {"", "yesterday", "-5", "1.", "1e9", "1772438400s", "12.5.6",
        "99999999999999999999", "2026-02-30T00:00:00Z"}) {
    EXPECT_FALSE(ReadArrival({"at", 0, ValueKind::kText, text})) << text;
  }
  EXPECT_FALSE(ReadArrival({"at", 0, ValueKind::kBoolean, "true"}));
  EXPECT_FALSE(ReadArrival({"at", 0, ValueKind::kNull, "null"}));
}

TEST(ArrivalTest, PointersHaveTheirOwnSigns) {
  EXPECT_EQ(ReadPointer("/a~1b/~0c"), (std::vector<std::string>{"a/b", "~c"}));
  EXPECT_EQ(PointerText({"a/b", "~c"}), "/a~1b/~0c");
  for (const char* const wrong : {"", "/", "a", "/a/", "/a~2", "/~"}) {
    EXPECT_FALSE(ReadPointer(wrong)) << wrong;
  }
}

// How long each record was under way is measured from its delivery, to the
// nanosecond, and only once.
TEST(ArrivalTest, LatencyIsThatOfFirstCopies) {
  const Runs runs(ShippedProfile("quickstart"));
  Job job = runs.JobOf(Extent::Kind::kCalls, 100);
  SentRecords sent(runs.plan, runs.cast, {job});
  std::vector<DeliveryOrder> deliveries;
  sent.EachUnmarked([&](const SentCall& call, std::size_t record) {
    deliveries.push_back(DeliveryOrder::Of(call.records[record]));
    return true;
  });
  std::sort(deliveries.begin(), deliveries.end());
  const std::string bytes = runs.Run(job).bytes;
  std::string received;
  std::size_t number = 0;
  for (const std::string_view line : LinesOf(bytes)) {
    // 1 ms, 2 ms, ... and each once more, much later.
    const std::int64_t ms =
        deliveries[number].delivery_ms + static_cast<std::int64_t>(number) + 1;
    ++number;
    for (const std::int64_t more : {0, 1'000'000}) {
      received += "{\"in\":{\"at\":" + std::to_string(ms + more) +
                  "},\"event\":" + std::string(line) + "}\n";
    }
  }
  ASSERT_EQ(number, deliveries.size());
  VerifyOptions options;
  options.arrival = {"in", "at"};
  const Verdict verdict = VerdictOn(runs, job, received, options);
  ASSERT_TRUE(verdict.latency);
  const Latency& latency = *verdict.latency;
  EXPECT_EQ(verdict.total.altered, 0u);
  EXPECT_EQ(latency.ns.count(), number);
  EXPECT_EQ(latency.unreadable, 0u);
  EXPECT_EQ(latency.min_ns, 1'000'000);
  EXPECT_EQ(latency.max_ns, static_cast<std::int64_t>(number) * 1'000'000);
  EXPECT_NEAR(static_cast<double>(QuantileOf(latency, 0.9)),
              0.9e6 * static_cast<double>(number),
              0.01e6 * static_cast<double>(number));
}

TEST(ArrivalTest, TellsWhatArrivedTooSoonOrCannotBeRead) {
  Latency latency;
  latency.Add({5000}, ArrivalTime{{4000}, 0});
  latency.Add({5000}, std::nullopt);
  EXPECT_EQ(latency.negative, 1u);
  EXPECT_EQ(latency.unreadable, 1u);
  EXPECT_EQ(QuantileOf(latency, 0.5), -1'000'000'000);
  latency.Add({0}, ArrivalTime{kLatestTime, 999'999});
  EXPECT_GT(latency.max_ns, 0);
}

}  // namespace
}  // namespace busyhour

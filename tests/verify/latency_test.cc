#include "verify/latency.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verify/received.h"

namespace busyhour::internal {
namespace {

// The latency of a record is the time from its delivery to the arrival of its
// first copy, in nanoseconds.
TEST(LatencyTest, IsThatOfFirstCopies) {
  const Runs runs(ShippedProfile("quickstart"));
  Job job = runs.JobOf(Extent::Kind::kCalls, 100);
  SentRecords sent(runs.worlds, {job});
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
    // 1 ms, 2 ms, ... and a copy of each much later.
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
  options.reading.arrival = {"in", "at"};
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

TEST(LatencyTest, TellsWhatArrivedTooSoonOrCannotBeRead) {
  Latency latency;
  latency.Add({5000}, ReceivedTime{{4000}, 0});
  latency.Add({5000}, std::nullopt);
  EXPECT_EQ(latency.negative, 1u);
  EXPECT_EQ(latency.unreadable, 1u);
  EXPECT_EQ(QuantileOf(latency, 0.5), -1'000'000'000);
  latency.Add({0}, ReceivedTime{kLatestTime, 999'999});
  EXPECT_GT(latency.max_ns, 0);
}

}  // namespace
}  // namespace busyhour::internal

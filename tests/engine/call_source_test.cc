#include "engine/call_source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "job/picks.h"
#include "scenario/calm.h"

namespace busyhour::internal {
namespace {

constexpr std::int64_t kStartMs = 1'772'438'400'000;
constexpr std::uint64_t kStart = kStartMs / 1000;

Profile Calls(double rate_cps) {
  Profile profile = calm::ProfileOf(
      R"({"start": "a", "steps": {"a": {"operation": "RejectCall"}}})");
  profile.traffic.rate_cps = rate_cps;
  return profile;
}

Job JobOf(Extent::Kind kind, std::uint64_t amount) {
  Job job;
  job.start = {kStartMs};
  job.extent = {kind, amount};
  return job;
}

// All calls of a source: slot and ordinal of each. Also checks the invariants
// of every portion.
std::vector<std::pair<std::uint64_t, std::uint32_t>> AllCalls(
    const Worlds& worlds, const Job& job) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> calls;
  CallSource source(worlds, job);
  const Plan& plan = worlds[0].plan;
  Arrivals arrivals(plan, plan.run().key);
  std::vector<CallSpan> spans;
  std::uint64_t last_next = kStart;
  while (source.Next(spans)) {
    std::uint64_t in_portion = 0;
    for (const CallSpan& span : spans) {
      EXPECT_GT(span.count, 0u);
      EXPECT_EQ(span.simulated_before, calls.size());
      EXPECT_GE(span.slot, last_next);
      for (std::uint32_t i = 0; i < span.count; ++i) {
        calls.emplace_back(span.slot, span.first_ordinal + i);
      }
      in_portion += span.count;
    }
    EXPECT_LE(in_portion, kCallsAPortion);
    EXPECT_GE(source.next_slot(), last_next);
    EXPECT_LE(source.next_slot() - last_next, 512u);
    last_next = source.next_slot();
    if (!spans.empty()) {
      EXPECT_LE(spans.back().slot, last_next);
    }
  }
  EXPECT_TRUE(spans.empty());
  EXPECT_FALSE(source.Next(spans));
  return calls;
}

// The same calls, directly from the arrivals.
std::vector<std::pair<std::uint64_t, std::uint32_t>> Expected(
    const Worlds& worlds, std::uint64_t slots, std::uint64_t most) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> calls;
  const Plan& plan = worlds[0].plan;
  Arrivals arrivals(plan, plan.run().key);
  for (std::uint64_t slot = kStart; slot < kStart + slots; ++slot) {
    const std::uint32_t count = arrivals.CountAt(slot);
    for (std::uint32_t i = 0; i < count && calls.size() < most; ++i) {
      calls.emplace_back(slot, i);
    }
  }
  return calls;
}

constexpr std::uint64_t kAll = ~std::uint64_t{0};

// For all rates and durations: the portions contain every call of the slots in
// the extent once, in order.
TEST(CallSourceTest, HandsOutEveryCallOfADurationOnce) {
  const std::pair<double, std::uint64_t> kCases[] = {
      {0.001, 40'000}, {0.5, 5'000}, {2.0, 3'000}, {300.0, 100}, {5000.0, 5}};
  for (const auto& [rate, seconds] : kCases) {
    Profile profile = Calls(rate);
    profile.traffic.busyness_cv = 0.5;
    profile.traffic.capacity_cps = rate;
    const Worlds worlds(profile, 1, {kStartMs});
    EXPECT_EQ(AllCalls(worlds, JobOf(Extent::Kind::kDuration, seconds * 1000)),
              Expected(worlds, seconds, kAll))
        << rate;
  }
}

TEST(CallSourceTest, HandsOutThePartOfASecondThatIsStillInTheExtent) {
  const Worlds worlds(Calls(50.0), 1, {kStartMs});
  const Job job = JobOf(Extent::Kind::kDuration, 9'001);
  // The simulation excludes the calls after the end of the extent.
  EXPECT_EQ(AllCalls(worlds, job), Expected(worlds, 10, kAll));
  EXPECT_EQ(EndMsOf(job), kStartMs + 9'001);
}

// For all numbers of calls n: the source returns the first n calls.
TEST(CallSourceTest, HandsOutAsManyCallsAsAreWanted) {
  for (const double rate : {0.01, 3.0, 2000.0}) {
    const Worlds worlds(Calls(rate), 1, {kStartMs});
    for (const std::uint64_t count : {1, 255, 256, 257, 1000}) {
      const auto slots = static_cast<std::uint64_t>(
          static_cast<double>(count) / rate * 2 + 1000);
      EXPECT_EQ(AllCalls(worlds, JobOf(Extent::Kind::kCalls, count)),
                Expected(worlds, slots, count))
          << rate << ' ' << count;
    }
  }
}

// For several resources: the calls are those of each resource alone, in the
// order of their keys.
TEST(CallSourceTest, HandsOutTheCallsOfAllResourcesInOrder) {
  Profile profile = Calls(3.0);
  for (const double rate : {40.0, 0.01, 2.0}) {
    profile.resources.push_back(Calls(rate));
    profile.resources.back().resource.name += std::to_string(rate);
  }
  const Worlds worlds(profile, 1, {kStartMs});
  std::vector<CallKey> expected;
  for (std::uint32_t i = 0; i < worlds.size(); ++i) {
    const Plan& plan = worlds[i].plan;
    Arrivals arrivals(plan, plan.run().key);
    for (std::uint64_t slot = kStart; slot < kStart + 600; ++slot) {
      for (std::uint32_t n = 0, count = arrivals.CountAt(slot); n < count;
           ++n) {
        expected.push_back({slot, n, i});
      }
    }
  }
  std::sort(expected.begin(), expected.end());
  CallSource source(worlds, JobOf(Extent::Kind::kDuration, 600'000));
  std::vector<CallKey> calls;
  std::vector<CallSpan> spans;
  while (source.Next(spans)) {
    for (const CallSpan& span : spans) {
      EXPECT_EQ(span.simulated_before, calls.size());
      for (std::uint32_t i = 0; i < span.count; ++i) {
        calls.push_back(span.KeyOf(i));
      }
    }
  }
  EXPECT_EQ(calls, expected);
}

// For all shards: the calls of the shard are those of the whole, a span has at
// least one, and `simulated_before` counts them.
TEST(CallSourceTest, KnowsWhichCallsAreOfTheShard) {
  const Worlds worlds(Calls(3.0), 1, {kStartMs});
  Job job = JobOf(Extent::Kind::kDuration, 600'000);
  const auto all = AllCalls(worlds, job);
  for (const std::uint32_t count : {2u, 7u, 64u}) {
    for (std::uint32_t index = 0; index < count; ++index) {
      job.shard = {index, count};
      CallSource source(worlds, job);
      std::vector<CallSpan> spans;
      std::vector<std::pair<std::uint64_t, std::uint32_t>> calls;
      while (source.Next(spans)) {
        for (const CallSpan& span : spans) {
          ASSERT_EQ(span.simulated_before, calls.size());
          const std::size_t before = calls.size();
          for (std::uint32_t i = job.shard.DistanceFrom(span.KeyOf(0));
               i < span.count; i += count) {
            calls.emplace_back(span.slot, span.first_ordinal + i);
          }
          ASSERT_GT(calls.size(), before);
        }
      }
      auto expected = all;
      std::erase_if(expected, [&](const auto& call) {
        return (call.first + call.second) % count != index;
      });
      ASSERT_EQ(calls, expected) << index << '/' << count;
    }
  }
}

// The time between picked calls is not searched, however long it is.
TEST(CallSourceTest, HandsOutTheCallersOfPickedCallsAlone) {
  const Worlds worlds(Calls(3.0), 1, {kStartMs});
  Job job = JobOf(Extent::Kind::kCalls, 602);
  const CallKey early{kStart + 10'000, 1, 0};
  const std::uint64_t late = kStart + 9'000'000'000;
  job.picked = {early, early.Next(), {kStart + 10'100, 0, 0}};
  std::vector<std::pair<std::uint64_t, std::uint32_t>> expected = {
      {early.slot, 1}, {kStart + 10'100, 0}};
  for (std::uint32_t i = 1; i < 600; ++i) {
    job.picked.push_back({late, i, 0});
    expected.emplace_back(late, i);
  }
  job.filter = FilterOf(job.picked);
  CallSource source(worlds, job);
  std::vector<CallSpan> spans;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> calls;
  std::uint64_t portions = 0;
  for (std::uint64_t next = source.next_slot(); source.Next(spans);
       next = source.next_slot()) {
    ++portions;
    ASSERT_LE(spans.size(), kCallsAPortion);
    for (const CallSpan& span : spans) {
      EXPECT_EQ(span.simulated_before, calls.size());
      EXPECT_EQ(span.count, 1u);
      // The earlier portions are complete, and none is of a long time.
      EXPECT_GE(span.slot, next);
      EXPECT_LT(span.slot, next + 512);
      calls.emplace_back(span.slot, span.first_ordinal);
    }
  }
  EXPECT_EQ(calls, expected);
  EXPECT_LE(portions, 2 + 599 / kCallsAPortion + 1);
  EXPECT_EQ(source.next_slot(), late + 1);
}

TEST(CallSourceTest, GoesOnWithoutEndWhereTheExtentIsNotItsOwn) {
  const Worlds worlds(Calls(3.0), 1, {kStartMs});
  for (const auto kind : {Extent::Kind::kRecords, Extent::Kind::kBytes}) {
    CallSource source(worlds, JobOf(kind, 10));
    std::vector<CallSpan> spans;
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(source.Next(spans));
  }
}

TEST(CallSourceTest, EndsWithTheTimeThereIs) {
  const Worlds worlds(Calls(0.5), 1, {kStartMs});
  Job job = JobOf(Extent::Kind::kDuration, kLatestTime.ms);
  job.start = {kLatestTime.ms - 10'000 * kMsPerSecond};
  CallSource source(worlds, job);
  EXPECT_EQ(EndMsOf(job), kLatestTime.ms);
  std::vector<CallSpan> spans;
  while (source.Next(spans)) {
    for (const CallSpan& span : spans) {
      ASSERT_LT(static_cast<std::int64_t>(span.slot), kLatestTime.ms / 1000);
    }
  }
  EXPECT_EQ(static_cast<std::int64_t>(source.next_slot()),
            kLatestTime.ms / 1000);
}

}  // namespace
}  // namespace busyhour::internal

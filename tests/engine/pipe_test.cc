#include "engine/pipe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/base_profiles.h"
#include "base/sanitized.h"
#include "encode/lz4_reader.h"
#include "engine/run_job.h"
#include "scenario/arrivals.h"

namespace busyhour::internal {
namespace {

using Json = nlohmann::json;

// A profile with all features, whose records are delivered soon.
Profile Quickstart() { return ShippedProfile("quickstart"); }

// For all shipped profiles and thread counts n: Bytes(n) == Bytes(1), and the
// tallies are equal.
TEST(PipeTest, ThreadsDoNotChangeBytes) {
  constexpr std::uint64_t kCalls = Fewer(700);
  for (const BuiltinProfile& builtin : BaseProfiles()) {
    const Runs runs(ShippedProfile(builtin.name));
    const Job job = runs.JobOf(Extent::Kind::kCalls, kCalls);
    const RunOutcome one = runs.Run(job, 1);
    ASSERT_TRUE(one.finished);
    ASSERT_GT(one.tally.all_records(), kCalls);
    for (const int threads : {2, 3, 5}) {
      const RunOutcome many = runs.Run(job, threads);
      EXPECT_TRUE(many.finished);
      // Not EXPECT_EQ, which would print a megabyte.
      EXPECT_TRUE(many.bytes == one.bytes) << builtin.name << ' ' << threads;
      EXPECT_EQ(many.tally.calls, one.tally.calls);
      EXPECT_EQ(many.tally.records, one.tally.records);
      EXPECT_EQ(many.tally.failed[LogType::kMediaSummary],
                one.tally.failed[LogType::kMediaSummary]);
    }
  }
}

// The same for all frames and extents.
TEST(PipeTest, ThreadsDoNotChangeFramesOrExtents) {
  const Runs runs(Quickstart());
  CaseFilter filter;
  for (const FrameInfo& frame : Frames()) {
    for (const auto& [kind, amount] :
         {Extent{Extent::Kind::kDuration, 123'456},
          Extent{Extent::Kind::kCalls, 300},
          Extent{Extent::Kind::kRecords, 3000},
          Extent{Extent::Kind::kBytes, 2'000'000}}) {
      if (!filter.Selects()) continue;
      Job job = runs.JobOf(kind, amount);
      job.frame = frame.frame;
      job.shape = frame.default_shape;
      job.message_bytes = 16 * 1024;
      job.logs = {LogType::kOperational};  // some frames hold one log only
      const RunOutcome one = runs.Run(job, 1);
      const RunOutcome three = runs.Run(job, 3);
      EXPECT_TRUE(one.finished && three.finished);
      EXPECT_TRUE(one.bytes == three.bytes) << frame.name;
      EXPECT_GT(one.tally.all_records(), 100u) << frame.name;
    }
  }
}

TEST(PipeTest, TheSameJobGivesTheSameBytesAndAnotherSeedDoesNot) {
  const Runs one(Quickstart(), 1);
  const Runs again(Quickstart(), 1);
  const Runs two(Quickstart(), 2);
  const auto bytes = [](const Runs& runs) {
    return runs.Run(runs.JobOf(Extent::Kind::kCalls, 100)).bytes;
  };
  EXPECT_TRUE(bytes(one) == bytes(again));
  EXPECT_FALSE(bytes(one) == bytes(two));
}

// For all extents and numbers of shards k: each record of the unsharded stream
// is in exactly one shard, and the shards keep its order.
TEST(PipeTest, ShardsMergeToTheWhole) {
  const Runs runs(Quickstart());
  for (const auto& [kind, amount] :
       {Extent{Extent::Kind::kDuration, 100'000},
        Extent{Extent::Kind::kCalls, 333}, Extent{Extent::Kind::kRecords, 2500},
        Extent{Extent::Kind::kBytes, 1'500'000}}) {
    Job job = runs.JobOf(kind, amount);
    const RunOutcome whole = runs.Run(job);
    for (const std::uint32_t count : {1u, 2u, 5u}) {
      std::vector<std::string> shards;
      Tally sum;
      for (std::uint32_t index = 0; index < count; ++index) {
        job.shard = {index, count};
        const RunOutcome shard = runs.Run(job, 1 + static_cast<int>(index % 2));
        shards.push_back(shard.bytes);
        sum += shard.tally;
        EXPECT_GT(shard.tally.calls, 0u);
      }
      EXPECT_EQ(sum.calls, whole.tally.calls);
      EXPECT_EQ(sum.records, whole.tally.records);
      EXPECT_EQ(sum.bytes, whole.tally.bytes);
      std::vector<std::string_view> rest(shards.begin(), shards.end());
      for (const std::string_view line : LinesOf(whole.bytes)) {
        int owners = 0;
        for (std::string_view& shard : rest) {
          if (shard.substr(0, shard.find('\n')) != line) continue;
          shard.remove_prefix(line.size() + 1);
          ++owners;
        }
        ASSERT_EQ(owners, 1) << line;
      }
      for (const std::string_view shard : rest) EXPECT_TRUE(shard.empty());
    }
  }
}

// For all consecutive records: the second is not delivered before the first.
// Because the delay is constant, their times have the order of delivery.
TEST(PipeTest, RecordsLeaveInTheOrderOfTheirDelivery) {
  for (const char* name : {"quickstart", "contact-center"}) {
    Profile profile = ShippedProfile(name);
    profile.delivery[LogType::kOperational] = ConstantMs(30'000);
    profile.delivery[LogType::kMediaSummary] = ConstantMs(30'000);
    profile.delivery[LogType::kUsage] = ConstantMs(30'000);
    const Runs runs(profile);
    const RunOutcome run = runs.Run(runs.JobOf(Extent::Kind::kCalls, 400), 2);
    std::string last;
    for (const std::string_view line : LinesOf(run.bytes)) {
      const std::string time = Json::parse(line)["time"];
      ASSERT_GE(time, last);
      last = time;
    }
  }
}

TEST(PipeTest, ADurationIsTheCallsAttemptedInIt) {
  const Runs runs(Quickstart());
  // If the duration is a whole number of seconds: every call that arrives.
  Arrivals arrivals(runs.plan, runs.plan.run().key);
  const auto first = static_cast<std::uint64_t>(
      runs.plan.profile().traffic.start.ms / kMsPerSecond);
  std::uint64_t calls = 0;
  for (std::uint64_t slot = first; slot < first + 60; ++slot) {
    calls += arrivals.CountAt(slot);
  }
  EXPECT_EQ(runs.Run(runs.JobOf(Extent::Kind::kDuration, 60'000)).tally.calls,
            calls);
  // If the duration ends within a second: the calls before that time.
  std::uint64_t last = 0;
  std::set<std::uint64_t> different;
  for (std::uint64_t ms = 30'000; ms <= 60'000; ms += 500) {
    const std::uint64_t now =
        runs.Run(runs.JobOf(Extent::Kind::kDuration, ms)).tally.calls;
    EXPECT_GE(now, last);
    last = now;
    different.insert(now);
  }
  EXPECT_EQ(last, calls);
  // The number of calls changes within seconds, too.
  EXPECT_GT(different.size(), 31u);
}

// For all extents by size: the run ends with the first call that reaches it.
TEST(PipeTest, RecordsAndBytesStopAtTheCallThatReachesThem) {
  const Runs runs(Quickstart());
  for (const bool by_bytes : {false, true}) {
    const auto size = [&](const Tally& tally) {
      return by_bytes ? tally.all_bytes() : tally.all_records();
    };
    for (const std::uint64_t amount : {1ull, 500ull, 40'000ull, 1'000'000ull}) {
      if (!by_bytes && amount > 40'000) continue;
      const RunOutcome run = runs.Run(runs.JobOf(
          by_bytes ? Extent::Kind::kBytes : Extent::Kind::kRecords, amount));
      EXPECT_GE(size(run.tally), amount);
      const std::uint64_t calls = run.tally.calls;
      ASSERT_GT(calls, 0u);
      // The bytes equal those of a run of this number of calls; one call less
      // is not enough.
      EXPECT_TRUE(run.bytes ==
                  runs.Run(runs.JobOf(Extent::Kind::kCalls, calls)).bytes);
      if (calls > 1) {
        EXPECT_LT(
            size(runs.Run(runs.JobOf(Extent::Kind::kCalls, calls - 1)).tally),
            amount);
      }
    }
  }
}

TEST(PipeTest, AnAmountThatIsReachedExactlyIsEnough) {
  const Runs runs(Quickstart());
  for (const std::uint64_t calls : {1, 10, 300}) {
    const Tally tally = runs.Run(runs.JobOf(Extent::Kind::kCalls, calls)).tally;
    EXPECT_EQ(runs.Run(runs.JobOf(Extent::Kind::kRecords, tally.all_records()))
                  .tally.calls,
              calls);
    EXPECT_EQ(runs.Run(runs.JobOf(Extent::Kind::kBytes, tally.all_bytes()))
                  .tally.calls,
              calls);
    // One more record takes one more call.
    EXPECT_EQ(
        runs.Run(runs.JobOf(Extent::Kind::kRecords, tally.all_records() + 1))
            .tally.calls,
        calls + 1);
  }
}

TEST(PipeTest, CallsAreTheFirstSoMany) {
  const Runs runs(Quickstart());
  for (const std::uint64_t count : {1, 2, 255, 256, 257, 600}) {
    EXPECT_EQ(runs.Run(runs.JobOf(Extent::Kind::kCalls, count)).tally.calls,
              count);
  }
}

// The tally equals the counts of a reader of the bytes.
TEST(PipeTest, CountsWhatItWrites) {
  for (const bool completes : {true, false}) {
    Profile profile = ShippedProfile("ivr-storm");
    profile.assumptions.inter_tone_timeout_completes = completes;
    const Runs runs(profile);
    const RunOutcome run = runs.Run(runs.JobOf(Extent::Kind::kCalls, 500), 2);
    Tally counted;
    for (const std::string_view line : LinesOf(run.bytes)) {
      const Json record = Json::parse(line);
      const std::string category = record["category"];
      const LogType log = std::find_if(std::begin(Logs()), std::end(Logs()),
                                       [&](const LogInfo& each) {
                                         return each.category == category;
                                       })
                              ->log;
      ++counted.records[log];
      counted.bytes[log] += line.size() + 1;
      const std::string type = record.value("resultType", "");
      counted.failed[log] += type == "Failed";
      counted.canceled[log] += type == "Canceled";
    }
    EXPECT_EQ(run.tally.records, counted.records);
    EXPECT_EQ(run.tally.bytes, counted.bytes);
    EXPECT_EQ(run.tally.failed, counted.failed);
    EXPECT_EQ(run.tally.canceled, counted.canceled);
    EXPECT_GT(counted.failed[LogType::kMediaSummary], 0u);
    EXPECT_GT(counted.canceled[LogType::kMediaSummary], 0u);
  }
}

// For all choices of logs: the records of a log do not depend on which other
// logs are written, or to which sinks.
TEST(PipeTest, LogsDoNotMoveEachOther) {
  const Runs runs(ShippedProfile("conference"));
  Job job = runs.JobOf(Extent::Kind::kCalls, 300);
  const RunOutcome together = runs.Run(job);
  PerLog<std::string> by_log;
  for (const std::string_view line : LinesOf(together.bytes)) {
    for (const LogInfo& log : Logs()) {
      const std::string category =
          "\"category\":\"" + std::string(log.category) + '"';
      if (line.find(category) != std::string_view::npos) {
        by_log[log.log].append(line).append("\n");
      }
    }
  }
  for (const LogType log : LogSet::Default()) {
    job.logs = {log};
    const RunOutcome alone = runs.Run(job);
    EXPECT_TRUE(alone.bytes == by_log[log]) << Info(log).name;
    EXPECT_GT(alone.tally.all_records(), 0u);
    EXPECT_EQ(alone.tally.calls, 300u);
  }
  job.logs = LogSet::Default();
  for (const int threads : {1, 3}) {
    MemorySink sinks[kLogTypeCount];
    std::vector<Sink*> by_route;
    for (MemorySink& sink : sinks) by_route.push_back(&sink);
    Pipe pipe(runs.worlds, job, RouteOfItsOwn(), by_route, OptionsOf(threads));
    EXPECT_TRUE(pipe.Run().ok());
    for (std::size_t log = 0; log < LogSet::Default().size(); ++log) {
      EXPECT_TRUE(sinks[log].bytes() == by_log[log]) << log;
      EXPECT_EQ(sinks[log].finished(), 1);
    }
  }
}

TEST(PipeTest, NoCallsLeaveAnEmptyWhole) {
  Profile profile = Quickstart();
  profile.traffic.rate_cps = 1e-9;
  const Runs runs(profile);
  Job job = runs.JobOf(Extent::Kind::kDuration, 1000);
  RunOutcome run = runs.Run(job);
  EXPECT_TRUE(run.finished);
  EXPECT_EQ(run.bytes, "");
  EXPECT_EQ(run.tally.calls, 0u);
  job.frame = Frame::kArray;
  run = runs.Run(job);
  EXPECT_TRUE(run.finished);
  EXPECT_TRUE(Json::parse(run.bytes).empty());
}

// For all frames that can be compressed, logs and threads: the content of the
// LZ4 frame, and its tally, equal the uncompressed output.
TEST(PipeTest, CompressionLosesNothing) {
  const Runs runs(ShippedProfile("conference"));
  CaseFilter filter;
  for (const FrameInfo& frame : Frames()) {
    if (frame.is_columnar ||
        !ReasonAgainst(frame.frame, Compression::kLz4).empty()) {
      continue;
    }
    for (const LogType log : kLogTypes) {
      // A frame treats all logs alike.
      if (frame.frame != Frame::kJsonl && log != LogType::kOperational)
        continue;
      for (const std::uint64_t calls : {1u, 400u}) {
        if (!filter.Selects()) continue;
        Job job = runs.JobOf(Extent::Kind::kCalls, calls);
        job.frame = frame.frame;
        job.shape = frame.default_shape;
        job.logs = {log};
        const RunOutcome plain = runs.Run(job);
        job.compression = Compression::kLz4;
        const RunOutcome small = runs.Run(job);
        EXPECT_TRUE(Lz4Reader::Read(small.bytes) == plain.bytes)
            << frame.name << ' ' << Info(log).name;
        EXPECT_EQ(small.tally.bytes, plain.tally.bytes);
        EXPECT_TRUE(runs.Run(job, 3).bytes == small.bytes);
        // Ids compress badly, and some logs consist mostly of ids.
        if (calls > 1 &&
            (log == LogType::kOperational || log == LogType::kMediaSummary ||
             log == LogType::kUsage)) {
          EXPECT_LT(small.bytes.size(), plain.bytes.size() * 3 / 4);
        }
      }
    }
  }
}

// Records are delivered up to two days after the last call.
TEST(PipeTest, RecordsComeHoweverLate) {
  Profile profile = Quickstart();
  profile.delivery[LogType::kUsage] = UniformMs(0, 2.0 * kMsPerDay);
  const Runs runs(profile);
  const RunOutcome late = runs.Run(runs.JobOf(Extent::Kind::kCalls, 200));
  const Runs prompt_runs(Quickstart());
  const RunOutcome prompt =
      prompt_runs.Run(prompt_runs.JobOf(Extent::Kind::kCalls, 200));
  EXPECT_TRUE(late.finished);
  EXPECT_EQ(late.tally.records, prompt.tally.records);
}

}  // namespace
}  // namespace busyhour::internal

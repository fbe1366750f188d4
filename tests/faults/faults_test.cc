#include "faults/faults.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/job_calls.h"
#include "engine/run_job.h"
#include "job/fault_rules.h"
#include "job/job_options.h"

namespace busyhour::internal {
namespace {

using Json = nlohmann::json;

FaultRule RuleOf(FaultKind kind, double rate) {
  FaultRule rule;
  rule.kind = kind;
  rule.rate = rate;
  return rule;
}

class FaultsTest : public testing::Test {
 protected:
  FaultsTest() : runs_(ShippedProfile("quickstart")) {}

  Job JobWith(std::vector<FaultRule> rules, std::uint64_t calls = 400) const {
    Job job = runs_.JobOf(Extent::Kind::kCalls, calls);
    job.faults = std::move(rules);
    return job;
  }
  // All records of a job, before any fault is applied.
  std::vector<Record> RecordsOf(const Job& job) const {
    std::vector<Record> all;
    EachCall(runs_.worlds, job, 1, [&](std::span<const Record> records) {
      all.insert(all.end(), records.begin(), records.end());
    });
    return all;
  }
  std::uint64_t Count(const RunOutcome& run, FaultKind kind) const {
    return run.tally.faults[static_cast<std::size_t>(kind)];
  }
  static std::map<std::string_view, int> LineCounts(std::string_view text) {
    std::map<std::string_view, int> counts;
    for (const std::string_view line : LinesOf(text)) ++counts[line];
    return counts;
  }

  Runs runs_;
};

// For all records r and rules a, b: adding b after a does not change the effect
// of a on r.
TEST_F(FaultsTest, ARuleAtTheEndMovesNoOther) {
  const Job one = JobWith({RuleOf(FaultKind::kDelay, 0.3)});
  Job two =
      JobWith({RuleOf(FaultKind::kDelay, 0.3), RuleOf(FaultKind::kDelay, 0.5),
               RuleOf(FaultKind::kCorrupt, 0.5)});
  const Faults first(runs_.worlds, one);
  const Faults both(runs_.worlds, two);
  int struck = 0;
  for (const Record& record : RecordsOf(one)) {
    const std::uint32_t delay_ms = first.Of(record).delay_ms;
    if (delay_ms == 0) continue;
    EXPECT_EQ(both.Of(record).delay_ms, delay_ms);
    ++struck;
  }
  EXPECT_GT(struck, 100);
}

// The faults of a record do not change after they have been applied.
TEST_F(FaultsTest, FateFollowsFromTheRecordAlone) {
  FaultRule corrupt = RuleOf(FaultKind::kCorrupt, 0.5);
  corrupt.when.every_ms = kMsPerMinute;
  corrupt.when.length_ms = 20 * kMsPerSecond;
  const Job job = JobWith({RuleOf(FaultKind::kDelay, 1), corrupt});
  const Faults faults(runs_.worlds, job);
  for (Record record : RecordsOf(job)) {
    const RecordFaults fate = faults.Of(record);
    record.delivery_ms += fate.late_ms();
    record.Mark(Record::kDamaged | Record::kCopy);
    const RecordFaults later = faults.Of(record);
    EXPECT_EQ(later.delay_ms, fate.delay_ms);
    ASSERT_EQ(later.text.has_value(), fate.text.has_value());
    if (fate.text) {
      EXPECT_EQ(later.text->draw, fate.text->draw);
    }
  }
}

TEST_F(FaultsTest, StrikesAsOftenAsIsSaid) {
  const Job job = JobWith(
      {RuleOf(FaultKind::kDrop, 0.05), RuleOf(FaultKind::kDuplicate, 0.2)},
      2000);
  const RunOutcome run = runs_.Run(job);
  const Job clean = JobWith({}, 2000);
  const double records =
      static_cast<double>(runs_.Run(clean).tally.all_records());
  // Tolerance: 5 standard deviations of a binomial count.
  const auto near = [&](FaultKind kind, double rate) {
    EXPECT_NEAR(static_cast<double>(Count(run, kind)), rate * records,
                5 * std::sqrt(rate * (1 - rate) * records));
  };
  near(FaultKind::kDrop, 0.05);
  near(FaultKind::kDuplicate, 0.95 * 0.2);
}

TEST_F(FaultsTest, StrikesItsLogsAndWindowsOnly) {
  FaultRule drop = RuleOf(FaultKind::kDrop, 1);
  drop.logs = {LogType::kMediaSummary};
  drop.when.every_ms = 4 * kMsPerMinute;
  drop.when.offset_ms = kMsPerMinute;
  drop.when.length_ms = kMsPerMinute;
  const Job job = JobWith({drop});
  const Faults faults(runs_.worlds, job);
  int struck = 0;
  for (const Record& record : RecordsOf(job)) {
    const std::int64_t at =
        (record.delivery().ms - drop.when.offset_ms) % drop.when.every_ms;
    const bool meant =
        record.log() == LogType::kMediaSummary && at < drop.when.length_ms;
    EXPECT_EQ(faults.Of(record).dropped, meant);
    struck += meant;
  }
  EXPECT_GT(struck, 10);
}

// The tally counts dropped and copied records, and all other records are
// unchanged.
TEST_F(FaultsTest, DropsAndCopiesAreCounted) {
  const RunOutcome clean = runs_.Run(JobWith({}));
  const RunOutcome run = runs_.Run(JobWith({RuleOf(FaultKind::kDrop, 0.1),
                                            RuleOf(FaultKind::kDuplicate, 0.1),
                                            RuleOf(FaultKind::kDelay, 0.1)}));
  const auto before = LineCounts(clean.bytes);
  const auto after = LineCounts(run.bytes);
  std::uint64_t dropped = 0;
  std::uint64_t copied = 0;
  for (const auto& [line, count] : before) {
    const auto at = after.find(line);
    const int now = at == after.end() ? 0 : at->second;
    EXPECT_LE(now, 2);
    dropped += now == 0;
    copied += now == 2;
  }
  EXPECT_EQ(dropped, Count(run, FaultKind::kDrop));
  EXPECT_EQ(copied, Count(run, FaultKind::kDuplicate));
  EXPECT_EQ(run.tally.all_records(),
            clean.tally.all_records() - dropped + copied);
  EXPECT_EQ(run.tally.calls, clean.tally.calls);
  EXPECT_GT(Count(run, FaultKind::kDelay), 50u);
}

// The extent counts records before faults, so faults do not change its end.
TEST_F(FaultsTest, FaultsDoNotChangeWhichCallsThereAre) {
  for (const auto& [kind, amount] : {Extent{Extent::Kind::kRecords, 2000},
                                     Extent{Extent::Kind::kBytes, 1'000'000}}) {
    Job job = runs_.JobOf(kind, amount);
    const RunOutcome clean = runs_.Run(job);
    job.faults = {RuleOf(FaultKind::kDrop, 0.5),
                  RuleOf(FaultKind::kOversize, 0.01)};
    for (const int threads : {1, 3}) {
      const RunOutcome run = runs_.Run(job, threads);
      EXPECT_EQ(run.tally.calls, clean.tally.calls);
      EXPECT_EQ(run.tally.all_records() + Count(run, FaultKind::kDrop),
                clean.tally.all_records());
    }
  }
}

std::vector<FaultRule> AllKinds(double rate) {
  std::vector<FaultRule> rules;
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    rules.push_back(RuleOf(static_cast<FaultKind>(i), rate));
  }
  return rules;
}

// For all thread counts n: Bytes(n) == Bytes(1), and the counts are equal.
TEST_F(FaultsTest, ThreadsDoNotChangeFaults) {
  Job job = JobWith(AllKinds(0.05));
  job.faults.back().rate = 1;
  const RunOutcome one = runs_.Run(job, 1);
  ASSERT_TRUE(one.finished);
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    EXPECT_GT(one.tally.faults[i], 0u) << FaultInfos()[i].name;
  }
  for (const int threads : {2, 5}) {
    const RunOutcome many = runs_.Run(job, threads);
    EXPECT_TRUE(many.bytes == one.bytes);
    EXPECT_EQ(many.tally.faults, one.tally.faults);
  }
}

// The lines of all shards together, and the sums of their counts, equal those
// of the complete run. Without the partial line, because each stream has a last
// record.
TEST_F(FaultsTest, ShardsAreTheWhole) {
  Job job = JobWith(AllKinds(0.05));
  job.faults.pop_back();
  const RunOutcome whole = runs_.Run(job);
  std::string bytes;
  Tally tally;
  for (job.shard = {0, 3}; job.shard.index < 3; ++job.shard.index) {
    const RunOutcome part = runs_.Run(job);
    bytes += part.bytes;
    tally += part.tally;
  }
  EXPECT_EQ(tally.faults, whole.tally.faults);
  EXPECT_EQ(LineCounts(bytes), LineCounts(whole.bytes));
}

TEST_F(FaultsTest, APartialLineEndsTheStream) {
  const RunOutcome clean = runs_.Run(JobWith({}));
  const RunOutcome run =
      runs_.Run(JobWith({RuleOf(FaultKind::kPartialLine, 1)}));
  EXPECT_EQ(Count(run, FaultKind::kPartialLine), 1u);
  EXPECT_LT(run.bytes.size(), clean.bytes.size());
  EXPECT_TRUE(clean.bytes.starts_with(run.bytes));
  EXPECT_GT(run.bytes.size(),
            clean.bytes.size() - LinesOf(clean.bytes).back().size() - 1);
  EXPECT_NE(run.bytes.back(), '\n');
}

// A reorder delays records by at most the configured time.
TEST_F(FaultsTest, DelaysAreWithinTheirBounds) {
  FaultRule delay = RuleOf(FaultKind::kDelay, 1);
  delay.by = UniformMs(7'000, 9'000);
  const Job job = JobWith({delay, RuleOf(FaultKind::kReorder, 0.5)});
  const Faults faults(runs_.worlds, job);
  EXPECT_EQ(faults.max_late_ms(), 11'000u);
  for (const Record& record : RecordsOf(job)) {
    const RecordFaults fate = faults.Of(record);
    EXPECT_GE(fate.delay_ms, 7'000u);
    EXPECT_LE(fate.delay_ms, 9'000u);
    EXPECT_LE(fate.reorder_ms, 2'000u);
  }
}

// A rule that names a field damages this field, in records that have it.
TEST_F(FaultsTest, ANamedFieldIsStruck) {
  FaultRule rule = RuleOf(FaultKind::kMissingField, 1);
  rule.field = "DurationMs";
  const Job job = JobWith({rule});
  const RunOutcome run = runs_.Run(job);
  for (const std::string_view line : LinesOf(run.bytes)) {
    EXPECT_FALSE(Json::parse(line).contains("durationMs"));
  }
  // Usage records do not have this field.
  EXPECT_LT(Count(run, FaultKind::kMissingField), run.tally.all_records());
  EXPECT_EQ(Count(run, FaultKind::kMissingField),
            run.tally.records[0] + run.tally.records[1]);
}

}  // namespace
}  // namespace busyhour::internal

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/sanitized.h"
#include "verify/received.h"

namespace busyhour::internal {
namespace {

std::vector<FaultRule> AllKinds(double rate) {
  std::vector<FaultRule> rules(kFaultKindCount);
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    rules[i].kind = static_cast<FaultKind>(i);
    rules[i].rate = rate;
    // Short, because there are many of them.
    rules[i].bytes = 2000;
  }
  return rules;
}

// A job with faults, and the verification of its bytes when these faults are
// expected.
class ExpectedFaults {
 public:
  explicit ExpectedFaults(std::uint64_t seed, double rate)
      : runs_(ShippedProfile("quickstart"), seed),
        job_(runs_.JobOf(Extent::Kind::kCalls, 300)) {
    job_.faults = AllKinds(rate);
  }

  RunOutcome Run() const { return runs_.Run(job_); }
  Verdict Verify(const std::string& text) const {
    SentRecords sent(runs_.worlds, {job_}, {}, true);
    const VerifyOptions options;
    Verifier verifier(runs_.worlds, job_.shape, sent, options);
    verifier.Read(SourceOf(text), "received");
    return verifier.Finish();
  }
  std::size_t IndexBytes() const {
    const SentRecords sent(runs_.worlds, {job_}, {}, true);
    return sent.index_bytes();
  }

 private:
  Runs runs_;
  Job job_;
};

// For all seeds and rates: a data set with faults agrees with the expectation.
TEST(ExpectedFaultsTest, ADataSetIsAsItIsExpected) {
  for (const std::uint64_t seed : {1, 2, 3, 4}) {
    for (const double rate : {0.001, 0.02, 0.3, 0.7}) {
      const ExpectedFaults faults(seed, rate);
      const RunOutcome run = faults.Run();
      const Verdict verdict = faults.Verify(run.bytes);
      const VerifyCounts& total = verdict.total;
      EXPECT_EQ(total.sent, run.tally.all_records());
      EXPECT_EQ(total.received, total.sent);
      EXPECT_EQ(total.lost + total.duplicated + total.altered + total.foreign +
                    total.undecodable + total.out_of_order,
                0u)
          << seed << ' ' << rate;
    }
  }
}

// For all lines l: removing l loses exactly one record, and repeating l
// duplicates exactly one, whether l is intact or damaged.
TEST(ExpectedFaultsTest, EveryLineCounts) {
  constexpr std::size_t kEveryLine = 197 * kThinning;
  const ExpectedFaults faults(1, 0.05);
  const std::string text = faults.Run().bytes;
  const std::vector<std::string_view> lines = LinesOf(text);
  for (std::size_t i = 0; i < lines.size(); i += kEveryLine) {
    if (lines[i].empty()) continue;
    std::string without;
    std::string twice;
    for (std::size_t k = 0; k < lines.size(); ++k) {
      const std::string line = std::string(lines[k]) + '\n';
      if (k != i) without += line;
      twice += line;
      if (k == i) twice += line;
    }
    const VerifyCounts less = faults.Verify(without).total;
    EXPECT_EQ(less.lost, 1u) << lines[i];
    EXPECT_EQ(less.altered + less.foreign + less.undecodable + less.duplicated,
              0u);
    const VerifyCounts more = faults.Verify(twice).total;
    EXPECT_EQ(more.duplicated, 1u) << lines[i];
    EXPECT_EQ(more.altered + more.foreign + more.undecodable + more.lost, 0u);
  }
}

TEST(ExpectedFaultsTest, NothingReceivedIsAllLost) {
  const ExpectedFaults faults(1, 0.1);
  const RunOutcome run = faults.Run();
  const Verdict verdict = faults.Verify("");
  EXPECT_EQ(verdict.total.lost, run.tally.all_records());
  std::size_t shown = 0;
  for (const VerifyExample& example : verdict.examples) {
    shown += example.kind == "lost" ? 1 : 0;
  }
  EXPECT_EQ(shown, VerifyOptions().examples);
}

// 24 bytes per damaged record, and a bit per record that may be repeated.
TEST(ExpectedFaultsTest, MemoryFollowsTheDamage) {
  const ExpectedFaults none(1, 0);
  const ExpectedFaults all(1, 0.5);
  const std::uint64_t records = none.Run().tally.all_records();
  EXPECT_LT(all.IndexBytes() - none.IndexBytes(), 25 * records);
}

// For all records with a copy: if a receiver has refused one of the two, only
// one is expected, and either of them counts as it.
TEST(ExpectedFaultsTest, ARecordOrItsCopyIsAskedForWhereTheOtherWasRefused) {
  const Runs runs(ShippedProfile("quickstart"));
  Job job = runs.JobOf(Extent::Kind::kCalls, 40);
  FaultRule rule;
  rule.kind = FaultKind::kDuplicate;
  rule.rate = 0.2;
  job.faults = {rule};
  std::vector<DeliveryOrder> delivered;
  SentRecords whole(runs.worlds, {job}, {}, true);
  std::uint64_t copies = 0;
  whole.EachUnmarked([&](const SentCall& call, std::size_t i) {
    Record record = call.records[i];
    const bool is_second =
        !delivered.empty() && delivered.back() == DeliveryOrder::Of(record);
    if (is_second) {
      record.Mark(Record::kCopy);
      record.delivery_ms += call.faults[i].repeat_ms;
      ++copies;
    }
    delivered.push_back(DeliveryOrder::Of(record));
    return true;
  });
  ASSERT_GT(copies, 5u);
  const std::uint64_t records = delivered.size() - copies;
  std::sort(delivered.begin(), delivered.end());
  for (const bool refuses_copies : {false, true}) {
    StreamExtent stream{LogSet::All(), delivered.size()};
    std::uint64_t refused = 0;
    for (std::size_t i = 0; i < delivered.size(); ++i) {
      DeliveryOrder other = delivered[i];
      other.is_copy = !other.is_copy;
      const auto is_other = [&](const DeliveryOrder& each) {
        return each.call == other.call && each.sequence == other.sequence &&
               each.is_copy == other.is_copy;
      };
      if (delivered[i].is_copy != refuses_copies ||
          std::none_of(delivered.begin(), delivered.end(), is_other)) {
        continue;
      }
      stream.gaps.push_back({i, 1});
      ++refused;
    }
    ASSERT_EQ(refused, copies);
    for (const bool expects : {true, false}) {
      SentSoFar so_far;
      so_far.streams.push_back(std::vector<StreamExtent>{stream});
      SentRecords sent(runs.worlds, {job}, so_far, expects);
      EXPECT_EQ(sent.sent()[0] + sent.sent()[1] + sent.sent()[2], records);
      std::uint64_t arrived = 0;
      for (std::uint64_t before = 1; before != arrived;) {
        before = arrived;
        sent.EachUnmarked([&](const SentCall& call, std::size_t i) {
          const auto seen = sent.Mark(call.RecordAt(i));
          EXPECT_TRUE(seen && seen->is_due);
          ++arrived;
          return true;
        });
      }
      EXPECT_EQ(arrived, records);
    }
  }
}

}  // namespace
}  // namespace busyhour::internal

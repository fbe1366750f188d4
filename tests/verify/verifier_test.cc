#include "verify/verifier.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/sanitized.h"
#include "text/problems.h"
#include "verify/received.h"

namespace busyhour::internal {
namespace {

class Numbers {
 public:
  std::size_t Below(std::size_t limit) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::size_t>(state_ >> 33) % limit;
  }

 private:
  std::uint64_t state_ = 42;
};

std::string Joined(const std::vector<std::string_view>& lines) {
  std::string text;
  for (const std::string_view line : lines) text.append(line) += '\n';
  return text;
}

void ExpectTheLaw(const Verdict& verdict) {
  for (const VerifyCounts& counts : verdict.logs) {
    const std::uint64_t altered = counts.altered - counts.altered_copies;
    EXPECT_EQ(counts.intact + altered + counts.lost, counts.sent);
    EXPECT_EQ(counts.intact + altered + counts.duplicated + counts.foreign,
              counts.received);
  }
  // The runs are counted on a way of their own.
  std::uint64_t in_runs = 0;
  for (const VerifyRun& run : verdict.runs.Of("lost")) in_runs += run.records;
  if (verdict.runs.Of("lost").size() == verdict.runs.count("lost")) {
    EXPECT_EQ(in_runs, verdict.total.lost);
  }
  // Every byte is in one class, and broken bytes are reported.
  const ByteCounts& bytes = verdict.byte_counts;
  EXPECT_EQ(std::accumulate(bytes.begin(), bytes.end(), std::uint64_t{0}),
            verdict.bytes);
  if (bytes[static_cast<std::size_t>(ByteClass::kBroken)] > 0) {
    EXPECT_GT(verdict.total.undecodable, 0u);
  }
}

// The frames that `verify` reads.
constexpr Frame kReadFrames[] = {Frame::kJsonl, Frame::kArray, Frame::kEventHub,
                                 Frame::kCsv,   Frame::kQuery, Frame::kSplunk};

// For all shapes and frames that fit together, and all logs: the verdict on the
// bytes of a run is complete, however few bytes a read returns.
TEST(VerifierTest, WhatARunWritesIsWhole) {
  const Runs runs(ShippedProfile("quickstart"));
  std::size_t number = 0;
  CaseFilter filter;
  for (const Frame frame : kReadFrames) {
    for (const ShapeInfo& shape : Shapes()) {
      for (const LogInfo& log : Logs()) {
        if (!ReasonAgainstFile(frame, shape.shape, 1).empty()) continue;
        ++number;
        if (!filter.Selects()) continue;
        Job job = runs.JobOf(Extent::Kind::kCalls, 30);
        job.frame = frame;
        job.shape = shape.shape;
        job.logs = {log.log};
        const RunOutcome run = runs.Run(job);
        const std::size_t step = number % 2 == 0 ? 7 : 1 << 20;
        const Verdict verdict = VerdictOn(runs, job, run.bytes, {}, step);
        ExpectTheLaw(verdict);
        EXPECT_EQ(verdict.total.received, run.tally.all_records());
        EXPECT_TRUE(Allowance().Exceeded(verdict).empty())
            << Info(frame).name << ' ' << shape.name << ' ' << log.name;
        EXPECT_EQ(verdict.total.out_of_order, 0u);
      }
    }
  }
}

// For all lost and repeated lines: each is counted, and a copy never replaces a
// lost record.
TEST(VerifierTest, CountsLossAndCopies) {
  const Runs runs(ShippedProfile("quickstart"));
  const Job job = runs.JobOf(Extent::Kind::kCalls, 200);
  const std::string bytes = runs.Run(job).bytes;
  const std::vector<std::string_view> lines = LinesOf(bytes);
  Numbers numbers;
  for (int round = 0; round < Fewer(10); ++round) {
    std::vector<std::string_view> received;
    std::uint64_t lost = 0;
    std::uint64_t copies = 0;
    for (const std::string_view line : lines) {
      const std::size_t times = numbers.Below(4);
      lost += times == 0 ? 1 : 0;
      copies += times > 1 ? times - 1 : 0;
      received.insert(received.end(), times, line);
    }
    for (std::size_t i = received.size(); round % 2 == 1 && i > 1; --i) {
      std::swap(received[i - 1], received[numbers.Below(i)]);
    }
    const Verdict verdict = VerdictOn(runs, job, Joined(received));
    ExpectTheLaw(verdict);
    EXPECT_EQ(verdict.total.lost, lost);
    EXPECT_EQ(verdict.total.duplicated, copies);
    EXPECT_EQ(verdict.total.altered, 0u);
    EXPECT_EQ(verdict.total.received, received.size());
  }
}

// A record with a damaged id is identified by the other ids of its call.
TEST(VerifierTest, RecognizesARecordWithoutItsId) {
  const Runs runs(ShippedProfile("quickstart"));
  const Job job = runs.JobOf(Extent::Kind::kCalls, 100);
  std::string bytes = runs.Run(job).bytes;
  const std::string_view key = "\"operationId\":\"";
  std::uint64_t damaged = 0;
  for (std::size_t at = bytes.find(key); at != std::string::npos;
       at = bytes.find(key, at + 1)) {
    bytes[at + key.size() + damaged % kGuidTextBytes] = 'z';
    ++damaged;
  }
  const Verdict verdict = VerdictOn(runs, job, bytes);
  ExpectTheLaw(verdict);
  EXPECT_EQ(verdict.total.altered, damaged);
  EXPECT_EQ(verdict.total.lost, 0u);
  EXPECT_EQ(verdict.total.foreign, 0u);
  EXPECT_EQ(verdict.altered_fields[0].size(), 1u);
}

// A damaged copy of a received record does not replace a lost one.
TEST(VerifierTest, ADamagedCopyHidesNoLoss) {
  const Runs runs(ShippedProfile("quickstart"));
  Job job = runs.JobOf(Extent::Kind::kCalls, 50);
  job.logs = {LogType::kOperational};
  const std::string bytes = runs.Run(job).bytes;
  std::vector<std::string_view> lines = LinesOf(bytes);
  std::string damaged(lines.front());
  damaged[damaged.find("\"operationId\":\"") + 16] = 'z';
  lines.push_back(damaged);
  lines.erase(lines.begin() + 1);
  const Verdict verdict = VerdictOn(runs, job, Joined(lines));
  EXPECT_EQ(verdict.total.lost, 1u);
  EXPECT_EQ(verdict.total.duplicated, 1u);
}

// If two records of different calls have each other's ids, both are altered.
TEST(VerifierTest, RecognizesSwappedIds) {
  const Runs runs(ShippedProfile("quickstart"));
  Job job = runs.JobOf(Extent::Kind::kCalls, 50);
  job.logs = {LogType::kOperational};
  std::string bytes = runs.Run(job).bytes;
  const std::string_view key = "\"operationId\":\"";
  const std::size_t first = bytes.find(key) + key.size();
  const std::size_t last = bytes.rfind(key) + key.size();
  std::swap_ranges(
      bytes.begin() + static_cast<std::ptrdiff_t>(first),
      bytes.begin() + static_cast<std::ptrdiff_t>(first) + kGuidTextBytes,
      bytes.begin() + static_cast<std::ptrdiff_t>(last));
  const Verdict verdict = VerdictOn(runs, job, bytes);
  ExpectTheLaw(verdict);
  EXPECT_EQ(verdict.total.altered, 2u);
  EXPECT_EQ(verdict.total.lost, 0u);
  EXPECT_EQ(verdict.total.foreign, 0u);
}

TEST(VerifierTest, RecordsOfAnotherSeedAreForeign) {
  const Runs runs(ShippedProfile("quickstart"));
  const Runs others(ShippedProfile("quickstart"), 2);
  const Job job = runs.JobOf(Extent::Kind::kCalls, 100);
  const RunOutcome run = others.Run(others.JobOf(Extent::Kind::kCalls, 100));
  const Verdict verdict = VerdictOn(runs, job, run.bytes);
  ExpectTheLaw(verdict);
  EXPECT_EQ(verdict.total.foreign, run.tally.all_records());
  EXPECT_EQ(verdict.total.altered, 0u);
  EXPECT_EQ(verdict.total.lost, verdict.total.sent);
}

TEST(VerifierTest, OtherRecordsOfTheLogsAreForeign) {
  const Runs runs(ShippedProfile("quickstart"));
  const Job job = runs.JobOf(Extent::Kind::kCalls, 10);
  const Verdict verdict = VerdictOn(
      runs, job,
      "{\"TimeGenerated\":\"2023-05-25T17:43:25.7460000Z\",\"CorrelationId\":"
      "\"e2a97d52-0cbb-4adf-8c4b-e10f791fb764\",\"OperationName\":\"Play\","
      "\"OperationId\":\"5fab0875-3211-4879-8051-c688d0854c4d\"}\n{\"a\":1}\n");
  EXPECT_EQ(verdict.total.foreign, 2u);
  EXPECT_EQ(verdict.total.undecodable, 0u);
}

// For all kinds of damage in all frames: no crash, and the counts are
// consistent.
TEST(VerifierTest, LivesThroughDamage) {
  const Runs runs(ShippedProfile("quickstart"));
  Numbers numbers;
  for (const FrameInfo& frame : Frames()) {
    if (frame.is_columnar) continue;
    Job job = runs.JobOf(Extent::Kind::kCalls, 10);
    job.frame = frame.frame;
    job.shape = frame.default_shape;
    job.logs = {LogType::kOperational};
    const std::string whole = runs.Run(job).bytes;
    for (int round = 0; round < Fewer(25); ++round) {
      std::string bytes = whole;
      for (std::size_t i = numbers.Below(4); i-- > 0;) {
        bytes[numbers.Below(bytes.size())] =
            static_cast<char>(numbers.Below(256));
      }
      bytes.erase(numbers.Below(bytes.size()), numbers.Below(2000));
      VerifyOptions options;
      options.reading.max_record = 4096;
      const Verdict verdict =
          VerdictOn(runs, job, bytes, options, 1 + numbers.Below(5000));
      ExpectTheLaw(verdict);
    }
  }
}

// Broken literals and numbers make a record undecodable, but not the following
// ones.
TEST(VerifierTest, BrokenWordsAreUndecodable) {
  const Runs runs(ShippedProfile("quickstart"));
  const Job job = runs.JobOf(Extent::Kind::kCalls, 5);
  std::string bytes = runs.Run(job).bytes;
  for (const char* const word : {"nul1", "nulll", "trux", "fals", "1e", "-"}) {
    bytes += std::string("{\"time\":") + word + ",\"uri\":1}\n";
  }
  const Verdict verdict = VerdictOn(runs, job, bytes);
  ExpectTheLaw(verdict);
  EXPECT_EQ(verdict.total.undecodable, 6u);
  EXPECT_EQ(verdict.total.lost, 0u);
}

// For all line ends: a truncated line does not affect the lines after it.
TEST(VerifierTest, ACutTakesNothingWithIt) {
  const Runs runs(ShippedProfile("quickstart"));
  const Job job = runs.JobOf(Extent::Kind::kCalls, 5);
  const std::string bytes = runs.Run(job).bytes;
  for (const char* const end : {"\n", "\n\n", "\r\n", "\r\n\r\n", "\n \n\n"}) {
    for (const char* const cut : {"{\"a\":", "{\"a\":{\"b\":[1,", "[", "{",
                                  "{\"a\":\"b\\", "{\"a\\", "[\"b\\"}) {
      const Verdict verdict = VerdictOn(runs, job, cut + (end + bytes));
      ExpectTheLaw(verdict);
      EXPECT_EQ(verdict.total.lost, 0u) << cut << Printable(end);
    }
  }
}

// Texts without the expected line end.
TEST(VerifierTest, ALineNeedsNoEnd) {
  const Runs runs(ShippedProfile("quickstart"));
  const Job job = runs.JobOf(Extent::Kind::kCalls, 2);
  for (const char* const text : {"?", "\r", "a,b", "}", "\"", "\xef\xbb"}) {
    const Verdict verdict = VerdictOn(runs, job, text);
    ExpectTheLaw(verdict);
    EXPECT_EQ(verdict.total.undecodable, *text == '\r' ? 0u : 1u) << text;
  }
  const Verdict verdict =
      VerdictOn(runs, job, "TimeGenerated,CorrelationId,Type");
  ExpectTheLaw(verdict);
  EXPECT_EQ(verdict.byte_counts[static_cast<std::size_t>(ByteClass::kFrame)],
            verdict.bytes);
}

// For all numbers of different reasons and amounts: memory is limited, and
// every record counts in a cause.
TEST(VerifierTest, CausesAreBounded) {
  const Runs runs(ShippedProfile("quickstart"));
  Job job = runs.JobOf(Extent::Kind::kCalls, 50);
  job.logs = {LogType::kOperational};
  std::string text;
  std::uint64_t number = 0;
  const std::string bytes = runs.Run(job).bytes;
  for (const std::string_view line : LinesOf(bytes)) {
    std::string damaged(line);
    const std::size_t at = damaged.find("\"correlationId\":\"") + 17;
    damaged.erase(at, ++number % 36);
    text += damaged + '\n';
  }
  const Verdict verdict = VerdictOn(runs, job, text);
  EXPECT_LE(verdict.causes.size(), 9u);
  std::uint64_t counted = 0;
  for (const VerifyCause& cause : verdict.causes) counted += cause.count;
  EXPECT_EQ(counted, verdict.total.altered);
  EXPECT_GT(counted, 100u);
}

// The logs that are not judged are neither lost nor counted.
TEST(VerifierTest, OtherLogsAreNotJudged) {
  const Runs runs(ShippedProfile("quickstart"));
  const std::vector<Job> jobs = {runs.JobOf(Extent::Kind::kCalls, 30)};
  const std::string bytes = runs.Run(jobs[0]).bytes;
  VerifyOptions options;
  options.judged = {LogType::kUsage};
  SentSoFar so_far;
  so_far.judged = options.judged;
  SentRecords sent(runs.worlds, jobs, so_far);
  Verifier verifier(runs.worlds, jobs[0].shape, sent, options);
  verifier.Read(SourceOf(bytes, 1 << 20), "input");
  const Verdict verdict = verifier.Finish();
  ExpectTheLaw(verdict);
  EXPECT_EQ(verdict.total.sent, verdict.logs[LogType::kUsage].intact);
  EXPECT_GT(verdict.total.sent, 0u);
  EXPECT_EQ(verdict.total.received + verdict.not_judged, LinesOf(bytes).size());
}

TEST(VerifierTest, ExamplesAreBounded) {
  const Runs runs(ShippedProfile("quickstart"));
  const Job job = runs.JobOf(Extent::Kind::kCalls, 50);
  std::string garbage;
  for (int i = 0; i < 1000; ++i) garbage += "?\n{\"a\":1}\n";
  VerifyOptions options;
  options.examples = 3;
  const Verdict verdict = VerdictOn(runs, job, garbage, options);
  EXPECT_EQ(verdict.total.undecodable, 1000u);
  EXPECT_EQ(verdict.total.foreign, 1000u);
  EXPECT_EQ(verdict.examples.size(), 9u);  // and three lost records
}

}  // namespace
}  // namespace busyhour::internal

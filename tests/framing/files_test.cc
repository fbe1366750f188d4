// Complete files: from simulated calls to bytes.

#include <gtest/gtest.h>

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "base/sanitized.h"
#include "encode/shape.h"
#include "framing/records_in.h"

namespace busyhour::internal {
namespace {

// For all file frames of text, shapes and logs that fit together: the file
// contains the records of the job, in order.
TEST(FilesTest, EveryFrameHoldsTheRecordsOfTheJob) {
  const Runs runs(ShippedProfile("quickstart"));
  CaseFilter filter;
  for (const FrameInfo& info : Frames()) {
    for (const ShapeInfo& shape : Shapes()) {
      for (const LogSet logs : {LogSet::All(), LogSet{LogType::kUsage}}) {
        if (info.is_columnar ||
            !ReasonAgainstFile(info.frame, shape.shape, logs.size()).empty() ||
            !filter.Selects()) {
          continue;
        }
        Job job = runs.JobOf(Extent::Kind::kCalls, 30);
        job.shape = shape.shape;
        job.logs = logs;
        const auto objects = RecordsIn(Frame::kJsonl, runs.Run(job).bytes);
        job.frame = info.frame;
        job.message_bytes = 20'000;
        const RunOutcome run = runs.Run(job, 2);
        const auto records = RecordsIn(info.frame, run.bytes);
        ASSERT_EQ(records.size(), run.tally.all_records()) << info.name;
        ASSERT_EQ(records.size(), objects.size()) << info.name;
        if (info.style == RowStyle::kCsv) {
          EXPECT_EQ(records[0].size(),
                    Columns(LogType::kUsage, shape.shape).size());
          continue;
        }
        EXPECT_TRUE(records == AsHeldBy(info.frame, objects)) << info.name;
      }
    }
  }
}

// For all frames with messages: no message is larger than the limit.
TEST(FilesTest, MessagesAreWithinTheirLimit) {
  const Runs runs(ShippedProfile("quickstart"));
  for (const FrameInfo& info : Frames()) {
    if (!info.has_messages) continue;
    Job job = runs.JobOf(Extent::Kind::kCalls, 60);
    job.frame = info.frame;
    job.logs = {LogType::kOperational};
    job.message_bytes = 20'000;
    const std::string bytes = runs.Run(job).bytes;
    const auto lines = LinesOf(bytes);
    EXPECT_GT(lines.size(), 3u) << info.name;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      EXPECT_LT(lines[i].size(), 20'000u) << info.name;
      if (i + 1 == lines.size()) continue;
      EXPECT_GT(lines[i].size(), 18'000u) << info.name;
    }
  }
}

// A job with a size in bytes counts the bytes of rows, as files do.
TEST(FilesTest, BytesOfAnExtentAreThoseOfTheRows) {
  const Runs runs(ShippedProfile("quickstart"));
  for (const FrameInfo& info : Frames()) {
    if (info.is_columnar) continue;
    Job job = runs.JobOf(Extent::Kind::kBytes, 200'000);
    job.frame = info.frame;
    job.shape = info.default_shape;
    job.logs = {LogType::kOperational};
    const RunOutcome run = runs.Run(job);
    EXPECT_GE(run.tally.all_bytes(), 200'000u) << info.name;
    EXPECT_LT(run.tally.all_bytes(), 220'000u) << info.name;
    EXPECT_LE(run.tally.all_bytes(), run.bytes.size() + 2) << info.name;
  }
}

// A fault damages a record before it is wrapped.
TEST(FilesTest, WrappedRecordsAreDamagedInside) {
  const Runs clean(ShippedProfile("quickstart"));
  Job job = clean.JobOf(Extent::Kind::kCalls, 60);
  job.frame = Frame::kLoki;
  job.logs = {LogType::kUsage};
  const auto before = RecordsIn(job.frame, clean.Run(job).bytes);
  FaultRule rule;
  rule.kind = FaultKind::kExtraField;
  rule.rate = 1;
  job.faults = {rule};
  job.added_faults = 1;
  const auto after = RecordsIn(job.frame, clean.Run(job).bytes);
  ASSERT_EQ(before.size(), after.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_NE(before[i], after[i]);
  }
}

}  // namespace
}  // namespace busyhour::internal

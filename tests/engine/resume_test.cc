#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/sanitized.h"
#include "engine/record_feed.h"
#include "engine/run_job.h"

// Splitting streams into files, and resuming stopped runs.

namespace busyhour::internal {
namespace {

// Keeps all bytes it is given, with marks for the begin and end of files. Its
// n-th write sets `stop`.
class TalkingSink : public MemorySink {
 public:
  TalkingSink(int n, std::atomic<bool>* stop) : left_(n), stop_(stop) {}

  Status Write(std::span<const std::string_view> spans) override {
    if (--left_ == 0) *stop_ = true;
    return MemorySink::Write(spans);
  }
  Status BeginFile(const StreamFile& file) override {
    return Say("<begin " + std::to_string(file.number) + ' ' +
               std::to_string(file.period) + '>');
  }
  Status EndFile(std::uint64_t records) override {
    return Say("<end " + std::to_string(records) + '>');
  }

 private:
  Status Say(std::string_view text) { return MemorySink::Write({&text, 1}); }

  int left_;
  std::atomic<bool>* stop_;
};

struct Outcome {
  std::vector<std::string> said;  // by stream
  Snapshot snapshot;
  bool stopped = false;
};

// A run with a sink for each log. If `stop_at` is above 0, write number
// `stop_at` of the first sink stops it.
Outcome RunStreams(const Runs& runs, const Job& job, int threads, int stop_at,
                   const std::vector<StreamPoint>& from = {}) {
  std::atomic<bool> stop = false;
  std::vector<TalkingSink> sinks(kLogTypeCount, TalkingSink(0, &stop));
  sinks[0] = TalkingSink(stop_at, &stop);
  Pipe::Options options = OptionsOf(threads, &stop);
  options.resume_from = from;
  std::vector<Sink*> by_route;
  for (TalkingSink& sink : sinks) by_route.push_back(&sink);
  Pipe pipe(runs.worlds, job, RouteOfItsOwn(), by_route, std::move(options));
  EXPECT_TRUE(pipe.Run().ok());
  Outcome outcome;
  for (const TalkingSink& sink : sinks) outcome.said.push_back(sink.bytes());
  outcome.snapshot = pipe.snapshot();
  outcome.stopped = pipe.stopped();
  return outcome;
}

std::vector<Job> JobsOf(const Runs& runs) {
  std::size_t number = 0;
  CaseFilter filter;
  std::vector<Job> jobs;
  for (const FrameInfo& frame : Frames()) {
    // A row group has more records than these runs: see parquet_test.py.
    if (frame.is_columnar) continue;
    for (const CompressionInfo& compression : kCompressions) {
      for (const std::uint64_t rotate_bytes : {0u, 500'000u}) {
        for (const Layout layout :
             {Layout::kFlat, Layout::kStorage, Layout::kDataExport}) {
          const bool in_blocks = compression.compression == Compression::kLz4;
          if (!ReasonAgainst(frame.frame, compression.compression).empty()) {
            continue;
          }
          if (in_blocks && rotate_bytes > 0 && !frame.join.empty()) {
            continue;
          }
          if (layout == Layout::kStorage &&
              (rotate_bytes > 0 || frame.frame != Frame::kJsonl)) {
            continue;
          }
          if (layout == Layout::kDataExport && frame.frame != Frame::kJsonl) {
            continue;
          }
          ++number;
          if (!filter.Selects()) continue;
          Job job = runs.JobOf(Extent::Kind::kDuration, 120 * kMsPerMinute);
          job.frame = frame.frame;
          job.shape = frame.default_shape;
          job.compression = compression.compression;
          job.rotate_bytes = rotate_bytes;
          job.layout = layout;
          job.warm_up_ms = number % 3 * kMsPerHour;
          job.cuts_off = number % 2 == 0;
          jobs.push_back(job);
        }
      }
    }
  }
  return jobs;
}

// Expects that the output of a run which write number `stop_at` stops, followed
// by that of the run which resumes it, equals the output of an uninterrupted
// run, and so does the tally. False if the run was not stopped.
bool HalvesAreTheWhole(const Runs& runs, const Job& job, const Outcome& whole,
                       int stop_at) {
  const Outcome first = RunStreams(runs, job, 1 + stop_at / 2 % 3, stop_at);
  if (!first.stopped) return false;
  const Outcome second =
      RunStreams(runs, job, 1 + stop_at % 2, 0, first.snapshot.streams);
  for (std::size_t i = 0; i < kLogTypeCount; ++i) {
    EXPECT_TRUE(first.said[i] + second.said[i] == whole.said[i])
        << Info(job.frame).name << ' ' << Info(job.compression).name
        << " rotate " << job.rotate_bytes << ' ' << Info(job.layout).name
        << " stop " << stop_at << " stream " << i;
  }
  EXPECT_EQ(second.snapshot.tally.records, whole.snapshot.tally.records);
  EXPECT_EQ(second.snapshot.tally.bytes, whole.snapshot.tally.bytes);
  EXPECT_EQ(second.snapshot.tally.calls, whole.snapshot.tally.calls);
  EXPECT_EQ(second.snapshot.tally.failed[LogType::kMediaSummary],
            whole.snapshot.tally.failed[LogType::kMediaSummary]);
  EXPECT_EQ(second.snapshot.tally.failed[LogType::kOperational],
            whole.snapshot.tally.failed[LogType::kOperational]);
  return true;
}

// For all formats of a stream, stopping points and numbers of threads.
TEST(ResumeTest, TwoHalvesAreTheWhole) {
  Profile profile = ShippedProfile("quickstart");
  profile.traffic.rate_cps = 0.1;
  const Runs runs(profile);
  std::array<int, kCompressions.size()> resumed{};
  for (const Job& job : JobsOf(runs)) {
    const Outcome whole = RunStreams(runs, job, 2, 0);
    ASSERT_FALSE(whole.stopped);
    for (const int stop_at : {1, 2, 6}) {
      if (!HalvesAreTheWhole(runs, job, whole, stop_at)) continue;
      ++resumed[static_cast<std::size_t>(job.compression)];
    }
  }
  for (const CompressionInfo& compression : kCompressions) {
    // Few jobs are left under a sanitizer.
    if (kSanitized || compression.compression == Compression::kSnappy) continue;
    EXPECT_GE(resumed[static_cast<std::size_t>(compression.compression)], 5)
        << compression.name;
  }
}

// The number of records that are delivered in each second.
std::map<std::int64_t, int> RecordsBySecond(const Runs& runs, const Job& job) {
  std::map<std::int64_t, int> seconds;
  JobRecords records(runs.worlds, job, 1);
  RecordFeed& feed = records.feed();
  for (bool more = true; more;) {
    more = feed.More();
    for (const Record& record : feed.due()) {
      ++seconds[record.delivery().ms / kMsPerSecond];
    }
    feed.Remove(feed.due().size());
  }
  return seconds;
}

// For all numbers of records in a second, from few to thousands: stopped within
// a second and between seconds. Blocks show where the portions end.
TEST(ResumeTest, TwoHalvesAreTheWholeAtAnyRate) {
  Profile profile = ShippedProfile("quickstart");
  profile.traffic.rate_cps = 200;
  profile.delivery[LogType::kUsage] = ConstantMs(20'000);
  const Runs runs(profile);
  Job job = runs.JobOf(Extent::Kind::kDuration, 15 * kMsPerSecond);
  // An hour ends in its first seconds, which have few records.
  job.start.ms += kMsPerHour - 2 * kMsPerSecond;
  const std::map<std::int64_t, int> seconds = RecordsBySecond(runs, job);
  const auto has = [&](int least, int most) {
    return std::any_of(seconds.begin(), seconds.end(), [&](const auto& each) {
      return each.second >= least && each.second <= most;
    });
  };
  ASSERT_TRUE(has(1, 255));
  ASSERT_TRUE(has(256, 512));
  ASSERT_TRUE(has(513, 5000));
  int resumed = 0;
  for (const Layout layout : {Layout::kFlat, Layout::kStorage}) {
    job.compression = Compression::kLz4;
    job.layout = layout;
    const Outcome whole = RunStreams(runs, job, 3, 0);
    EXPECT_TRUE(RunStreams(runs, job, 1, 0).said == whole.said);
    for (int stop_at = 1; stop_at < 60; stop_at += kSanitized ? 19 : 6) {
      resumed += HalvesAreTheWhole(runs, job, whole, stop_at) ? 1 : 0;
    }
  }
  EXPECT_GE(resumed, kSanitized ? 3 : 10);
}

// The end of a file depends on its records alone.
TEST(ResumeTest, FilesEndWithTheRecordThatReachesTheirSize) {
  const Runs runs(ShippedProfile("quickstart"));
  Job job = runs.JobOf(Extent::Kind::kCalls, 300);
  const Outcome plain = RunStreams(runs, job, 1, 0);
  job.rotate_bytes = 10'000;
  for (const int threads : {1, 3}) {
    const Outcome cut = RunStreams(runs, job, threads, 0);
    for (std::size_t i = 0; i < kLogTypeCount; ++i) {
      std::string expected;
      std::uint64_t files = 1;
      std::size_t bytes = 0;
      int records = 0;
      for (const std::string_view line : LinesOf(plain.said[i])) {
        if (bytes >= job.rotate_bytes) {
          expected += "<end " + std::to_string(records) + "><begin " +
                      std::to_string(++files) + " -1>";
          bytes = 0;
          records = 0;
        }
        expected.append(line).append("\n");
        bytes += line.size() + 1;
        ++records;
      }
      EXPECT_TRUE(files > 2 || plain.said[i].empty());
      EXPECT_TRUE(cut.said[i] == expected) << i << ' ' << threads;
    }
  }
}

// For all records: a file contains the records delivered in its hour, so none
// has a later time; and there is a file for each hour.
TEST(ResumeTest, AFileHoldsAnHourOfDeliveries) {
  Profile profile = ShippedProfile("quickstart");
  profile.traffic.rate_cps = 0.02;
  const Runs runs(profile);
  Job job = runs.JobOf(Extent::Kind::kDuration, 5 * kMsPerHour);
  const Outcome plain = RunStreams(runs, job, 1, 0);
  job.layout = Layout::kStorage;
  const Outcome cut = RunStreams(runs, job, 2, 0);
  constexpr std::string_view kBegin = "<begin ";
  for (std::size_t i = 0; i < kLogTypeCount; ++i) {
    std::string text;
    int files = 0;
    std::string_view rest = cut.said[i];
    if (plain.said[i].empty()) continue;
    ASSERT_TRUE(rest.starts_with(kBegin));
    while (rest.starts_with(kBegin)) {
      const std::size_t head = rest.find('>') + 1;
      const std::string hour =
          FormatTime({(job.start.ms / kMsPerHour + files) * kMsPerHour});
      EXPECT_EQ(rest.substr(0, head),
                "<begin " + std::to_string(files + 1) + ' ' +
                    std::to_string(job.start.ms / kMsPerHour + files) + '>');
      rest.remove_prefix(head);
      const std::size_t end = std::min(rest.find("<end "), rest.size());
      for (const std::string_view line : LinesOf(rest.substr(0, end))) {
        constexpr std::string_view kTime = "\"time\":\"";
        EXPECT_LE(line.substr(line.find(kTime) + kTime.size(), 13),
                  hour.substr(0, 13));
        text.append(line).append("\n");
      }
      rest.remove_prefix(end);
      rest.remove_prefix(std::min(rest.find(kBegin), rest.size()));
      ++files;
    }
    EXPECT_GE(files, 5);
    EXPECT_TRUE(text == plain.said[i]);
  }
}

// A stream without records is compressed to a valid, almost empty file.
TEST(ResumeTest, AnEmptyStreamIsCompressedToSomething) {
  const Runs runs(ShippedProfile("contact-center"));
  Job job = runs.JobOf(Extent::Kind::kDuration, 1000);
  job.start = *ParseTime("2026-03-02T03:00:00Z");
  for (const Compression compression :
       {Compression::kGzip, Compression::kZstd}) {
    job.compression = compression;
    for (const std::string& said : RunStreams(runs, job, 1, 0).said) {
      EXPECT_GT(said.size(), 8u);
      EXPECT_LT(said.size(), 30u);
    }
  }
}

}  // namespace
}  // namespace busyhour::internal

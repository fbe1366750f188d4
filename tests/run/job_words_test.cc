#include "run/job_words.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour {
namespace {

Profile SomeProfile() {
  Profile profile;
  profile.traffic.start = {1'685'000'000'000};
  profile.logs = {LogType::kOperational, LogType::kUsage};
  return profile;
}

Job Read(const JobWords& words) {
  std::vector<Problem> problems;
  const Job job = ReadJob(words, SomeProfile(), problems);
  for (const Problem& problem : problems) ADD_FAILURE() << problem.Text();
  return job;
}

// The problems of some words, one a line.
std::string ProblemsOf(const JobWords& words) {
  std::vector<Problem> problems;
  (void)ReadJob(words, SomeProfile(), problems);
  (void)ReadThreads(words, problems);
  std::string text;
  for (const Problem& problem : problems) text += problem.Text() + '\n';
  return text;
}

JobWords With(std::optional<std::string> JobWords::*member, std::string text) {
  JobWords words;
  words.*member = std::move(text);
  return words;
}

TEST(JobWordsTest, WhatIsNotSaidIsAsInTheProfile) {
  const Job job = Read({});
  EXPECT_EQ(job.seed, 1u);
  EXPECT_EQ(job.start.ms, 1'685'000'000'000);
  EXPECT_EQ(job.extent.kind, Extent::Kind::kDuration);
  EXPECT_EQ(job.extent.amount, 600'000u);
  EXPECT_EQ(job.shard.index, 0u);
  EXPECT_EQ(job.shard.count, 1u);
  EXPECT_EQ(job.shape, Shape::kResourceLog);
  EXPECT_EQ(job.frame, Frame::kJsonl);
  EXPECT_EQ(job.message_bytes, 256u * 1024);
  EXPECT_EQ(job.logs, (LogSet{LogType::kOperational, LogType::kUsage}));
}

TEST(JobWordsTest, ReadsEachOption) {
  EXPECT_EQ(Read(With(&JobWords::seed, "42")).seed, 42u);
  EXPECT_EQ(Read(With(&JobWords::seed, "0xff")).seed, 255u);
  EXPECT_EQ(Read(With(&JobWords::seed, "18446744073709551615")).seed,
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(Read(With(&JobWords::start, "2026-03-02T08:00:00Z")).start.ms,
            1'772'438'400'000);
  EXPECT_EQ(Read(With(&JobWords::start, "2026-03-02T10:00+02:00")).start.ms,
            1'772'438'400'000);
  const Job shard = Read(With(&JobWords::shard, "3/5"));
  EXPECT_EQ(shard.shard.index, 3u);
  EXPECT_EQ(shard.shard.count, 5u);
  EXPECT_EQ(Read(With(&JobWords::logs, "media_summary")).logs,
            (LogSet{LogType::kMediaSummary}));
  EXPECT_EQ(Read(With(&JobWords::logs, "usage,operational")).logs,
            (LogSet{LogType::kOperational, LogType::kUsage}));
  EXPECT_EQ(Read(With(&JobWords::shape, "table")).shape, Shape::kTable);
  EXPECT_EQ(Read(With(&JobWords::frame, "event-hub")).frame, Frame::kEventHub);
  JobWords batch = With(&JobWords::frame, "event-hub");
  batch.batch_bytes = "64KiB";
  EXPECT_EQ(Read(batch).message_bytes, 65'536u);
}

TEST(JobWordsTest, ReadsEachExtent) {
  const auto read = [](std::optional<std::string> JobWords::*member,
                       const char* text) {
    return Read(With(member, text)).extent;
  };
  const Extent duration = read(&JobWords::duration, "1h30m");
  EXPECT_EQ(duration.kind, Extent::Kind::kDuration);
  EXPECT_EQ(duration.amount, 5'400'000u);
  const Extent calls = read(&JobWords::calls, "20k");
  EXPECT_EQ(calls.kind, Extent::Kind::kCalls);
  EXPECT_EQ(calls.amount, 20'000u);
  const Extent records = read(&JobWords::records, "5M");
  EXPECT_EQ(records.kind, Extent::Kind::kRecords);
  EXPECT_EQ(records.amount, 5'000'000u);
  const Extent bytes = read(&JobWords::bytes, "1GB");
  EXPECT_EQ(bytes.kind, Extent::Kind::kBytes);
  EXPECT_EQ(bytes.amount, 1'000'000'000u);
}

// A frame brings the shape it is for, unless another is asked for.
TEST(JobWordsTest, AFrameBringsItsShape) {
  EXPECT_EQ(Read(With(&JobWords::frame, "csv")).shape, Shape::kPortal);
  EXPECT_EQ(Read(With(&JobWords::frame, "query")).shape, Shape::kTable);
  JobWords words = With(&JobWords::frame, "csv");
  words.shape = "table";
  EXPECT_EQ(Read(words).shape, Shape::kTable);
}

TEST(JobWordsTest, SaysWhatIsWrongWithEachOption) {
  const struct {
    std::optional<std::string> JobWords::*member;
    const char* text;
    const char* problem;
  } kCases[] = {
      {&JobWords::seed, "-1",
       "--seed: \"-1\" is not a whole number from 0 to 18446744073709551615"},
      {&JobWords::seed, "",
       "--seed: \"\" is not a whole number from 0 to 18446744073709551615"},
      {&JobWords::start, "tomorrow",
       "--start: \"tomorrow\" is not a time with whole seconds from 1970 to "
       "2499, such as 2026-03-02T08:00:00Z"},
      {&JobWords::start, "2026-03-02T08:00:00.5Z",
       "--start: \"2026-03-02T08:00:00.5Z\" is not a time with whole seconds "
       "from 1970 to 2499, such as 2026-03-02T08:00:00Z"},
      {&JobWords::duration, "10",
       "--duration: \"10\" is not a duration above 0, such as 90s, 10m, 2h or "
       "7d"},
      {&JobWords::duration, "0s",
       "--duration: \"0s\" is not a duration above 0, such as 90s, 10m, 2h or "
       "7d"},
      {&JobWords::calls, "0",
       "--calls: \"0\" is not a whole number above 0, such as 1000 or 20k"},
      {&JobWords::calls, "1,000",
       "--calls: \"1,000\" is not a whole number above 0, such as 1000 or "
       "20k"},
      {&JobWords::records, "many",
       "--records: \"many\" is not a whole number above 0, such as 1000 or "
       "5M"},
      {&JobWords::bytes, "1 GB",
       "--bytes: \"1 GB\" is not a size above 0, such as 64KiB or 1GB"},
      {&JobWords::shard, "1",
       "--shard: \"1\" is not a part K/N with K from 0 to N-1, such as 0/4"},
      {&JobWords::shard, "4/4",
       "--shard: \"4/4\" is not a part K/N with K from 0 to N-1, such as 0/4"},
      {&JobWords::shard, "0/0",
       "--shard: \"0/0\" is not a part K/N with K from 0 to N-1, such as 0/4"},
      {&JobWords::shard, "0/1000001",
       "--shard: \"0/1000001\" is not a part K/N with K from 0 to N-1, such as "
       "0/4"},
      {&JobWords::logs, "usages",
       "--logs: \"usages\" is not known; did you mean \"usage\"?"},
      {&JobWords::logs, "usage,",
       "--logs: \"\" is not known; it is one of operational, media_summary, "
       "usage, streaming_usage"},
      {&JobWords::shape, "tabel",
       "--shape: \"tabel\" is not known; did you mean \"table\"?"},
      {&JobWords::shape, "round",
       "--shape: \"round\" is not known; it is one of resource-log, table, "
       "portal, documented"},
      {&JobWords::frame, "json",
       "--frame: \"json\" is not known; did you mean \"jsonl\"?"},
      {&JobWords::batch_bytes, "64KiB",
       "--batch-bytes: only goes with --frame event-hub, loki or otlp"},
      {&JobWords::threads, "0",
       "--threads: \"0\" is not a whole number from 1 to 256"},
      {&JobWords::threads, "257",
       "--threads: \"257\" is not a whole number from 1 to 256"},
      {&JobWords::threads, "two",
       "--threads: \"two\" is not a whole number from 1 to 256"},
  };
  for (const auto& [member, text, problem] : kCases) {
    EXPECT_EQ(ProblemsOf(With(member, text)), std::string(problem) + '\n');
  }
}

TEST(JobWordsTest, RefusesMessagesTooSmallOrTooLarge) {
  for (const char* size : {"4095", "1B", "65MiB", "nothing"}) {
    JobWords words = With(&JobWords::frame, "event-hub");
    words.batch_bytes = size;
    EXPECT_EQ(ProblemsOf(words), "--batch-bytes: \"" + std::string(size) +
                                     "\" is not a size from 4KiB to 64MiB\n");
  }
  for (const char* size : {"4KiB", "64MiB"}) {
    JobWords words = With(&JobWords::frame, "event-hub");
    words.batch_bytes = size;
    EXPECT_EQ(ProblemsOf(words), "");
  }
}

TEST(JobWordsTest, RefusesASecondExtent) {
  JobWords words;
  words.duration = "10m";
  words.calls = "5";
  words.bytes = "nonsense";
  EXPECT_EQ(ProblemsOf(words),
            "--calls: does not go with --duration: an extent is one of "
            "--duration, --calls, --records and --bytes\n"
            "--bytes: does not go with --duration: an extent is one of "
            "--duration, --calls, --records and --bytes\n");
}

TEST(JobWordsTest, SaysEverythingThatIsWrongAtOnce) {
  JobWords words;
  words.seed = "x";
  words.start = "x";
  words.calls = "x";
  words.shard = "x";
  words.logs = "x,usage,y";
  words.frame = "x";
  words.shape = "x";
  words.threads = "x";
  std::vector<Problem> problems;
  (void)ReadJob(words, SomeProfile(), problems);
  (void)ReadThreads(words, problems);
  std::vector<std::string> sources;
  for (const Problem& problem : problems) sources.push_back(problem.source);
  EXPECT_EQ(sources, (std::vector<std::string>{
                         "--seed", "--start", "--calls", "--shard", "--logs",
                         "--logs", "--frame", "--shape", "--threads"}));
}

TEST(JobWordsTest, ReadsHowFilesAreCut) {
  std::vector<Problem> problems;
  EXPECT_EQ(ReadJob({}, SomeProfile(), problems).layout, Layout::kFlat);
  EXPECT_EQ(ReadJob({}, SomeProfile(), problems).rotate_bytes, 0u);
  EXPECT_EQ(ReadJob(With(&JobWords::layout, "storage"), SomeProfile(), problems)
                .layout,
            Layout::kStorage);
  EXPECT_EQ(ReadJob(With(&JobWords::rotate, "64KiB"), SomeProfile(), problems)
                .rotate_bytes,
            65536u);
  EXPECT_TRUE(problems.empty());

  JobWords words;
  words.layout = "storage";
  words.rotate = "1";
  words.frame = "array";
  (void)ReadJob(words, SomeProfile(), problems);
  ASSERT_EQ(problems.size(), 3u);
  EXPECT_EQ(problems[0].Text(),
            "--rotate: \"1\" is not a size of 4KiB or more");
  EXPECT_EQ(problems[1].Text(),
            "--layout: storage only goes with --frame jsonl, as Azure writes "
            "it");
  EXPECT_EQ(problems[2].Text(),
            "--rotate: does not go with --layout storage, where an hour is a "
            "file");
}

TEST(JobWordsTest, ReadsThreads) {
  std::vector<Problem> problems;
  EXPECT_EQ(ReadThreads(With(&JobWords::threads, "3"), problems), 3);
  EXPECT_EQ(ReadThreads(With(&JobWords::threads, "256"), problems), 256);
  EXPECT_EQ(ReadThreads({}, problems), DefaultThreads());
  EXPECT_GE(DefaultThreads(), 1);
  EXPECT_TRUE(problems.empty());
}

TEST(JobWordsTest, ChecksThatAFrameHoldsWhatItIsGiven) {
  std::vector<Problem> problems;
  Job job;
  CheckFrame(job, 3, problems);
  EXPECT_TRUE(problems.empty());
  job.frame = Frame::kCsv;
  job.shape = Shape::kPortal;
  CheckFrame(job, 1, problems);
  EXPECT_TRUE(problems.empty());
  CheckFrame(job, 2, problems);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].source, "--frame");
  EXPECT_EQ(problems[0].message, ReasonAgainstFile(job.frame, job.shape, 2));
}

}  // namespace
}  // namespace busyhour

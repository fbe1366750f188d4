#include "job/job_spec.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "job/job_json.h"
#include "job/read_job.h"

namespace busyhour::internal {
namespace {

Job Resolved(const Options& options) {
  std::vector<Problem> problems;
  const JobSpec spec = SpecOf(options, problems);
  const Job job = ResolveJob(spec, SomeProfile(), problems);
  EXPECT_EQ(TextOf(problems), "");
  return job;
}

std::string ProblemsOf(const Options& options) {
  std::vector<Problem> problems;
  const JobSpec spec = SpecOf(options, problems);
  ResolveJob(spec, SomeProfile(), problems);
  return TextOf(problems);
}

TEST(JobSpecTest, WhatIsLeftOpenIsAsInTheProfile) {
  const Job job = Resolved({});
  EXPECT_EQ(job.seed, 1u);
  EXPECT_EQ(job.start.ms, 1'685'000'000'000);
  EXPECT_EQ(job.extent.kind, Extent::Kind::kDuration);
  EXPECT_EQ(job.extent.amount, 600'000u);
  EXPECT_EQ(job.shard.index, 0u);
  EXPECT_EQ(job.shard.count, 1u);
  EXPECT_EQ(job.shape, Shape::kResourceLog);
  EXPECT_EQ(job.frame, Frame::kJsonl);
  EXPECT_EQ(job.message_bytes, 256u * 1024);
  EXPECT_EQ(job.compression, Compression::kNone);
  EXPECT_EQ(job.layout, Layout::kFlat);
  EXPECT_EQ(job.rotate_bytes, 0u);
  EXPECT_EQ(job.logs, (LogSet{LogType::kOperational, LogType::kUsage}));
}

// A frame has a default shape; an explicit shape replaces it.
TEST(JobSpecTest, AFrameBringsItsShape) {
  EXPECT_EQ(Resolved({{"frame", "csv"}}).shape, Shape::kPortal);
  EXPECT_EQ(Resolved({{"frame", "query"}}).shape, Shape::kTable);
  EXPECT_EQ(Resolved({{"frame", "csv"}, {"shape", "table"}}).shape,
            Shape::kTable);
}

TEST(JobSpecTest, ADataExportBringsItsShape) {
  const Options layout = {{"layout", "data-export"}};
  EXPECT_EQ(Resolved(layout).shape, Shape::kDataExport);
  EXPECT_EQ(Resolved(layout).frame, Frame::kJsonl);
  EXPECT_EQ(ProblemsOf({{"layout", "data-export"},
                        {"shape", "table"},
                        {"frame", "array"},
                        {"fault", "partial_line=1"}}),
            "--layout: data-export requires --frame jsonl, as in Azure\n"
            "--layout: data-export requires --shape data-export, not table\n"
            "--fault: \"partial_line\" in frame array would make a whole "
            "message unreadable; use frame jsonl, csv, octets or record\n");
  EXPECT_EQ(
      ProblemsOf({{"layout", "data-export"}, {"fault", "partial_line=1"}}),
      "--fault: \"partial_line\" cannot be combined with --layout "
      "data-export: its files are not in order of delivery, which "
      "determines the last record\n");
}

TEST(JobSpecTest, RefusesWhatDoesNotGoTogether) {
  EXPECT_EQ(ProblemsOf({{"batch-bytes", "64KiB"}}),
            "--batch-bytes: requires --frame event-hub, loki or "
            "otlp\n");
  EXPECT_EQ(
      ProblemsOf(
          {{"frame", "array"}, {"layout", "storage"}, {"rotate", "64KiB"}}),
      "--layout: storage requires --frame jsonl, as in Azure\n"
      "--rotate: cannot be combined with --layout storage, which writes one "
      "file "
      "per hour\n");
  EXPECT_EQ(
      ProblemsOf(
          {{"frame", "array"}, {"compress", "lz4"}, {"rotate", "64KiB"}}),
      "--rotate: cannot be combined with --compress lz4 and frame array; use "
      "gzip or zstd\n");
  EXPECT_EQ(ProblemsOf({{"frame", "event-hub"}, {"compress", "lz4"}}),
            "--compress: " +
                ReasonAgainst(Frame::kEventHub, Compression::kLz4) + '\n');
  EXPECT_EQ(ProblemsOf({{"level", "3"}}),
            "--level: requires --compress gzip or zstd\n");
  EXPECT_EQ(ProblemsOf({{"compress", "lz4"}, {"level", "3"}}),
            "--level: requires --compress gzip or zstd\n");
  EXPECT_EQ(ProblemsOf({{"compress", "gzip"}, {"level", "10"}}),
            "--level: 10 is above 9, the highest level of gzip\n");
  EXPECT_EQ(ProblemsOf({{"compress", "zstd"}, {"level", "10"}}), "");
  EXPECT_EQ(ProblemsOf({{"duration", "200000d"}}),
            "--duration: exceeds the year 2499 from "
            "2023-05-25T07:33:20Z\n");
}

// An end in time is a duration from the start.
TEST(JobSpecTest, UntilIsADurationFromTheStart) {
  const Job job = Resolved(
      {{"start", "2026-03-02T08:00Z"}, {"until", "2026-03-03T00:00:00.5Z"}});
  EXPECT_EQ(job.extent.kind, Extent::Kind::kDuration);
  EXPECT_EQ(job.extent.amount,
            static_cast<std::uint64_t>(16 * kMsPerHour + 500));
  EXPECT_EQ(Resolved({{"until", "2023-05-25T07:33:21Z"}}).extent.amount, 1000u);
}

TEST(JobSpecTest, RefusesAnEndThatIsNone) {
  EXPECT_EQ(ProblemsOf({{"until", "2023-05-25T07:33:20Z"}}),
            "--until: 2023-05-25T07:33:20Z is not after the start, "
            "2023-05-25T07:33:20Z\n");
  EXPECT_EQ(ProblemsOf({{"until", "tomorrow"}}),
            "--until: \"tomorrow\" is not a time from 1970 to 2499, such as "
            "2026-03-03T00:00:00Z\n");
  EXPECT_EQ(ProblemsOf({{"duration", "1h"}, {"until", "2026-03-03"}}),
            "--until: cannot be combined with --duration: use one of them\n");
  EXPECT_EQ(ProblemsOf({{"until", "2026-03-03"}, {"calls", "5"}}),
            "--calls: cannot be combined with --until: use one of them\n");
}

TEST(JobSpecTest, RefusesFaultsWithoutNumber) {
  EXPECT_EQ(ProblemsOf(Options(51, {"fault", "drop=0"})),
            "--fault: is given 51 times; at most 50\n");
}

TEST(JobSpecTest, ChecksThatAFrameHoldsWhatItIsGiven) {
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

// ---------------------------------------------------------------- manifests

const std::vector<Options>& Jobs() {
  static const std::vector<Options> jobs = {
      {},
      {{"seed", "18446744073709551615"}, {"start", "2023-11-14T22:13:20Z"}},
      {{"calls", "7"}, {"shard", "2/5"}, {"logs", "usage"}},
      {{"records", "7"},
       {"shape", "table"},
       {"frame", "event-hub"},
       {"batch-bytes", "8KiB"},
       {"compress", "gzip"},
       {"level", "6"}},
      {{"bytes", "7"},
       {"layout", "storage"},
       {"fault", "drop=0.001"},
       {"fault", "corrupt=0.3333333333333333"}},
      {{"layout", "data-export"}, {"rotate", "64KiB"}},
      {{"rotate", "4KiB"}}};
  return jobs;
}

TEST(JobJsonTest, AJobIsReadAsItIsNoted) {
  for (const Options& options : Jobs()) {
    const Job job = Resolved(options);
    const nlohmann::json noted(JobJson(job));
    const Job read = ReadJobJson(noted, SomeProfile(),
                                 [](const std::string& at, std::string what) {
                                   ADD_FAILURE() << at << ' ' << what;
                                 });
    EXPECT_EQ(JobJson(read), JobJson(job));
    EXPECT_TRUE(JobDifferences(noted, job).empty());
  }
}

// For all members m of a job and all invalid values v: with v as the value of
// m, or without m, the job is rejected.
TEST(JobJsonTest, NothingIsTakenForWhatItIsNot) {
  const std::vector<nlohmann::json> values = {
      nullptr,
      true,
      -1,
      1.5,
      ~0ull,
      "x",
      "",
      "1",
      nlohmann::json::array(),
      nlohmann::json::object(),
      nlohmann::json::array({1}),
      nlohmann::json::array({"usage", "usage"})};
  for (const Options& options : Jobs()) {
    const nlohmann::json noted(JobJson(Resolved(options)));
    for (const auto& [name, old] : noted.items()) {
      nlohmann::json changed = noted;
      const auto said = [&] {
        std::string text;
        ReadJobJson(changed, SomeProfile(),
                    [&](const std::string& at, std::string) { text += at; });
        return text;
      };
      for (const nlohmann::json& value : values) {
        if (value == old) continue;
        // Another value of the same type may be valid in another job.
        if (value.is_number_unsigned() && old.is_number_unsigned()) continue;
        changed[name] = value;
        EXPECT_NE(said(), "") << name << ' ' << value;
      }
      changed.erase(name);
      // A level is only of a compression.
      const bool may_be_left_out =
          name == "rotate_bytes" || name == "layout" || name == "faults" ||
          name == "level" || (name == "compress" && !noted.contains("level"));
      EXPECT_EQ(said() == "", may_be_left_out) << name;
    }
  }
}

TEST(JobJsonTest, SaysHowAnotherJobDiffers) {
  const nlohmann::json noted(JobJson(Resolved({{"calls", "7"}})));
  const Job job = Resolved({{"seed", "2"}, {"rotate", "4KiB"}});
  EXPECT_EQ(JobDifferences(noted, job),
            (std::vector<std::string>{
                "it has seed 1, and this one seed 2",
                "it has --calls 7, and this one --duration 10m",
                "it has no rotate_bytes, and this one rotate_bytes 4096"}));
}

}  // namespace
}  // namespace busyhour::internal

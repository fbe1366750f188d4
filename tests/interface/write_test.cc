#include "busyhour/write.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <cstdint>
#include <fstream>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "base/base_profiles.h"
#include "base/test_files.h"
#include "busyhour/error.h"
#include "engine/run_job.h"

namespace busyhour {
namespace {

using internal::Scratch;
using ::testing::HasSubstr;

TEST(WriteTest, HandsOverWhatTheProgramWouldWrite) {
  const internal::Runs runs(internal::ShippedProfile("voice-bot"), 9);
  internal::Job engine_job = runs.JobOf(internal::Extent::Kind::kCalls, 100);
  engine_job.start = {1'700'000'000'000};
  const internal::RunOutcome expected = runs.Run(engine_job);
  const Job job({.profile = Profile("voice-bot"),
                 .seed = 9,
                 .start = "2023-11-14T22:13:20Z",
                 .calls = 100});
  for (const int threads : {1, 3}) {
    std::string bytes;
    const Totals totals = Write(job,
                                [&bytes](std::string_view piece) {
                                  bytes += piece;
                                  return true;
                                },
                                {.threads = threads});
    EXPECT_TRUE(bytes == expected.bytes);
    EXPECT_EQ(totals.calls, 100u);
    EXPECT_EQ(totals.records, expected.tally.all_records());
    EXPECT_EQ(totals.bytes, expected.tally.all_bytes());
    EXPECT_EQ(totals.logs.size(), 4u);
    EXPECT_EQ(totals.done, 1.0);
    EXPECT_FALSE(totals.stopped);
  }
}

// For all shipped profiles p: Bytes(FromText(Json(p))) == Bytes(p).
TEST(WriteTest, AProfileThatWasWrittenMakesTheSameBytes) {
  for (const internal::BuiltinProfile& builtin : internal::BaseProfiles()) {
    const Profile profile{std::string(builtin.name)};
    const Profile read = Profile::FromText(profile.Json(), profile.name());
    EXPECT_TRUE(WriteText(Job({.profile = profile, .calls = 50})) ==
                WriteText(Job({.profile = read, .calls = 50})))
        << builtin.name;
  }
}

TEST(WriteTest, EndsWhenNoMoreIsTaken) {
  int pieces = 0;
  const Totals totals = Write(Job({.calls = 2000}),
                              [&](std::string_view) { return ++pieces < 3; });
  EXPECT_EQ(pieces, 3);
  EXPECT_LT(totals.records, 2000u);
  EXPECT_TRUE(totals.stopped);
}

// GCC 12 takes the object that std::stop_source() makes for uninitialized.
#if !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
TEST(WriteTest, EndsWhenItIsStopped) {
  std::stop_source stop;
  RunOptions options;
  options.threads = 2;
  options.stop = stop.get_token();
  std::uint64_t bytes = 0;
  const Totals totals = Write(
      Job({.calls = 5000}),
      [&](std::string_view piece) {
        bytes += piece.size();
        stop.request_stop();
        return true;
      },
      options);
  EXPECT_GT(bytes, 0u);
  EXPECT_LT(totals.calls, 5000u);
  EXPECT_TRUE(totals.stopped);
}
#if !defined(__clang__)
#pragma GCC diagnostic pop
#endif

TEST(WriteTest, AnExceptionOfTheFunctionEndsTheRun) {
  EXPECT_THROW(
      Write(Job({.calls = 50}), [](std::string_view) -> bool { throw 17; },
            {.threads = 2}),
      int);
}

TEST(WriteTest, PickedCallsAreWrittenAsTheyWereFound) {
  const Scratch scratch;
  // The last one is attempted after the usual ten minutes.
  const Job job({.pick = {"Play(503)=2"}});
  EXPECT_EQ(WriteFiles(job, scratch.path() + "/data").calls, 2u);
  const Job read = Job::OfManifest(scratch.path() + "/data");
  EXPECT_TRUE(WriteText(read) == WriteText(job));
}

TEST(WriteTest, EndsWhenTheReaderOfAPipeIsGone) {
  const Scratch scratch;
  const std::string path = scratch.path() + "/pipe";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  ::signal(SIGPIPE, SIG_IGN);
  std::thread reader([&path] {
    char first = 0;
    std::ifstream(path).read(&first, 1);
    EXPECT_EQ(first, '{');
  });
  const Totals totals = WriteFiles(Job({.calls = 5000}), path);
  reader.join();
  EXPECT_TRUE(totals.stopped);
  EXPECT_LT(totals.calls, 5000u);
}

TEST(WriteTest, RefusesLogsThatDoNotGoIntoOneStream) {
  EXPECT_THROW(WriteText(Job({.shape = "portal", .frame = "csv"})), InputError);
}

TEST(WriteTest, WritesADataSetThatDescribesItsJob) {
  const Scratch scratch;
  const std::string path = scratch.path() + "/data";
  const Job job({.profile = Profile("voice-bot"), .seed = 3, .calls = 20});
  const Totals totals = WriteFiles(job, path);
  EXPECT_EQ(totals.calls, 20u);
  const Job read = Job::OfManifest(path);
  EXPECT_EQ(read.seed(), 3u);
  EXPECT_EQ(read.profile().name(), "voice-bot");
  EXPECT_TRUE(WriteText(read) == WriteText(job));
  try {
    WriteFiles(Job({.calls = 1}), path);
    FAIL() << "did not refuse";
  } catch (const InputError& error) {
    EXPECT_EQ(error.problems().front().source, "path");
    EXPECT_THAT(error.what(), HasSubstr("is already there; force replaces it"));
  }
  EXPECT_EQ(WriteFiles(Job({.calls = 1}), path, {.force = true}).calls, 1u);
  EXPECT_EQ(Job::OfManifest(path).profile().name(), "quickstart");
}

TEST(WriteTest, TheEndingOfAFileSelectsItsForm) {
  const Scratch scratch;
  const struct {
    const char* name;
    const char* begin;
  } kCases[] = {{"x.jsonl", "{\""},
                {"x.json", "["},
                {"x.csv", "\"Time"},
                {"x.jsonl.gz", "\x1f\x8b"},
                {"x.parquet", "PAR1"}};
  for (const auto& [name, begin] : kCases) {
    const std::string path = scratch.path() + "/" + name;
    EXPECT_EQ(WriteFiles(Job({.calls = 5, .logs = "usage"}), path).calls, 5u);
    std::ifstream file(path, std::ios::binary);
    std::string bytes(std::string_view(begin).size(), '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    EXPECT_EQ(bytes, begin) << name;
    EXPECT_TRUE(
        WriteText(Job::OfManifest(path + ".manifest.json")).starts_with(begin))
        << name;
  }
}

TEST(WriteTest, RefusesNamesOfOtherForms) {
  const Scratch scratch;
  const auto problem_of = [&](const JobOptions& options,
                              const std::string& path) -> std::string {
    try {
      WriteFiles(Job(options), path);
    } catch (const InputError& error) {
      return error.what();
    }
    return "none";
  };
  const std::string at = scratch.path() + "/";
  EXPECT_THAT(problem_of({.calls = 1}, "-"), HasSubstr("is no file"));
  EXPECT_THAT(problem_of({.calls = 1}, at + "x.txt"),
              HasSubstr(".txt is not the ending"));
  EXPECT_THAT(problem_of({.calls = 1, .frame = "jsonl"}, at + "x.csv"),
              HasSubstr("--frame: jsonl cannot be written"));
  EXPECT_THAT(problem_of({.calls = 1, .compress = "zstd"}, at + "x.jsonl.gz"),
              HasSubstr("--compress: zstd cannot be written"));
  EXPECT_THAT(problem_of({.calls = 1, .shape = "portal"}, at + "x.parquet"),
              HasSubstr("frame parquet requires shape"));
  EXPECT_THAT(problem_of({.calls = 1}, "http://127.0.0.1:1/x"),
              HasSubstr("is an address, not a path"));
  WriteFiles(Job({.calls = 1}), at + "set");
  EXPECT_THROW(WriteFiles(Job::OfManifest(at + "set"), at + "x.csv"),
               InputError);
}

}  // namespace
}  // namespace busyhour

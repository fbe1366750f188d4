#include "measure/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace busyhour::internal {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::chrono::milliseconds kLong = 1min;

// Larger than the capacity of any pipe.
std::string ManyLines() {
  std::string text;
  for (int i = 0; i < 500'000; ++i) text += "0123456789\n";
  return text;
}

TEST(LauncherTest, FeedsAllOfTheInputAndKeepsTheOutput) {
  Launcher launcher;
  const std::string input = ManyLines();
  const CommandRun run = launcher.Run("wc -l", input, kLong);
  EXPECT_EQ(run.failure, "");
  EXPECT_EQ(std::stol(run.output), 500'000);
  EXPECT_GT(run.wall_s, 0.0);
  EXPECT_GT(run.peak_bytes, 100'000u);
}

TEST(LauncherTest, NeitherSideWaitsForTheOther) {
  Launcher launcher;
  const std::string input = ManyLines();
  const CommandRun run = launcher.Run("cat", input, kLong);
  EXPECT_EQ(run.failure, "");
  EXPECT_EQ(run.output, input.substr(0, Launcher::kMaxOutputBytes));
}

TEST(LauncherTest, RunsOneAfterTheOther) {
  Launcher launcher;
  for (int i = 0; i < 20; ++i) {
    const CommandRun run =
        launcher.Run("cat; echo " + std::to_string(i), "x", kLong);
    EXPECT_EQ(run.failure, "");
    EXPECT_EQ(run.output, "x" + std::to_string(i) + "\n");
  }
}

TEST(LauncherTest, TakesNoInputToo) {
  Launcher launcher;
  const CommandRun run = launcher.Run("cat", "", kLong);
  EXPECT_EQ(run.failure, "");
  EXPECT_EQ(run.output, "");
}

TEST(LauncherTest, AStatusThatIsNotZeroIsAFailure) {
  Launcher launcher;
  const CommandRun run =
      launcher.Run("cat; echo no such thing >&2; exit 3", ManyLines(), kLong);
  EXPECT_EQ(run.failure, "ended with status 3: no such thing");
  EXPECT_THAT(launcher.Run("no-such-program", "", kLong).failure,
              StartsWith("ended with status 127"));
}

TEST(LauncherTest, ASignalIsAFailure) {
  Launcher launcher;
  EXPECT_EQ(launcher.Run("cat; kill -TERM $$", "x", kLong).failure,
            "was terminated by a signal: Terminated");
}

TEST(LauncherTest, ACommandThatDoesNotReadIsTold) {
  Launcher launcher;
  const std::string input = ManyLines();
  EXPECT_EQ(launcher.Run("true", input, kLong).failure,
            "left 5,500,000 bytes of its input unread");
  // It is reported, even though all input fits into the pipe.
  EXPECT_EQ(launcher.Run("true", "x", kLong).failure,
            "left 1 bytes of its input unread");
  EXPECT_THAT(launcher.Run("head -c 100000", input, kLong).failure,
              StartsWith("left 5,"));
  EXPECT_THAT(launcher.Run("exec <&-; sleep 0.1", input, kLong).failure,
              StartsWith("left 5,"));
}

TEST(LauncherTest, WhatItLeavesRunningIsEnded) {
  Launcher launcher;
  const auto begin = std::chrono::steady_clock::now();
  const CommandRun run =
      launcher.Run("cat >/dev/null; sleep 60 & echo done", "x", kLong);
  EXPECT_EQ(run.failure, "");
  EXPECT_EQ(run.output, "done\n");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 30s);
}

TEST(LauncherTest, ACommandThatTakesTooLongIsEnded) {
  Launcher launcher;
  EXPECT_EQ(launcher.Run("sleep 60", ManyLines(), 100ms).failure,
            "took longer than 100 ms and was terminated");
  EXPECT_EQ(launcher.Run("cat; sleep 60", "x", 100ms).failure,
            "took longer than 100 ms and was terminated");
  EXPECT_EQ(launcher.Run("yes", "x", 100ms).failure,
            "took longer than 100 ms and was terminated");
  // The next command still works.
  EXPECT_EQ(launcher.Run("cat", "x", kLong).output, "x");
}

// The system counts a process's memory from its fork on, when it still has the
// memory of its parent.
TEST(LauncherTest, OurOwnMemoryIsNotTheCommands) {
  Launcher launcher;
  constexpr std::size_t kOurs = 200 << 20;
  const std::string large(kOurs, 'x');
  const CommandRun run = launcher.Run(
      "cat >/dev/null", std::string_view(large).substr(0, 1000), kLong);
  EXPECT_EQ(run.failure, "");
  EXPECT_LT(run.peak_bytes, kOurs);
}

TEST(LauncherTest, CountsTheProcessorTimeOfAPipeline) {
  Launcher launcher;
  const CommandRun run = launcher.Run(
      "cat | (i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; cat)", "x",
      kLong);
  EXPECT_EQ(run.failure, "");
  EXPECT_EQ(run.output, "x");
  EXPECT_GT(run.cpu_s, 0.0);
}

}  // namespace
}  // namespace busyhour::internal

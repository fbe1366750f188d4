#include "job/shard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

namespace busyhour::internal {
namespace {

using Variables = std::map<std::string, std::string>;

std::optional<Shard> ShardIn(const Variables& variables, std::string& trouble) {
  return ShardOfEnvironment(
      [&variables](const char* name) -> const char* {
        const auto found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
      },
      trouble);
}

// `3/8`, or why there is none.
std::string Told(const Variables& variables) {
  std::string trouble;
  const std::optional<Shard> shard = ShardIn(variables, trouble);
  EXPECT_EQ(shard.has_value(), trouble.empty());
  return shard
             ? std::to_string(shard->index) + '/' + std::to_string(shard->count)
             : trouble;
}

Variables Slurm(int task, int least, int most, int step, int count) {
  return {{"SLURM_ARRAY_TASK_ID", std::to_string(task)},
          {"SLURM_ARRAY_TASK_MIN", std::to_string(least)},
          {"SLURM_ARRAY_TASK_MAX", std::to_string(most)},
          {"SLURM_ARRAY_TASK_STEP", std::to_string(step)},
          {"SLURM_ARRAY_TASK_COUNT", std::to_string(count)}};
}

TEST(ShardTest, EachStarterNumbersItsRuns) {
  EXPECT_EQ(Told({{"BUSYHOUR_SHARD", "3/8"}}), "3/8");
  EXPECT_EQ(Told(Slurm(3, 0, 7, 1, 8)), "3/8");
  EXPECT_EQ(Told(Slurm(1, 1, 8, 1, 8)), "0/8");
  EXPECT_EQ(Told(Slurm(30, 10, 40, 10, 4)), "2/4");
  EXPECT_EQ(Told({{"JOB_COMPLETION_INDEX", "0"}, {"BUSYHOUR_SHARDS", "5"}}),
            "0/5");
  EXPECT_EQ(Told({{"PARALLEL_SEQ", "5"}, {"BUSYHOUR_SHARDS", "5"}}), "4/5");
}

TEST(ShardTest, TheRunsOfAnArrayAreTheWholeJob) {
  for (const int step : {1, 3}) {
    for (int i = 0; i < 6; ++i) {
      EXPECT_EQ(Told(Slurm(4 + i * step, 4, 4 + 5 * step, step, 6)),
                std::to_string(i) + "/6");
    }
  }
}

TEST(ShardTest, OwnNumbersComeFirst) {
  Variables variables = Slurm(3, 0, 7, 1, 8);
  variables["PARALLEL_SEQ"] = "1";
  EXPECT_THAT(
      Told(variables),
      testing::HasSubstr("SLURM_ARRAY_TASK_ID and PARALLEL_SEQ are set"));
  variables["BUSYHOUR_SHARD"] = "6/7";
  EXPECT_EQ(Told(variables), "6/7");
}

TEST(ShardTest, WhatCannotBeAShardIsRefused) {
  using testing::HasSubstr;
  EXPECT_THAT(Told({}), HasSubstr("set BUSYHOUR_SHARD=K/N"));
  for (const char* text :
       {"", "8/8", "1", "-1/8", "1/8x", "0/0", "0/2000000"}) {
    EXPECT_THAT(Told({{"BUSYHOUR_SHARD", text}}),
                HasSubstr("is not a part K/N"))
        << text;
  }
  // An array of the tasks 1, 3 and 7.
  EXPECT_THAT(Told(Slurm(3, 1, 7, 1, 3)), HasSubstr("not numbered in equal"));
  EXPECT_THAT(Told({{"SLURM_ARRAY_TASK_ID", "3"}}),
              HasSubstr("SLURM_ARRAY_TASK_MIN is not set"));
  EXPECT_THAT(
      Told({{"JOB_COMPLETION_INDEX", "2"}}),
      HasSubstr("needs the number of runs, BUSYHOUR_SHARDS is not set"));
  EXPECT_THAT(Told({{"JOB_COMPLETION_INDEX", "5"}, {"BUSYHOUR_SHARDS", "5"}}),
              HasSubstr("BUSYHOUR_SHARDS=5"));
  EXPECT_THAT(Told({{"PARALLEL_SEQ", "0"}, {"BUSYHOUR_SHARDS", "5"}}),
              HasSubstr("PARALLEL_SEQ=0"));
}

}  // namespace
}  // namespace busyhour::internal

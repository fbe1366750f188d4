#include "engine/pool.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace busyhour::internal {
namespace {

class FunctionTask : public PoolTask {
 public:
  explicit FunctionTask(std::function<void(int)> run) : run_(std::move(run)) {}
  void Run(int worker) override { run_(worker); }

 private:
  std::function<void(int)> run_;
};

class CountingTask : public PoolTask {
 public:
  void Run(int) noexcept override { ++runs; }
  std::atomic<int> runs = 0;
};

// For all numbers of workers and tasks: after Wait, each task has run once.
TEST(PoolTest, EveryTaskRunsOnce) {
  for (const int workers : {1, 2, 4}) {
    Pool pool(workers);
    EXPECT_EQ(pool.workers(), workers);
    for (const std::size_t count : {1, 2, 100}) {
      std::vector<CountingTask> tasks(count);
      for (CountingTask& task : tasks) pool.Submit(task);
      for (std::size_t i = 0; i < count; ++i) {
        pool.Wait(tasks[i]);
        EXPECT_EQ(tasks[i].runs, 1);
      }
    }
  }
}

TEST(PoolTest, TasksCanBeWaitedForInAnyOrder) {
  for (const int workers : {1, 3}) {
    Pool pool(workers);
    std::vector<CountingTask> tasks(50);
    for (CountingTask& task : tasks) pool.Submit(task);
    for (std::size_t i = tasks.size(); i-- > 0;) pool.Wait(tasks[i]);
    for (const CountingTask& task : tasks) EXPECT_EQ(task.runs, 1);
    pool.Wait(tasks[7]);  // again, after it has run
  }
}

TEST(PoolTest, WhatATaskThrowsComesToWhoeverWaitsForIt) {
  for (const int workers : {1, 3}) {
    Pool pool(workers);
    bool fails = true;
    FunctionTask task([&](int) {
      if (fails) throw std::runtime_error("no more");
    });
    CountingTask other;
    pool.Submit(task);
    pool.Submit(other);
    EXPECT_THROW(pool.Wait(task), std::runtime_error);
    pool.Wait(other);
    EXPECT_EQ(other.runs, 1);
    fails = false;
    pool.Submit(task);
    pool.Wait(task);
  }
}

TEST(PoolTest, ATaskCanBeSubmittedAgain) {
  Pool pool(2);
  CountingTask task;
  for (int i = 1; i <= 200; ++i) {
    pool.Submit(task);
    pool.Wait(task);
    EXPECT_EQ(task.runs, i);
  }
}

TEST(PoolTest, APoolOfOneRunsEverythingOnItsOwnersThread) {
  Pool pool(1);
  const std::thread::id owner = std::this_thread::get_id();
  int runs = 0;
  FunctionTask task([&](int worker) {
    EXPECT_EQ(worker, 0);
    EXPECT_EQ(std::this_thread::get_id(), owner);
    ++runs;
  });
  pool.Submit(task);
  EXPECT_EQ(runs, 0);
  pool.Wait(task);
  EXPECT_EQ(runs, 1);
}

// While the only other worker is busy, the waiting thread runs the task.
TEST(PoolTest, TheOwnerHelps) {
  Pool pool(2);
  std::atomic<bool> begun = false;
  std::atomic<bool> may_end = false;
  FunctionTask busy([&](int worker) {
    EXPECT_EQ(worker, 1);
    begun = true;
    while (!may_end) std::this_thread::yield();
  });
  pool.Submit(busy);
  while (!begun) std::this_thread::yield();
  int worker_of_second = -1;
  FunctionTask second([&](int worker) { worker_of_second = worker; });
  pool.Submit(second);
  pool.Wait(second);
  EXPECT_EQ(worker_of_second, 0);
  may_end = true;
  pool.Wait(busy);
}

// For all tasks that run at the same time: the numbers of their workers are
// distinct, and in [0, workers).
TEST(PoolTest, NoTwoTasksShareAWorkersNumber) {
  constexpr int kWorkers = 4;
  Pool pool(kWorkers);
  std::array<std::atomic<int>, kWorkers> running{};
  std::atomic<int> clashes = 0;
  std::vector<std::unique_ptr<FunctionTask>> tasks;
  for (int i = 0; i < 100; ++i) {
    tasks.push_back(std::make_unique<FunctionTask>([&](int worker) {
      if (worker < 0 || worker >= kWorkers) {
        ++clashes;
        return;
      }
      auto& here = running[static_cast<std::size_t>(worker)];
      clashes += here.fetch_add(1);
      for (int spin = 0; spin < 20; ++spin) std::this_thread::yield();
      here.fetch_sub(1);
    }));
    pool.Submit(*tasks.back());
  }
  for (const auto& task : tasks) pool.Wait(*task);
  EXPECT_EQ(clashes, 0);
}

TEST(PoolTest, WhatTasksWroteIsSeenByWhoWaited) {
  Pool pool(3);
  std::vector<int> results(300);
  std::vector<std::unique_ptr<FunctionTask>> tasks;
  for (std::size_t i = 0; i < results.size(); ++i) {
    tasks.push_back(std::make_unique<FunctionTask>(
        [&results, i](int) { results[i] = static_cast<int>(i) + 1; }));
    pool.Submit(*tasks.back());
  }
  for (std::size_t i = 0; i < results.size(); ++i) {
    pool.Wait(*tasks[i]);
    EXPECT_EQ(results[i], static_cast<int>(i) + 1);
  }
}

// The destructor of the pool drops tasks that have not begun, and finishes
// running tasks.
TEST(PoolTest, GoesWithTasksStillWaiting) {
  {
    std::vector<CountingTask> tasks(10);
    {
      Pool pool(1);
      for (CountingTask& task : tasks) pool.Submit(task);
    }
    for (const CountingTask& task : tasks) EXPECT_EQ(task.runs, 0);
  }
  for (int round = 0; round < 10; ++round) {
    std::vector<CountingTask> tasks(100);
    std::atomic<bool> begun = false;
    std::atomic<bool> ended = false;
    FunctionTask first([&](int) {
      begun = true;
      for (int spin = 0; spin < 100; ++spin) std::this_thread::yield();
      ended = true;
    });
    {
      Pool pool(3);
      pool.Submit(first);
      for (CountingTask& task : tasks) pool.Submit(task);
      while (!begun) std::this_thread::yield();
    }
    EXPECT_TRUE(ended);
    for (const CountingTask& task : tasks) EXPECT_LE(task.runs, 1);
  }
}

}  // namespace
}  // namespace busyhour::internal

#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <vector>

#include "base/worker.h"

namespace busyhour::internal {

/// A piece of work for a `Pool`.
class PoolTask {
 public:
  virtual ~PoolTask() = default;
  /// `worker` is the number of the thread that runs it, [0, Pool::workers()); 0
  /// is the pool's owner. No two tasks run with the same number at the same
  /// time. `Pool::Wait` rethrows its exceptions, such as `std::bad_alloc`.
  virtual void Run(int worker) = 0;

 private:
  friend class Pool;
  void RunAndCatch(int worker) noexcept;
  std::exception_ptr error_;
  std::atomic<bool> done_{false};
  int worker_ = 0;  // last worker; its cache has the task's memory
};

/// Threads that run tasks. The owning thread also runs tasks while it waits, so
/// a pool of one worker has no thread of its own.
///
/// All functions are for the owning thread.
class Pool {
 public:
  /// Throws `std::runtime_error` if a thread cannot be started.
  explicit Pool(int workers);
  /// Finishes the running tasks and drops the others.
  ~Pool();

  int workers() const noexcept { return static_cast<int>(threads_.size()) + 1; }

  /// `task` must be valid until `Wait` has returned for it.
  void Submit(PoolTask& task);
  /// Returns when `task` has run; runs other tasks meanwhile. Rethrows its
  /// exception.
  void Wait(PoolTask& task);

 private:
  void Stop();
  void Work(int worker);
  // Removes and returns the first queued task that `worker` ran last; if there
  // is none, the first task. The mutex must be held.
  PoolTask* Take(int worker);

  std::mutex mutex_;
  std::condition_variable submitted_;
  std::condition_variable finished_;
  std::deque<PoolTask*> queue_;
  std::atomic<std::size_t> queued_{0};  // queue_.size(), without the mutex
  bool stopping_ = false;
  std::vector<std::unique_ptr<Worker>> threads_;
};

}  // namespace busyhour::internal

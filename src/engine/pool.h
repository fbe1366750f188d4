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

namespace busyhour {

/// A piece of work for a `Pool`.
class PoolTask {
 public:
  virtual ~PoolTask() = default;
  /// `worker` tells which thread runs it: [0, Pool::workers()), 0 for the one
  /// that owns the pool. Two tasks never run with the same number at once.
  /// What it throws, such as `std::bad_alloc`, `Pool::Wait` throws.
  virtual void Run(int worker) = 0;

 private:
  friend class Pool;
  void RunAndCatch(int worker) noexcept;
  std::exception_ptr error_;
  std::atomic<bool> done_{false};
  int worker_ = 0;  // who ran it last: has its memory in the cache
};

/// Threads that run tasks, together with the thread that waits for them: a pool
/// of one worker has no thread of its own.
///
/// All functions are for the owning thread.
class Pool {
 public:
  /// Throws `std::runtime_error` when a thread cannot be started.
  explicit Pool(int workers);
  /// Finishes the tasks at hand; drops those not begun.
  ~Pool();

  int workers() const noexcept { return static_cast<int>(threads_.size()) + 1; }

  /// `task` must live until it has been waited for.
  void Submit(PoolTask& task);
  /// Returns when `task` has run; runs others meanwhile. Throws what it threw.
  void Wait(PoolTask& task);

 private:
  void Stop();
  void Work(int worker);
  // The next of the queue that `worker` ran last, or else the next; the mutex
  // is held.
  PoolTask* Take(int worker);

  std::mutex mutex_;
  std::condition_variable submitted_;
  std::condition_variable finished_;
  std::deque<PoolTask*> queue_;
  std::atomic<std::size_t> queued_{0};  // as many as in the queue
  bool stopping_ = false;
  std::vector<std::unique_ptr<Worker>> threads_;
};

}  // namespace busyhour

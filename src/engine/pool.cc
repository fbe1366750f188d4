#include "engine/pool.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace busyhour::internal {
namespace {

// A task takes about 20 us, as long as putting a thread to sleep and waking it.
// An idle thread therefore polls for about that time before it sleeps, and
// yields to other threads meanwhile.
constexpr int kLooks = 64;

template <class Condition>
void LookFor(const Condition& condition) {
  for (int i = 0; i < kLooks && !condition(); ++i) std::this_thread::yield();
}

}  // namespace

void PoolTask::RunAndCatch(int worker) noexcept {
  try {
    Run(worker);
  } catch (...) {
    error_ = std::current_exception();
  }
}

Pool::Pool(int workers) {
  try {
    for (int worker = 1; worker < workers; ++worker) {
      threads_.push_back(
          std::make_unique<Worker>([this, worker] { Work(worker); }));
    }
  } catch (...) {
    Stop();
    throw;
  }
}

Pool::~Pool() { Stop(); }

void Pool::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    queue_.clear();
  }
  submitted_.notify_all();
  threads_.clear();
}

void Pool::Submit(PoolTask& task) {
  task.done_.store(false, std::memory_order_relaxed);
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(&task);
    queued_.store(queue_.size(), std::memory_order_relaxed);
  }
  if (!threads_.empty()) submitted_.notify_one();
}

PoolTask* Pool::Take(int worker) {
  auto chosen = std::find_if(
      queue_.begin(), queue_.end(),
      [worker](const PoolTask* task) { return task->worker_ == worker; });
  if (chosen == queue_.end()) chosen = queue_.begin();
  PoolTask* const task = *chosen;
  queue_.erase(chosen);
  queued_.store(queue_.size(), std::memory_order_relaxed);
  task->worker_ = worker;
  return task;
}

void Pool::Wait(PoolTask& task) {
  const auto is_done = [&task] {
    return task.done_.load(std::memory_order_acquire);
  };
  while (!is_done()) {
    std::unique_lock lock(mutex_);
    if (!queue_.empty()) {
      PoolTask* const other = Take(0);
      lock.unlock();
      other->RunAndCatch(0);
      other->done_.store(true, std::memory_order_release);
      continue;
    }
    lock.unlock();
    LookFor(is_done);
    lock.lock();
    finished_.wait(lock, [&] { return is_done() || !queue_.empty(); });
  }
  if (task.error_) std::rethrow_exception(std::exchange(task.error_, nullptr));
}

void Pool::Work(int worker) {
  for (;;) {
    LookFor([this] { return queued_.load(std::memory_order_relaxed) > 0; });
    std::unique_lock lock(mutex_);
    submitted_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    PoolTask* const task = Take(worker);
    lock.unlock();
    task->RunAndCatch(worker);
    lock.lock();
    task->done_.store(true, std::memory_order_release);
    lock.unlock();
    finished_.notify_one();
  }
}

}  // namespace busyhour::internal

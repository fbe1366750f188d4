#include "run/pool.h"

namespace busyhour {

Pool::Pool(int workers) {
  for (int worker = 1; worker < workers; ++worker) {
    threads_.emplace_back([this, worker] { Work(worker); });
  }
}

Pool::~Pool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    queue_.clear();
  }
  submitted_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Pool::Submit(Task& task) {
  task.done_.store(false, std::memory_order_relaxed);
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(&task);
  }
  submitted_.notify_one();
}

void Pool::Wait(Task& task) {
  std::unique_lock lock(mutex_);
  while (!task.done_.load(std::memory_order_acquire)) {
    if (queue_.empty()) {
      finished_.wait(lock);
      continue;
    }
    Task* const other = queue_.front();
    queue_.pop_front();
    lock.unlock();
    other->Run(0);
    lock.lock();
    other->done_.store(true, std::memory_order_release);
  }
}

void Pool::Work(int worker) {
  std::unique_lock lock(mutex_);
  for (;;) {
    submitted_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    Task* const task = queue_.front();
    queue_.pop_front();
    lock.unlock();
    task->Run(worker);
    lock.lock();
    task->done_.store(true, std::memory_order_release);
    finished_.notify_one();
  }
}

}  // namespace busyhour

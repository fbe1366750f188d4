#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <limits>
#include <memory>
#include <mutex>
#include <vector>

#include "load/load_batch.h"

namespace busyhour::internal {

/// The batches that are made and not yet taken, in the order of the plan. It
/// connects the thread that makes batches with the thread that sends them.
class Lookahead {
 public:
  /// Holds about `max_bytes` at most.
  explicit Lookahead(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  /// For the maker: an empty batch, possibly a reused one.
  std::unique_ptr<LoadBatch> New();
  /// Adds a batch once there is room; false if no more batches are needed.
  bool Put(std::unique_ptr<LoadBatch> batch);
  /// No more batches follow.
  void End();

  /// Maximum size of a batch before compression, because of the receiver's
  /// limit.
  std::size_t max_batch_bytes() const noexcept {
    return max_batch_bytes_.load(std::memory_order_relaxed);
  }

  /// For the sender: no batches larger than this are made any more.
  void LimitBatches(std::size_t bytes) noexcept {
    max_batch_bytes_.store(bytes, std::memory_order_relaxed);
  }
  /// When the next batch is due; `kNever` if there is none now. `ended`: no
  /// more will follow.
  Nanos NextDue(bool& ended);
  /// The next batch; null if there is none.
  std::unique_ptr<LoadBatch> Take();
  /// Returns a batch for reuse.
  void GiveBack(std::unique_ptr<LoadBatch> batch);
  /// No more batches are needed.
  void Cancel();
  /// Waits until there is a batch, or no more will follow, or `most` has
  /// passed; false in the last case.
  bool WaitForBatch(std::chrono::nanoseconds most);

 private:
  const std::size_t max_bytes_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable filled_;
  std::deque<std::unique_ptr<LoadBatch>> batches_;
  std::vector<std::unique_ptr<LoadBatch>> idle_;
  std::atomic<std::size_t> max_batch_bytes_{
      std::numeric_limits<std::size_t>::max()};
  std::size_t bytes_ = 0;
  bool ended_ = false;
  bool canceled_ = false;
};

}  // namespace busyhour::internal

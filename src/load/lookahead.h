#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <limits>
#include <memory>
#include <mutex>
#include <vector>

#include "load/load_batch.h"

namespace busyhour {

/// The batches that are made and not yet taken, in the order of the plan: where
/// the thread that makes them and the one that sends them meet.
class Lookahead {
 public:
  /// At most about `max_bytes` wait here.
  explicit Lookahead(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  /// For the maker: an empty batch, perhaps one that has been used before.
  std::unique_ptr<LoadBatch> New();
  /// Adds a batch once there is room; false when nobody wants it any more.
  bool Put(std::unique_ptr<LoadBatch> batch);
  /// There will be no more.
  void End();

  /// How many bytes a batch has at most before compression, because the
  /// receiver takes no more.
  std::size_t max_batch_bytes() const noexcept {
    return max_batch_bytes_.load(std::memory_order_relaxed);
  }

  /// For the sender: batches of more than so many bytes are not made any more.
  void LimitBatches(std::size_t bytes) noexcept {
    max_batch_bytes_.store(bytes, std::memory_order_relaxed);
  }
  /// When the next batch is due; `kNever` when there is none
  /// now. `ended`: and none will come.
  Nanos NextDue(bool& ended);
  /// The next batch; null when there is none.
  std::unique_ptr<LoadBatch> Take();
  /// Gives a batch back, to be used again.
  void GiveBack(std::unique_ptr<LoadBatch> batch);
  /// No batch is wanted any more.
  void Cancel();
  /// Waits until there is a batch, or there will be none, or for `most`; false
  /// in the last case.
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

}  // namespace busyhour

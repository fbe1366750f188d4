#include "load/lookahead.h"

#include <chrono>
#include <utility>

namespace busyhour::internal {
namespace {

// Memory of a batch besides its text.
constexpr std::size_t kBatchBytes = sizeof(LoadBatch);
constexpr std::size_t kMostIdle = 64;

std::size_t BytesOf(const LoadBatch& batch) {
  return kBatchBytes + batch.bytes.size() + batch.keys.size() +
         batch.ends.size() * sizeof(batch.ends[0]) +
         batch.pieces.size() * sizeof(batch.pieces[0]);
}

}  // namespace

std::unique_ptr<LoadBatch> Lookahead::New() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return std::make_unique<LoadBatch>();
  std::unique_ptr<LoadBatch> batch = std::move(idle_.back());
  idle_.pop_back();
  return batch;
}

bool Lookahead::Put(std::unique_ptr<LoadBatch> batch) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [this] { return bytes_ < max_bytes_ || canceled_; });
  if (canceled_) return false;
  bytes_ += BytesOf(*batch);
  batches_.push_back(std::move(batch));
  filled_.notify_one();
  return true;
}

void Lookahead::End() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  filled_.notify_one();
}

Nanos Lookahead::NextDue(bool& ended) {
  const std::lock_guard lock(mutex_);
  ended = ended_ && batches_.empty();
  return batches_.empty() ? kNever : batches_.front()->due;
}

std::unique_ptr<LoadBatch> Lookahead::Take() {
  const std::lock_guard lock(mutex_);
  if (batches_.empty()) return nullptr;
  std::unique_ptr<LoadBatch> batch = std::move(batches_.front());
  batches_.pop_front();
  bytes_ -= BytesOf(*batch);
  room_.notify_one();
  return batch;
}

void Lookahead::GiveBack(std::unique_ptr<LoadBatch> batch) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kMostIdle) idle_.push_back(std::move(batch));
}

void Lookahead::Cancel() {
  const std::lock_guard lock(mutex_);
  canceled_ = true;
  batches_.clear();
  bytes_ = 0;
  room_.notify_all();
}

bool Lookahead::WaitForBatch(std::chrono::nanoseconds most) {
  std::unique_lock lock(mutex_);
  return filled_.wait_for(lock, most,
                          [this] { return !batches_.empty() || ended_; });
}

}  // namespace busyhour::internal

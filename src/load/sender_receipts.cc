// What a receipt does to its batch: it ends, is split, or is sent again.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/stream.h"
#include "load/sender.h"

namespace busyhour::internal {
namespace {

constexpr int kMostDoublings = 16;

// Whether the receiver has answered that it does not take these records,
// however slowly they are sent.
bool IsRefusal(const Receipt& receipt) {
  if (receipt.kind == Receipt::Kind::kRefused) return !receipt.is_unanswered;
  return receipt.kind == Receipt::Kind::kAcknowledged &&
         !receipt.refused.empty() && !receipt.is_unanswered;
}

}  // namespace

void Sender::HandleReceipts(Nanos now) {
  // Simultaneous failures count as one, however many batches they concern.
  const bool any_retry = std::any_of(
      receipts_.begin(), receipts_.end(), [](const Receipt& receipt) {
        return receipt.kind == Receipt::Kind::kRetry;
      });
  const bool is_waiting = now < resume_at_;
  if (any_retry) ++failed_at_once_;
  for (const Receipt& receipt : receipts_) Handle(receipt, now);
  account_.SetLostConnections(sink_.lost_connections());
  if (any_retry && !is_waiting) {
    ++failures_;
    resume_at_ = std::max(resume_at_, now + BackoffTime(failures_));
  }
}

void Sender::Handle(const Receipt& receipt, Nanos now) {
  bool was_held = false;
  std::unique_ptr<LoadBatch> batch = TakeBatchOf(receipt, was_held);
  if (batch == nullptr) return;
  Note(receipt, *batch);
  switch (receipt.kind) {
    case Receipt::Kind::kAcknowledged:
    case Receipt::Kind::kProvisional:
      HandleAcceptance(std::move(batch), receipt, was_held, now);
      return;
    case Receipt::Kind::kRefused:
      HandleRefusal(std::move(batch), receipt, now);
      return;
    case Receipt::Kind::kTooLarge:
      last_good_ = now;
      HandleTooLarge(std::move(batch), receipt);
      return;
    case Receipt::Kind::kRetry:
      HandleRetry(std::move(batch), receipt, now);
      return;
  }
}

// The batch of the receipt, which is no longer in flight, nor held because it
// was accepted provisionally. Null if it is neither.
std::unique_ptr<LoadBatch> Sender::TakeBatchOf(const Receipt& receipt,
                                               bool& was_held) {
  std::unique_ptr<LoadBatch> batch;
  if (const auto at = in_flight_.find(receipt.batch); at != in_flight_.end()) {
    batch = std::move(at->second);
    in_flight_.erase(at);
    in_flight_records_ -= batch->records;
  } else if (const auto held = held_.find(receipt.batch); held != held_.end()) {
    batch = std::move(held->second);
    held_.erase(held);
    was_held = true;
    if (receipt.kind == Receipt::Kind::kAcknowledged) {
      account_.Settle(*batch, receipt.certainty);
      if (!receipt.refused.empty()) account_.TakeBack(*batch, receipt.refused);
    } else {
      account_.TakeBack(*batch);
    }
  }
  return batch;
}

// What the receipt says, whatever becomes of the batch.
void Sender::Note(const Receipt& receipt, const LoadBatch& batch) {
  if (!receipt.error.empty()) {
    account_.NoteError(
        receipt.error, receipt.answer,
        receipt.refused.empty() ? batch.records : receipt.refused.size());
  }
  if (!receipt.remark.empty()) {
    account_.NoteRemark(receipt.remark, receipt.answer, batch.records);
  }
  if (IsRefusal(receipt)) NoteRefusal(receipt);
  if (receipt.repeated > 0) account_.NoteCopies(receipt.repeated);
  if (receipt.was_connection_lost) account_.NoteLostRecords(batch.records);
}

void Sender::HandleAcceptance(std::unique_ptr<LoadBatch> batch,
                              const Receipt& receipt, bool was_held,
                              Nanos now) {
  if (!was_held) {
    failures_ = 0;
    last_good_ = now;
    account_.Acknowledge(*batch, now, receipt.refused, receipt.certainty);
  }
  if (receipt.kind == Receipt::Kind::kProvisional) {
    held_.emplace(receipt.batch, std::move(batch));
  } else {
    GiveBack(std::move(batch));
  }
}

void Sender::HandleRefusal(std::unique_ptr<LoadBatch> batch,
                           const Receipt& receipt, Nanos now) {
  if (receipt.is_unanswered) {
    ++failures_;
  } else {
    last_good_ = now;
  }
  if (receipt.is_final && status_.ok()) {
    status_ = Status::Failed(
        receipt.error + (receipt.answer.empty() ? "" : ": " + receipt.answer));
  }
  account_.End(*batch, Ending::kFailed);
  GiveBack(std::move(batch));
}

void Sender::HandleRetry(std::unique_ptr<LoadBatch> batch,
                         const Receipt& receipt, Nanos now) {
  const Nanos asked =
      std::chrono::duration_cast<std::chrono::nanoseconds>(receipt.retry_after)
          .count();
  if (asked > 0) resume_at_ = std::max(resume_at_, now + asked);
  if (++batch->attempts >= options_.max_attempts) {
    if (receipt.refused.empty()) {
      account_.End(*batch, Ending::kFailed);
    } else {
      account_.Acknowledge(*batch, now, receipt.refused, receipt.certainty);
    }
    GiveBack(std::move(batch));
    return;
  }
  account_.Retry(*batch, receipt.may_have_arrived);
  batch->not_before = now + std::max(asked, BackoffTime(batch->attempts));
  queue_bytes_ += batch->bytes.size();
  queued_records_ += batch->records;
  waiting_.push_back(std::move(batch));
}

void Sender::NoteRefusal(const Receipt& receipt) {
  account_.NoteRefusal(receipt.error, receipt.answer);
  if (options_.ends_at_refusal && status_.ok()) {
    status_ =
        Status::Failed("the receiver refuses records: " + account_.refusal());
  }
}

void Sender::HandleTooLarge(std::unique_ptr<LoadBatch> batch,
                            const Receipt& receipt) {
  account_.NoteTooLarge(*batch, receipt.stated_limit);
  LimitBatches(*batch);
  std::size_t most = account_.body_limit().most();
  if (receipt.stated_limit == 0) most = std::min(most, batch->bytes.size() / 2);
  if (QueueParts(*batch, most)) {
    account_.NoteSplit();
  } else {
    NoteRefusal(receipt);
    account_.End(*batch, Ending::kFailed);
  }
  GiveBack(std::move(batch));
}

void Sender::LimitBatches(const LoadBatch& batch) {
  std::size_t most = account_.body_limit().most();
  if (batch.plain_bytes != batch.bytes.size()) {
    // Other batches may compress less well.
    most = static_cast<std::size_t>(BodyLimit::kSafeShare *
                                    static_cast<double>(most) *
                                    static_cast<double>(batch.plain_bytes) /
                                    static_cast<double>(batch.bytes.size()));
  }
  lookahead_.LimitBatches(std::min(most, lookahead_.max_batch_bytes()));
}

bool Sender::QueueParts(const LoadBatch& batch, std::size_t most_bytes) {
  if (options_.splitter == nullptr) return false;
  auto parts = options_.splitter->Split(batch, most_bytes);
  for (auto& part : parts) {
    queue_bytes_ += part->bytes.size();
    queued_records_ += part->records;
    QueueAgain(std::move(part));
  }
  return !parts.empty();
}

// The first retry is immediate; the following ones are increasingly delayed.
Nanos Sender::BackoffTime(int failures) {
  if (failures <= 1) return 0;
  const int doublings = std::min(failures - 2, kMostDoublings);
  const Nanos base =
      std::min(options_.most_backoff, options_.backoff << doublings);
  const std::uint64_t chance =
      PickBelow(Draw(options_.seed, Purpose::kBackoff, failed_at_once_),
                static_cast<std::uint64_t>(base) / 2 + 1);
  return base - base / 4 + static_cast<Nanos>(chance);
}

}  // namespace busyhour::internal

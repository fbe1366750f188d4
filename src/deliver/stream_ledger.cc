#include "deliver/stream_ledger.h"

#include <algorithm>
#include <utility>

#include "base/system.h"

namespace busyhour::internal {
namespace {

// Approximate memory of a batch besides its bytes.
constexpr std::size_t kBatchOverhead = 512;

std::size_t MemoryOf(const Batch& batch) noexcept {
  return batch.bytes.capacity() + kBatchOverhead;
}

Receipt ReceiptOf(Batch* batch, Receipt::Kind kind, Certainty certainty) {
  Receipt receipt;
  receipt.batch = batch;
  receipt.kind = kind;
  receipt.certainty = certainty;
  return receipt;
}

Receipt LossOf(Batch* batch, const std::string& error) {
  Receipt receipt;
  receipt.batch = batch;
  receipt.kind = Receipt::Kind::kRetry;
  receipt.error = error;
  receipt.may_have_arrived = true;
  receipt.was_connection_lost = true;
  return receipt;
}

}  // namespace

std::optional<std::uint64_t> ConfirmedBytes(int fd,
                                            std::uint64_t written) noexcept {
  const std::optional<std::uint64_t> unconfirmed = UnconfirmedBytes(fd);
  if (!unconfirmed) return std::nullopt;
  return written - std::min(written, *unconfirmed);
}

void StreamLedger::Confirm(std::uint64_t confirmed,
                           std::vector<Receipt>& receipts) {
  of_held_ = Certainty::kBuffered;
  Hold(confirmed, kMostUnread, receipts);
}

void StreamLedger::HandOver(std::uint64_t written,
                            std::vector<Receipt>& receipts) {
  of_held_ = Certainty::kHandedOver;
  Hold(written, kMostUnconfirmed + kMostUnread, receipts);
}

void StreamLedger::Hold(std::uint64_t bytes, std::uint64_t most_unread,
                        std::vector<Receipt>& receipts) {
  while (!sent_.empty() && sent_.front().end <= bytes) {
    const Entry entry = sent_.front();
    sent_.pop_front();
    held_bytes_ += MemoryOf(*entry.batch);
    held_.push_back(entry);
    receipts.push_back(
        ReceiptOf(entry.batch, Receipt::Kind::kProvisional, of_held_));
  }
  while (!held_.empty() && held_.front().end + most_unread <= bytes) {
    PutOut(Certainty::kRead, receipts);
  }
  while (held_bytes_ > most_held_) PutOut(of_held_, receipts);
}

void StreamLedger::PutOut(Certainty certainty, std::vector<Receipt>& receipts) {
  Batch* const batch = held_.front().batch;
  held_.pop_front();
  held_bytes_ -= MemoryOf(*batch);
  receipts.push_back(ReceiptOf(batch, Receipt::Kind::kAcknowledged, certainty));
}

void StreamLedger::Read(std::uint64_t read, std::vector<Receipt>& receipts) {
  for (; !sent_.empty() && sent_.front().end <= read; sent_.pop_front()) {
    receipts.push_back(ReceiptOf(
        sent_.front().batch, Receipt::Kind::kAcknowledged, Certainty::kRead));
  }
}

void StreamLedger::Settle(Certainty certainty, std::vector<Receipt>& receipts) {
  while (!held_.empty()) PutOut(certainty, receipts);
}

void StreamLedger::LoseSent(const std::string& error, std::size_t unwritten,
                            std::vector<Receipt>& receipts) {
  for (const Entry& entry : sent_) {
    Receipt receipt = LossOf(entry.batch, error);
    if (&entry == &sent_.back() && unwritten == entry.batch->bytes.size()) {
      receipt.may_have_arrived = false;
      receipt.was_connection_lost = false;
    }
    receipts.push_back(std::move(receipt));
  }
  sent_.clear();
}

void StreamLedger::LoseLast(std::uint64_t bytes, const std::string& error,
                            std::vector<Receipt>& receipts) {
  const std::uint64_t end = held_.empty() ? 0 : held_.back().end;
  while (!held_.empty() && held_.back().end + bytes > end) {
    receipts.push_back(LossOf(held_.back().batch, error));
    held_bytes_ -= MemoryOf(*held_.back().batch);
    held_.pop_back();
  }
}

void StreamLedger::LoseHeld(const std::string& error,
                            std::vector<Receipt>& receipts) {
  for (const Entry& entry : held_) {
    receipts.push_back(LossOf(entry.batch, error));
  }
  held_.clear();
  held_bytes_ = 0;
}

}  // namespace busyhour::internal

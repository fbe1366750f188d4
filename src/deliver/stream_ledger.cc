#include "deliver/stream_ledger.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <utility>

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

std::uint64_t ConfirmedBytes(int fd, std::uint64_t written) noexcept {
  int bytes = 0;
  if (::ioctl(fd, SIOCOUTQ, &bytes) != 0 || bytes < 0) return 0;
  return written - std::min(written, static_cast<std::uint64_t>(bytes));
}

void StreamLedger::Confirm(std::uint64_t confirmed,
                           std::vector<Receipt>& receipts) {
  while (!sent_.empty() && sent_.front().end <= confirmed) {
    const Entry entry = sent_.front();
    sent_.pop_front();
    held_bytes_ += MemoryOf(*entry.batch);
    held_.push_back(entry);
    receipts.push_back(ReceiptOf(entry.batch, Receipt::Kind::kProvisional,
                                 Certainty::kBuffered));
  }
  while (!held_.empty() && held_.front().end + kMostUnread <= confirmed) {
    PutOut(Certainty::kRead, receipts);
  }
  while (held_bytes_ > most_held_) PutOut(Certainty::kBuffered, receipts);
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

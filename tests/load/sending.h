#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "load/sender.h"

// A sender, with a clock and a receiver that tests control.

namespace busyhour::internal {

class FakeClock : public RunClock {
 public:
  Nanos Now() override { return now; }
  Nanos now = 0;
};

/// A receiver that uses the clock of the test. It answers a batch with
/// `answer`, `latency` after it was sent, and accepts `room` batches at a time.
class FakeSink : public BatchSink {
 public:
  explicit FakeSink(FakeClock& clock) : clock_(clock) {}

  Status Open() override { return Status::Ok(); }
  bool HasRoom() const noexcept override {
    return under_way_.size() < room && !IsStalled();
  }
  void Send(Batch& batch) override {
    sent.push_back(batch.index);
    sent_at.push_back(clock_.now);
    under_way_.push_back({&batch, clock_.now + latency});
  }
  void Poll(std::chrono::nanoseconds wait,
            std::vector<Receipt>& receipts) override {
    ++polls;
    Nanos until = clock_.now + wait.count();
    if (!under_way_.empty()) {
      until = std::min(until, std::max(clock_.now, under_way_.front().due));
    }
    if (wait.count() == 0) until = clock_.now + 1000;
    clock_.now = std::max(clock_.now, until);
    while (!under_way_.empty() && under_way_.front().due <= clock_.now &&
           !IsStalled()) {
      Receipt receipt;
      receipt.batch = under_way_.front().batch;
      if (answer) answer(*receipt.batch, receipt);
      under_way_.pop_front();
      if (receipt.kind == Receipt::Kind::kProvisional) {
        held_.push_back(receipt.batch);
      }
      if (!silent) receipts.push_back(std::move(receipt));
    }
  }

  /// Answers again each batch that had a provisional receipt.
  void EndSending() override {
    if (never_sure) return;
    for (Batch* const batch : held_) {
      under_way_.push_back({batch, clock_.now + latency});
    }
    held_.clear();
  }

  bool IsStalled() const noexcept {
    return clock_.now >= stall_begin && clock_.now < stall_end;
  }

  Nanos latency = kMillisecond;
  std::size_t room = 4;
  Nanos stall_begin = kNever;
  Nanos stall_end = kNever;
  bool silent = false;
  bool never_sure = false;
  std::function<void(const Batch&, Receipt&)> answer;
  std::vector<std::uint64_t> sent;
  std::vector<Nanos> sent_at;
  std::uint64_t polls = 0;

 private:
  struct UnderWay {
    Batch* batch;
    Nanos due;
  };
  FakeClock& clock_;
  std::deque<UnderWay> under_way_;
  std::vector<Batch*> held_;
};

/// Batches of ten records, `every` apart, all queued before the run.
struct Sending {
  Sending(int batches, Nanos every) : sink(clock), lookahead(1 << 30) {
    for (int i = 0; i < batches; ++i) {
      auto batch = std::make_unique<LoadBatch>();
      batch->index = static_cast<std::uint64_t>(i);
      batch->bytes.assign(1000, 'x');
      batch->ends = {1000};
      batch->records = 10;
      batch->logs.assign(10, LogType::kUsage);
      batch->ranges[2] = {static_cast<std::uint64_t>(i) * 10, 10};
      for (std::uint32_t j = 0; j < 10; ++j) {
        batch->pieces.push_back({100 * j, 100});
      }
      batch->plain_bytes = 1000;
      batch->BeDueAt(i * every);
      lookahead.Put(std::move(batch));
    }
    lookahead.End();
  }

  Status Go() {
    Sender sender(sink, lookahead, account, clock, options);
    Status status = sender.Run();
    first_full = sender.first_full();
    // For all runs: every planned record has exactly one ending.
    std::uint64_t endings = 0;
    for (std::size_t i = 0; i < kEndingCount; ++i) {
      endings += account.count(static_cast<Ending>(i));
    }
    EXPECT_EQ(endings, account.planned());
    std::uint64_t planned = 0;
    for (const LoadSecond& second : account.seconds()) {
      planned += second.planned;
    }
    EXPECT_EQ(planned, account.planned());
    return status;
  }

  FakeClock clock;
  FakeSink sink;
  Lookahead lookahead;
  Account account;
  Sender::Options options;
  Nanos first_full = -1;
};

}  // namespace busyhour::internal

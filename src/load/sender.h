#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "deliver/batch_sink.h"
#include "load/account.h"
#include "load/batch_splitter.h"
#include "load/lookahead.h"
#include "load/plan_clock.h"
#include "load/run_control.h"

namespace busyhour::internal {

/// The clock of a run, supplied from outside.
class RunClock {
 public:
  virtual ~RunClock() = default;
  virtual Nanos Now() = 0;
};

/// The treatment of a due batch when the queue is full.
enum class Overload : std::uint8_t {
  kWait,  ///< it is sent later, which its lateness shows
  kFail,  ///< the run ends
  kDrop,  ///< it is not sent, and counted as dropped
};

/// Sends batches when they are due, open loop: the planned times do not change,
/// however slow the receiver is. Only a `RunControl` changes them.
///
///   lookahead -> [due] -> queue -> [window] -> sink -> receipt -> account
///                           ^________ retry _________|
class Sender {
 public:
  struct Options {
    bool paced = true;
    /// When the plan ends, by its clock, if not before, with the last batch.
    /// Without a pace, nothing is taken from the lookahead from this time on.
    Nanos end = kNever;
    Overload overload = Overload::kWait;
    std::size_t max_queue_bytes = 64 << 20;
    /// Maximum number of batches without a receipt.
    std::size_t max_in_flight = 64;
    /// Maximum number of attempts to send one batch.
    int max_attempts = 10;
    /// The run ends if nothing has been acknowledged for this time although
    /// something was sent.
    Nanos give_up = 120 * kNanosPerSecond;
    /// Maximum time to send due records and wait for receipts after the end of
    /// the plan; then the run ends. `kNever`: no limit.
    Nanos max_drain = kNever;
    /// The same after an interruption.
    Nanos interrupted_drain = 30 * kNanosPerSecond;
    /// Maximum time to wait for final receipts once everything is acknowledged.
    Nanos settle = 5 * kNanosPerSecond;
    /// Delay before the second retry; doubled each time up to the maximum, and
    /// randomly up to a quarter longer or shorter.
    Nanos backoff = 100'000'000;
    Nanos most_backoff = 5 * kNanosPerSecond;
    /// Whether the run ends when the receiver refuses records.
    bool ends_at_refusal = false;
    std::uint64_t seed = 1;  ///< of the random delays
    SimTime
        began;  ///< time 0 of the run, by the system clock, for those who ask
    /// 0: continue; 1: end in order; 2: end immediately.
    const std::atomic<int>* interrupt = nullptr;
    /// Changes the run while it goes on, unless it is null.
    RunControl* control = nullptr;
    /// Splits batches that the receiver refuses as too large. If null, they
    /// have failed.
    BatchSplitter* splitter = nullptr;
    /// Called about every tenth of a second, and at the end; may be empty.
    std::function<void(const Sender&, Nanos now)> on_progress;
  };

  /// All must outlive the sender.
  Sender(BatchSink& sink, Lookahead& lookahead, Account& account,
         RunClock& clock, Options options);

  /// Sends all batches of the lookahead. Fails if the run ended early by
  /// itself; the account is complete in any case.
  Status Run();

  const Account& account() const noexcept { return account_; }
  SimTime began() const noexcept { return options_.began; }
  const PlanClock& plan_clock() const noexcept { return plan_clock_; }
  bool interrupted() const noexcept { return interrupted_; }
  bool is_paused() const noexcept { return plan_clock_.speed() == 0; }
  /// When the plan ends or ended, by the run's clock: at `Options::end`, or
  /// when it was interrupted or ended by the control. `kNever` if with its last
  /// batch.
  Nanos plan_end() const noexcept {
    return plan_end_ != kNever ? plan_end_
                               : plan_clock_.RunTimeOf(options_.end);
  }
  /// When the queue was first full; negative if never.
  Nanos first_full() const noexcept { return first_full_; }
  std::uint64_t queued() const noexcept { return queued_records_; }
  std::uint64_t in_flight() const noexcept { return in_flight_records_; }
  /// When the oldest batch that could be sent now was due; `kNever` if there is
  /// none. Batches that wait for a retry are not included.
  Nanos oldest_due() const noexcept;
  /// Total time in which nothing was sent because the next batch was not made
  /// yet.
  Nanos starved() const noexcept { return starved_; }
  /// Total time in which a due batch was not sent because `max_in_flight`
  /// batches had no receipt yet.
  Nanos crowded() const noexcept { return crowded_; }

 private:
  // Ends the plan if somebody asked for it, and makes other changes.
  void FollowControl(Nanos now);
  // When the next batch is due; `kNever` if the plan stands still before, or,
  // then with `is_made` false, if there is no batch now.
  Nanos NextDue(bool& is_made);
  // The next batch, with the times of the run.
  std::unique_ptr<LoadBatch> Take();
  void TakeDue(Nanos now);
  void SendQueued(Nanos now);
  void HandleReceipts(Nanos now);
  void Handle(const Receipt& receipt, Nanos now);
  std::unique_ptr<LoadBatch> TakeBatchOf(const Receipt& receipt,
                                         bool& was_held);
  void Note(const Receipt& receipt, const LoadBatch& batch);
  void HandleAcceptance(std::unique_ptr<LoadBatch> batch,
                        const Receipt& receipt, bool was_held, Nanos now);
  void HandleRefusal(std::unique_ptr<LoadBatch> batch, const Receipt& receipt,
                     Nanos now);
  void HandleRetry(std::unique_ptr<LoadBatch> batch, const Receipt& receipt,
                   Nanos now);
  // When the last record is due, as far as it is known; otherwise `kNever`.
  Nanos LastDue() const;
  // Ends a run that goes on for too long after its plan, or without
  // acknowledgements.
  void CheckPatience(Nanos now);
  // Whether to wait for final receipts once everything is acknowledged.
  bool GoOnSettling(Nanos now);
  void QueueAgain(std::unique_ptr<LoadBatch> batch);
  void HandleTooLarge(std::unique_ptr<LoadBatch> batch, const Receipt& receipt);
  void NoteRefusal(const Receipt& receipt);
  // Limits new batches to a size that the receiver accepts.
  void LimitBatches(const LoadBatch& batch);
  // Queues the batch's parts of at most `most_bytes` in its place. False if it
  // cannot be split.
  bool QueueParts(const LoadBatch& batch, std::size_t most_bytes);
  // Whether a queued batch may be sent now.
  bool MaySend(Nanos now) const;
  // Whether one is not sent only because others have no receipt yet.
  bool IsCrowded(Nanos now) const;
  // Queues batches whose delay before a retry has passed.
  void EndWaits(Nanos now);
  std::unique_ptr<LoadBatch> Pop();
  // The delay after this number of failures in a row.
  Nanos BackoffTime(int failures);
  Nanos WaitTime(Nanos now);
  void GiveBack(std::unique_ptr<LoadBatch> batch);
  // Ends the rest of the plan up to that time: queued batches were not sent,
  // batches in flight have failed.
  void Abandon(Nanos plan_end);
  int Interrupt() const {
    return options_.interrupt == nullptr ? 0 : options_.interrupt->load();
  }

  BatchSink& sink_;
  Lookahead& lookahead_;
  Account& account_;
  RunClock& clock_;
  const Options options_;

  std::deque<std::unique_ptr<LoadBatch>> queue_;  // in the plan's order
  // Batches that wait for their retry.
  std::vector<std::unique_ptr<LoadBatch>> waiting_;
  // Total of both.
  std::size_t queue_bytes_ = 0;
  std::uint64_t queued_records_ = 0;
  std::unordered_map<const Batch*, std::unique_ptr<LoadBatch>> in_flight_;
  std::uint64_t in_flight_records_ = 0;
  // Provisionally acknowledged batches: the receiver may not have read them.
  std::unordered_map<const Batch*, std::unique_ptr<LoadBatch>> held_;
  std::vector<Receipt> receipts_;

  Status status_ = Status::Ok();
  bool ended_ = false;  // the lookahead has no more batches
  bool interrupted_ = false;
  PlanClock plan_clock_;
  Nanos plan_end_ = kNever;  // when the plan was ended early
  Nanos resume_at_ = 0;      // nothing is sent before this time
  int failures_ = 0;         // since the last acknowledgement
  // Number of failures; simultaneous ones share a number and therefore a delay.
  std::uint64_t failed_at_once_ = 0;
  Nanos last_good_ =
      0;  // time of the last acknowledgement, or first send after it
  Nanos first_full_ = -1;
  Nanos starved_ = 0;
  Nanos starved_since_ = -1;
  Nanos crowded_ = 0;
  Nanos settling_since_ =
      -1;  // since everything is acknowledged; otherwise negative
};

}  // namespace busyhour::internal

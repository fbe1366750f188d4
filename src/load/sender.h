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
#include "deliver/batch_sink.h"
#include "load/account.h"
#include "load/batch_splitter.h"
#include "load/lookahead.h"

namespace busyhour {

/// The time of a run, from outside.
class RunClock {
 public:
  virtual ~RunClock() = default;
  virtual Nanos Now() = 0;
};

/// What is done with a batch that is due when the queue is full.
enum class Overload : std::uint8_t {
  kWait,  ///< it goes later, and its lateness tells
  kFail,  ///< the run ends
  kDrop,  ///< it is left out and counted
};

/// Sends batches when they are due, open loop: the plan's times stay as they
/// are, however slow the receiver is.
///
///   lookahead -> [due] -> queue -> [window] -> sink -> receipt -> account
///                           ^________ retry _________|
class Sender {
 public:
  struct Options {
    bool paced = true;
    /// Without a pace: nothing is taken from the lookahead from then on.
    Nanos end = kNever;
    Overload overload = Overload::kWait;
    std::size_t max_queue_bytes = 64 << 20;
    /// Batches that were sent and have no receipt.
    std::size_t max_in_flight = 64;
    /// How often one batch is sent at most.
    int max_attempts = 10;
    /// The run ends when nothing has been acknowledged for so long although
    /// something was sent.
    Nanos give_up = 120 * kNanosPerSecond;
    /// How long what was due is sent and waited for once the run is
    /// interrupted.
    Nanos drain = 30 * kNanosPerSecond;
    /// How long, once all is acknowledged, final receipts are waited for.
    Nanos settle = 5 * kNanosPerSecond;
    /// First wait before a batch is sent again; doubled each time, up to the
    /// most, and up to a quarter longer or shorter by chance.
    Nanos backoff = 100'000'000;
    Nanos most_backoff = 5 * kNanosPerSecond;
    std::uint64_t seed = 1;  ///< of that chance
    /// 0 to go on, 1 to end in order, 2 to end at once.
    const std::atomic<int>* interrupt = nullptr;
    /// Splits what the receiver finds too large, which else has failed; may be
    /// null.
    BatchSplitter* splitter = nullptr;
    /// Called every tenth of a second or so, and when all is over; may be
    /// empty.
    std::function<void(const Sender&, Nanos now)> on_progress;
  };

  /// All must outlive the sender.
  Sender(BatchSink& sink, Lookahead& lookahead, Account& account,
         RunClock& clock, Options options);

  /// Sends all that comes out of the lookahead. Fails when the run ended early
  /// for a reason of its own; the account is complete in any case.
  Status Run();

  const Account& account() const noexcept { return account_; }
  bool interrupted() const noexcept { return interrupted_; }
  /// Whether the queue has been full, and since when.
  Nanos first_full() const noexcept { return first_full_; }
  std::uint64_t queued() const noexcept { return queued_records_; }
  std::uint64_t in_flight() const noexcept { return in_flight_records_; }
  /// When the oldest of what could be sent now was due; `kNever` when there is
  /// nothing. What waits to be sent again does not make the rest late.
  Nanos oldest_due() const noexcept;
  /// How long nothing was sent because the next batch was not made yet.
  Nanos starved() const noexcept { return starved_; }

 private:
  void TakeDue(Nanos now);
  void SendQueued(Nanos now);
  void HandleReceipts(Nanos now);
  void Handle(const Receipt& receipt, Nanos now);
  // Whether there are final receipts to wait for once all is acknowledged.
  bool GoOnSettling(Nanos now);
  void QueueAgain(std::unique_ptr<LoadBatch> batch);
  void HandleTooLarge(std::unique_ptr<LoadBatch> batch);
  // Has no more batches made that the receiver would refuse like this one.
  void LimitBatches(const LoadBatch& batch);
  // Queues the batch's parts in its place, of `most_bytes` at most. False when
  // it has none.
  bool QueueParts(const LoadBatch& batch, std::size_t most_bytes);
  // Whether what is queued may be sent now.
  bool MaySend(Nanos now) const;
  // Queues again what has waited long enough.
  void EndWaits(Nanos now);
  std::unique_ptr<LoadBatch> Pop();
  // How long to wait after so many failures in a row.
  Nanos BackoffTime(int failures);
  Nanos WaitTime(Nanos now);
  void GiveBack(std::unique_ptr<LoadBatch> batch);
  // Ends what is left of a plan until then: the queue was not sent, what is
  // under way has failed.
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
  // To be sent again, and not before their time.
  std::vector<std::unique_ptr<LoadBatch>> waiting_;
  // Of both.
  std::size_t queue_bytes_ = 0;
  std::uint64_t queued_records_ = 0;
  std::unordered_map<const Batch*, std::unique_ptr<LoadBatch>> in_flight_;
  std::uint64_t in_flight_records_ = 0;
  // Acknowledged provisionally: the receiver may not have read them.
  std::unordered_map<const Batch*, std::unique_ptr<LoadBatch>> held_;
  std::vector<Receipt> receipts_;

  Status status_ = Status::Ok();
  bool ended_ = false;  // nothing more comes from the lookahead
  bool interrupted_ = false;
  Nanos plan_end_ = kNever;  // when it was interrupted
  Nanos resume_at_ = 0;      // nothing is sent before
  int failures_ = 0;         // since the last acknowledgement
  // Times that anything failed: what fails at once waits as long, each time
  // another time.
  std::uint64_t failed_at_once_ = 0;
  Nanos last_good_ = 0;  // time of it, or of the first sending after it
  Nanos first_full_ = -1;
  Nanos starved_ = 0;
  Nanos starved_since_ = -1;
  Nanos settling_since_ = -1;  // since all was acknowledged; else negative
};

}  // namespace busyhour

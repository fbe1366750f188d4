#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/histogram.h"
#include "dataset/deliveries.h"
#include "load/account_totals.h"
#include "load/body_limit.h"
#include "load/load_batch.h"

namespace busyhour::internal {

/// The account of a run: every planned record is entered once, and leaves with
/// exactly one ending.
class Account {
 public:
  Account() = default;
  /// That of a run that has ended.
  explicit Account(AccountTotals totals) : totals_(std::move(totals)) {}

  /// Before the run: also keeps the times from each of these seconds on.
  void KeepWindows(const std::vector<std::size_t>& from);

  void Plan(const LoadBatch& batch);
  /// Lateness is measured from `send_at`. Only the first attempt of a batch has
  /// one.
  void Send(const LoadBatch& batch, Nanos now, bool paced);
  /// The run ended before the batch, which was due, was sent. It is at least as
  /// late as it is now.
  void LeaveUnsent(const LoadBatch& batch, Nanos now, bool paced);
  /// The batch's records with the numbers in `refused` have failed.
  void Acknowledge(LoadBatch& batch, Nanos now,
                   const std::vector<std::uint32_t>& refused,
                   Certainty certainty);
  /// The acknowledged records now have this certainty.
  void Settle(LoadBatch& batch, Certainty certainty);
  /// Withdraws an acknowledgement: the batch is removed from the second in
  /// which it was entered and from the latencies, and gets another ending
  /// later.
  void TakeBack(LoadBatch& batch);
  /// The acknowledged records with these numbers have failed.
  void TakeBack(LoadBatch& batch, const std::vector<std::uint32_t>& refused);
  /// After `Finish`: all acknowledged records are lost and have failed with
  /// `error`. There are no latencies then.
  void TakeBackAll(const std::string& error);
  void End(const LoadBatch& batch, Ending ending);
  void Retry(const LoadBatch& batch, bool may_have_arrived);
  /// This number of records may exist twice because the sink retried by itself.
  void NoteCopies(std::uint64_t records);
  void NoteError(const std::string& error, const std::string& answer,
                 std::uint64_t records);
  /// Counts a remark about a batch that did not fail.
  void NoteRemark(const std::string& words, const std::string& answer,
                  std::uint64_t records);
  /// The receiver has refused records, and would at any rate.
  void NoteRefusal(const std::string& error, const std::string& answer);
  /// The batch is too large for the receiver, whose limit is `stated_limit`; 0
  /// if it has stated none.
  void NoteTooLarge(const LoadBatch& batch, std::size_t stated_limit);
  /// A batch was split into parts.
  void NoteSplit() noexcept { ++totals_.splits; }
  /// This number of records was in flight, or not known to be read, on a
  /// connection that was lost.
  void NoteLostRecords(std::uint64_t records) {
    totals_.lost_records += records;
  }
  void SetLostConnections(std::uint64_t count) {
    totals_.lost_connections = count;
  }
  /// Waiting records at some moment.
  struct Waiting {
    std::uint64_t queued = 0;
    std::uint64_t in_flight = 0;
    Nanos oldest_due = kNever;  ///< of the queued records
  };
  /// Advances the time to `now` and closes the seconds before it.
  void Advance(Nanos now, const Waiting& waiting);
  /// Also closes the last second.
  void Finish(Nanos now);

  const AccountTotals& totals() const noexcept { return totals_; }
  std::uint64_t planned() const noexcept { return totals_.planned; }
  std::uint64_t planned_of(LogType log) const noexcept {
    return totals_.planned_of[log];
  }
  std::uint64_t sent() const noexcept { return totals_.sent; }
  std::uint64_t count(Ending ending) const noexcept {
    return totals_.endings[static_cast<std::size_t>(ending)];
  }
  std::uint64_t batches() const noexcept { return totals_.batches; }
  std::uint64_t bytes() const noexcept { return totals_.bytes; }
  std::uint64_t retries() const noexcept { return totals_.retries; }
  /// Records that were sent again although they may have arrived.
  std::uint64_t duplicates_possible() const noexcept {
    return totals_.duplicates_possible;
  }
  /// The number of acknowledged records with this certainty.
  std::uint64_t count(Certainty certainty) const noexcept {
    return totals_.certainties[static_cast<std::size_t>(certainty)];
  }
  /// Number of withdrawn acknowledgements, in records.
  std::uint64_t taken_back() const noexcept { return totals_.taken_back; }
  std::uint64_t lost_connections() const noexcept {
    return totals_.lost_connections;
  }
  std::uint64_t lost_records() const noexcept { return totals_.lost_records; }
  const std::map<std::string, LoadError>& errors() const noexcept {
    return totals_.errors;
  }
  /// The first refusal that does not depend on the rate: the error and the
  /// beginning of the receiver's message, in one line; empty if there is none.
  const std::string& refusal() const noexcept { return totals_.refusal; }
  /// Remarks of the receiver about batches that did not fail.
  const std::map<std::string, LoadError>& remarks() const noexcept {
    return totals_.remarks;
  }
  /// The limit on body size, as far as the receiver's answers show it.
  const BodyLimit& body_limit() const noexcept { return totals_.body_limit; }
  /// Number of batches that were split because of the limit.
  std::uint64_t splits() const noexcept { return totals_.splits; }
  /// The records with this ending, by log, as ordered and merged ranges.
  const std::vector<RecordRange>& ranges(Ending ending,
                                         LogType log) const noexcept {
    return ranges_[static_cast<std::size_t>(ending)][log];
  }
  /// The simulated second in which the last planned record was delivered.
  std::uint64_t last_second() const noexcept { return last_second_; }

  /// When the last planned record was due.
  Nanos last_due() const noexcept { return totals_.last_due; }

  /// Acknowledged records per second from the first acknowledgement to the
  /// last one; 0 if there are fewer than two.
  double acknowledged_rate() const noexcept;

  /// The whole run, and the windows that are kept.
  const std::vector<LoadWindow>& windows() const noexcept {
    return totals_.windows;
  }
  /// Those of the whole run.
  const Histogram& lateness() const noexcept {
    return totals_.windows[0].lateness;
  }
  const Histogram& latency() const noexcept {
    return totals_.windows[0].latency;
  }
  const Histogram& service_time() const noexcept {
    return totals_.windows[0].service_time;
  }
  /// Lateness in the current second.
  const Histogram& lateness_now() const noexcept { return second_lateness_; }

  const std::vector<LoadSecond>& seconds() const noexcept {
    return totals_.seconds;
  }
  Nanos end() const noexcept { return totals_.end; }

 private:
  void CloseSecond(const Waiting& waiting);
  // Counts the endings of each log.
  void CountLogs();
  // Counts these records of a batch as failed.
  void AddFailed(const LoadBatch& batch,
                 const std::vector<std::uint32_t>& refused);
  // Adds the latencies of an acknowledged batch, or removes them again:
  // `change` is `Add` or `Remove`.
  void ChangeLatencies(const LoadBatch& batch,
                       void (Histogram::*change)(std::int64_t, std::uint64_t));
  // Removes this number of records from the acknowledged ones.
  void RemoveAcknowledged(LoadBatch& batch, std::uint64_t records);
  // A closed second, or the current one.
  LoadSecond& SecondOf(const LoadBatch& batch) noexcept;

  AccountTotals totals_;
  std::array<PerLog<std::vector<RecordRange>>, kEndingCount> ranges_;
  std::uint64_t last_second_ = 0;
  Nanos first_acknowledged_ = kNever;
  Nanos last_acknowledged_ = 0;
  std::uint64_t first_records_ = 0;  // of the first acknowledgement
  Histogram second_lateness_;
  Histogram second_latency_;
  LoadSecond second_;
};

/// What a manifest notes of a run that has ended, except its target.
Deliveries DeliveriesOf(const Account& account);

}  // namespace busyhour::internal

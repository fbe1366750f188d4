#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/histogram.h"
#include "load/body_limit.h"
#include "load/load_batch.h"

namespace busyhour {

/// How a planned record ended.
enum class Ending : std::uint8_t {
  kAcknowledged,  ///< the receiver has it, as far as its protocol can tell
  kFailed,        ///< it was sent, and refused or not answered
  kDropped,       ///< not sent, because the queue was full
  kNotSent,       ///< the run ended before it was sent
};
inline constexpr std::size_t kEndingCount = 4;
std::string_view NameOf(Ending ending);
/// `buffered`
std::string_view NameOf(Certainty certainty);

/// One second of a run, on the sender's clock.
struct LoadSecond {
  std::uint64_t planned = 0;  ///< records that became due
  std::uint64_t sent = 0;     ///< records sent, counting each attempt
  std::array<std::uint64_t, kEndingCount> endings{};
  std::uint64_t bytes = 0;  ///< bytes sent
  std::uint64_t retries = 0;
  std::uint64_t queued =
      0;  ///< records due and not sent, at the end of the second
  std::uint64_t in_flight =
      0;              ///< records without a receipt, at the end of the second
  Nanos backlog = 0;  ///< age of the oldest queued record, at the end
  Nanos lateness_p50 = 0;
  Nanos lateness_p99 = 0;
  Nanos lateness_max = 0;
  Nanos latency_p50 = 0;  ///< from the intended time to the acknowledgement
  Nanos latency_p99 = 0;
  Nanos latency_max = 0;
};

/// The occurrences of one error.
struct LoadError {
  std::uint64_t batches = 0;
  std::uint64_t records = 0;
  std::string answer;  ///< the receiver's message the first time
};

/// The times of a run from a second on, in nanoseconds.
struct LoadWindow {
  std::size_t from = 0;  ///< a second of the run
  /// Actual minus planned send time of its batch, one value per record.
  Histogram lateness;
  /// Time to the acknowledgement, from when a record was due, and from when it
  /// was sent.
  Histogram latency;
  Histogram service_time;
};

/// The account of a run: every planned record is entered once, and leaves with
/// exactly one ending.
class Account {
 public:
  Account() = default;

  /// Before the run: also keeps the times from each of these seconds on.
  void KeepWindows(const std::vector<std::size_t>& from);

  void Plan(const LoadBatch& batch);
  /// Lateness is measured from `send_at`. Only the first attempt of a batch has
  /// one.
  void Send(const LoadBatch& batch, Nanos now, bool paced);
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
  void NoteSplit() noexcept { ++splits_; }
  /// This number of records was in flight, or not known to be read, on a
  /// connection that was lost.
  void NoteLostRecords(std::uint64_t records) { lost_records_ += records; }
  void SetLostConnections(std::uint64_t count) { lost_connections_ = count; }
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

  std::uint64_t planned() const noexcept { return planned_; }
  std::uint64_t planned_of(LogType log) const noexcept {
    return planned_of_[log];
  }
  std::uint64_t sent() const noexcept { return sent_; }
  std::uint64_t count(Ending ending) const noexcept {
    return endings_[static_cast<std::size_t>(ending)];
  }
  std::uint64_t batches() const noexcept { return batches_; }
  std::uint64_t bytes() const noexcept { return bytes_; }
  std::uint64_t retries() const noexcept { return retries_; }
  /// Records that were sent again although they may have arrived.
  std::uint64_t duplicates_possible() const noexcept {
    return duplicates_possible_;
  }
  /// The number of acknowledged records with this certainty.
  std::uint64_t count(Certainty certainty) const noexcept {
    return certainties_[static_cast<std::size_t>(certainty)];
  }
  /// Number of withdrawn acknowledgements, in records.
  std::uint64_t taken_back() const noexcept { return taken_back_; }
  std::uint64_t lost_connections() const noexcept { return lost_connections_; }
  std::uint64_t lost_records() const noexcept { return lost_records_; }
  const std::map<std::string, LoadError>& errors() const noexcept {
    return errors_;
  }
  /// The first refusal that does not depend on the rate: the error and the
  /// beginning of the receiver's message, in one line; empty if there is none.
  const std::string& refusal() const noexcept { return refusal_; }
  /// Remarks of the receiver about batches that did not fail.
  const std::map<std::string, LoadError>& remarks() const noexcept {
    return remarks_;
  }
  /// The limit on body size, as far as the receiver's answers show it.
  const BodyLimit& body_limit() const noexcept { return body_limit_; }
  /// Number of batches that were split because of the limit.
  std::uint64_t splits() const noexcept { return splits_; }
  /// The records with this ending, by log, as ordered and merged ranges.
  const std::vector<RecordRange>& ranges(Ending ending,
                                         LogType log) const noexcept {
    return ranges_[static_cast<std::size_t>(ending)][log];
  }
  /// The simulated second in which the last planned record was delivered.
  std::uint64_t last_second() const noexcept { return last_second_; }

  /// When the last planned record was due.
  Nanos last_due() const noexcept { return last_due_; }

  /// The whole run, and the windows that are kept.
  const std::vector<LoadWindow>& windows() const noexcept { return windows_; }
  /// Those of the whole run.
  const Histogram& lateness() const noexcept { return windows_[0].lateness; }
  const Histogram& latency() const noexcept { return windows_[0].latency; }
  const Histogram& service_time() const noexcept {
    return windows_[0].service_time;
  }
  /// Lateness in the current second.
  const Histogram& lateness_now() const noexcept { return second_lateness_; }

  const std::vector<LoadSecond>& seconds() const noexcept { return seconds_; }
  Nanos end() const noexcept { return end_; }

 private:
  void CloseSecond(const Waiting& waiting);
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

  std::uint64_t planned_ = 0;
  PerLog<std::uint64_t> planned_of_{};
  std::uint64_t sent_ = 0;
  std::array<std::uint64_t, kEndingCount> endings_{};
  std::uint64_t batches_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t retries_ = 0;
  std::uint64_t duplicates_possible_ = 0;
  std::array<std::uint64_t, kCertaintyCount> certainties_{};
  std::uint64_t taken_back_ = 0;
  std::uint64_t lost_connections_ = 0;
  std::uint64_t lost_records_ = 0;
  std::map<std::string, LoadError> errors_;
  std::map<std::string, LoadError> remarks_;
  std::string refusal_;
  BodyLimit body_limit_;
  std::uint64_t splits_ = 0;
  std::array<PerLog<std::vector<RecordRange>>, kEndingCount> ranges_;
  std::uint64_t last_second_ = 0;
  Nanos last_due_ = 0;
  // The first one is the whole run.
  std::vector<LoadWindow> windows_ = std::vector<LoadWindow>(1);
  Histogram second_lateness_;
  Histogram second_latency_;
  LoadSecond second_;
  std::vector<LoadSecond> seconds_;
  Nanos end_ = 0;
};

}  // namespace busyhour

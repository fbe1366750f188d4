#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/histogram.h"
#include "load/body_limit.h"
#include "load/load_batch.h"

namespace busyhour {

/// What can become of a record that was planned.
enum class Ending : std::uint8_t {
  kAcknowledged,  ///< the receiver has it, as far as its protocol can tell
  kFailed,        ///< it was sent, and refused or never answered for
  kDropped,       ///< left out, because the queue was full
  kNotSent,       ///< the run ended before its turn came
};
inline constexpr std::size_t kEndingCount = 4;
std::string_view NameOf(Ending ending);
/// `buffered`
std::string_view NameOf(Certainty certainty);

/// One second of a run, by the sender's clock.
struct LoadSecond {
  std::uint64_t planned = 0;  ///< records that came due
  std::uint64_t sent = 0;     ///< records, each time they are sent
  std::array<std::uint64_t, kEndingCount> endings{};
  std::uint64_t bytes = 0;  ///< sent
  std::uint64_t retries = 0;
  std::uint64_t queued = 0;     ///< records due and not sent, at its end
  std::uint64_t in_flight = 0;  ///< records without receipt, at its end
  Nanos backlog = 0;  ///< how long the oldest queued record is due, at its end
  Nanos lateness_p50 = 0;
  Nanos lateness_p99 = 0;
  Nanos lateness_max = 0;
  Nanos latency_p50 = 0;  ///< from the intended time to the acknowledgement
  Nanos latency_p99 = 0;
  Nanos latency_max = 0;
};

/// An error that happened, by its few words.
struct LoadError {
  std::uint64_t batches = 0;
  std::uint64_t records = 0;
  std::string answer;  ///< what the receiver said the first time
};

/// The books of a run: every record that was planned is entered once, and
/// leaves with one ending.
class Account {
 public:
  Account() = default;

  void Plan(const LoadBatch& batch);
  /// `lateness` counts from the time that was intended. Only the first time a
  /// batch is sent has one.
  void Send(const LoadBatch& batch, Nanos now, bool paced);
  /// Of its records, those numbered in `refused` have failed all the same.
  void Acknowledge(LoadBatch& batch, Nanos now,
                   const std::vector<std::uint32_t>& refused,
                   Certainty certainty);
  /// What was acknowledged has become as sure as that.
  void Settle(LoadBatch& batch, Certainty certainty);
  /// What was acknowledged is not any more: it leaves the second in which it
  /// was entered, and the latencies, and waits for another ending.
  void TakeBack(LoadBatch& batch);
  /// Of what was acknowledged, the records of these numbers have failed.
  void TakeBack(LoadBatch& batch, const std::vector<std::uint32_t>& refused);
  /// All that was acknowledged is gone, after `Finish`: it has failed, with
  /// `error`. There are no latencies then.
  void TakeBackAll(const std::string& error);
  void End(const LoadBatch& batch, Ending ending);
  void Retry(const LoadBatch& batch, bool may_have_arrived);
  /// So many records may be there twice, although nobody asked for it.
  void NoteCopies(std::uint64_t records);
  void NoteError(const std::string& error, const std::string& answer,
                 std::uint64_t records);
  /// What is worth telling of a batch for which nothing went wrong.
  void NoteRemark(const std::string& words, const std::string& answer,
                  std::uint64_t records);
  /// The receiver has refused the batch for its size.
  void NoteTooLarge(const LoadBatch& batch);
  /// A batch goes on as parts.
  void NoteSplit() noexcept { ++splits_; }
  /// So many records were under way, or not known to be read, in a connection
  /// that was lost.
  void NoteLostRecords(std::uint64_t records) { lost_records_ += records; }
  void SetLostConnections(std::uint64_t count) { lost_connections_ = count; }
  /// What waits, at some moment.
  struct Waiting {
    std::uint64_t queued = 0;
    std::uint64_t in_flight = 0;
    Nanos oldest_due = kNever;  ///< of what is queued
  };
  /// The time has come to `now`: closes the seconds before it.
  void Advance(Nanos now, const Waiting& waiting);
  /// Closes the last second, too.
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
  /// Of the acknowledged records, those that are as sure as that.
  std::uint64_t count(Certainty certainty) const noexcept {
    return certainties_[static_cast<std::size_t>(certainty)];
  }
  /// Records whose acknowledgement was taken back, each time.
  std::uint64_t taken_back() const noexcept { return taken_back_; }
  std::uint64_t lost_connections() const noexcept { return lost_connections_; }
  std::uint64_t lost_records() const noexcept { return lost_records_; }
  const std::map<std::string, LoadError>& errors() const noexcept {
    return errors_;
  }
  /// What is worth telling although nothing went wrong.
  const std::map<std::string, LoadError>& remarks() const noexcept {
    return remarks_;
  }
  /// How large bodies may be, as far as the receiver's answers show.
  const BodyLimit& body_limit() const noexcept { return body_limit_; }
  /// Batches that were split for its sake.
  std::uint64_t splits() const noexcept { return splits_; }
  /// Which records have this ending, by log, in order and joined.
  const std::vector<RecordRange>& ranges(Ending ending,
                                         LogType log) const noexcept {
    return ranges_[static_cast<std::size_t>(ending)][log];
  }
  /// The last simulated second that anything planned was delivered in.
  std::uint64_t last_second() const noexcept { return last_second_; }

  /// When the last record that was planned was due.
  Nanos last_due() const noexcept { return last_due_; }

  /// Actual minus intended time of sending, a value a record.
  const Histogram& lateness() const noexcept { return lateness_; }
  /// From the intended time to the acknowledgement, and from the actual one.
  const Histogram& latency() const noexcept { return latency_; }
  const Histogram& service_time() const noexcept { return service_time_; }
  /// Lateness of the second at hand so far.
  const Histogram& lateness_now() const noexcept { return second_lateness_; }

  const std::vector<LoadSecond>& seconds() const noexcept { return seconds_; }
  Nanos end() const noexcept { return end_; }

 private:
  void CloseSecond(const Waiting& waiting);
  // Enters these records of a batch as failed.
  void AddFailed(const LoadBatch& batch,
                 const std::vector<std::uint32_t>& refused);
  // Enters the latencies of what is acknowledged, or takes them out again.
  void AddLatencies(const LoadBatch& batch);
  void RemoveLatencies(const LoadBatch& batch);
  // Takes out so many of those that are acknowledged.
  void RemoveAcknowledged(LoadBatch& batch, std::uint64_t records);
  // One that is closed, or the one at hand.
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
  BodyLimit body_limit_;
  std::uint64_t splits_ = 0;
  std::array<PerLog<std::vector<RecordRange>>, kEndingCount> ranges_;
  std::uint64_t last_second_ = 0;
  Nanos last_due_ = 0;
  Histogram lateness_;
  Histogram latency_;
  Histogram service_time_;
  Histogram second_lateness_;
  Histogram second_latency_;
  LoadSecond second_;
  std::vector<LoadSecond> seconds_;
  Nanos end_ = 0;
};

}  // namespace busyhour

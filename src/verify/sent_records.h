#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "dataset/deliveries.h"
#include "encode/call_image.h"
#include "encode/encoder.h"
#include "engine/scribe.h"
#include "job/job.h"
#include "logs/call_records.h"
#include "logs/cast.h"
#include "logs/delivery_order.h"
#include "scenario/simulator.h"
#include "verify/fault_truth.h"
#include "verify/sent_part.h"
#include "verify/stream_ends.h"

namespace busyhour {

/// A call that was sent, with the records it left. Lent by `SentRecords`; see
/// `CallHandle`.
struct SentCall {
  std::vector<Record> records;
  /// What befell each of them; empty unless that is expected.
  std::vector<SentFault> faults;
  CallImage image;
  CallKey key;
  std::uint64_t first_mark = 0;  ///< of its first record
  std::size_t shard = 0;

 private:
  friend class CallHandle;
  int handles_ = 0;
};

/// Holds a call that `SentRecords` has found: it stays that call for as long as
/// any handle to it exists, whatever else is looked up. Empty when there is no
/// such call. Handles end before their `SentRecords`. For one thread.
class CallHandle {
 public:
  CallHandle() = default;
  explicit CallHandle(SentCall& call) noexcept : call_(&call) {
    ++call.handles_;
  }
  CallHandle(const CallHandle& other) noexcept : call_(other.call_) {
    if (call_ != nullptr) ++call_->handles_;
  }
  CallHandle(CallHandle&& other) noexcept
      : call_(std::exchange(other.call_, nullptr)) {}
  CallHandle& operator=(CallHandle other) noexcept {
    std::swap(call_, other.call_);
    return *this;
  }
  ~CallHandle() {
    if (call_ != nullptr) --call_->handles_;
  }

  explicit operator bool() const noexcept { return call_ != nullptr; }
  SentCall& operator*() const noexcept { return *call_; }
  SentCall* operator->() const noexcept { return call_; }

  static bool Holds(const SentCall& call) noexcept { return call.handles_ > 0; }

 private:
  SentCall* call_ = nullptr;
};

/// How much of a job has been sent, while it is in progress. The rest is known
/// as the job's, but not yet due.
struct SentSoFar {
  /// Only what was delivered before.
  std::optional<SimTime> until;
  /// Of each job, only what its streams hold; nothing for a whole one. May be
  /// shorter than the list of jobs.
  std::vector<std::optional<std::vector<StreamExtent>>> streams;
};

/// All records of a job: how many there are, which of them have been seen, and
/// each one again from its call.
///
/// Nothing of the records is kept but a mark each. The job's calls are
/// simulated once to learn how many records each leaves, see `SentPart`; beside
/// that each record whose text is expected to be damaged takes 24 bytes.
///
/// For one thread.
class SentRecords {
 public:
  /// `jobs` differ in their shards only. Simulates all their calls on so many
  /// threads, twice those of jobs with streams that are not whole. With
  /// `expects_faults` what was sent is what the jobs' faults have made of the
  /// records: none that was dropped, and copies besides; else it is the records
  /// as they were meant.
  SentRecords(const Plan& plan, const Cast& cast, const std::vector<Job>& jobs,
              const SentSoFar& so_far = {}, bool expects_faults = false,
              int threads = 1);
  ~SentRecords();

  std::uint64_t calls() const noexcept { return calls_; }
  /// Records that are due.
  std::uint64_t sent(LogType log) const noexcept { return sent_[log]; }
  const PerLog<std::uint64_t>& sent() const noexcept { return sent_; }
  /// All records that one job writes, due or not, with its faults.
  const PerLog<std::uint64_t>& made_in(std::size_t shard) const noexcept;
  /// What is held for the marks, in bytes.
  std::size_t index_bytes() const noexcept;

  /// The call of that name; empty when it was not sent.
  CallHandle Find(CallKey key);

  /// A record that has been seen, as it was delivered.
  struct Seen {
    Record delivered;  ///< the record, or its copy
    bool is_due = true;
  };
  /// Marks a record of the call as seen: the record itself or its copy,
  /// whichever is due and has not been seen before; of two that are alike, the
  /// record. Nothing when both have been seen.
  std::optional<Seen> Mark(const SentCall& call, std::size_t record) noexcept;
  /// Whether it has been seen as often as it was sent.
  bool IsMarked(const SentCall& call, std::size_t record) const noexcept;

  /// Whether a record of the call has been sent by now, apart from its copy.
  bool IsDue(const SentCall& call, std::size_t record) const noexcept;
  /// Whether a record of the call was expected to be dropped.
  static bool IsDropped(const SentCall& call, std::size_t record) noexcept {
    return !call.faults.empty() && call.faults[record].dropped;
  }
  /// Whether damage is expected that makes texts unlike any record.
  bool knows_texts() const noexcept { return expects_; }

  struct Known {
    CallHandle call;
    std::size_t record = 0;
    bool is_sure = true;  ///< false: it may be another with the same text
  };
  /// The record that was delivered as this text, damaged, if that is expected.
  std::optional<Known> FindText(std::string_view text);

  /// Calls `show(call, record)` for records that are due and not marked, in the
  /// order of their calls, until it returns false; twice, where a copy is
  /// missing too.
  template <class Show>
  void EachUnmarked(const Show& show) {
    for (std::size_t shard = 0; shard < shard_count(); ++shard) {
      std::optional<CallKey> key;
      while ((key = NextUnmarked(shard, key))) {
        const CallHandle call = Find(*key);
        for (std::size_t i = 0; i < call->records.size(); ++i) {
          for (std::uint64_t lost = LostOf(*call, i); lost > 0; --lost) {
            if (!show(*call, i)) return;
          }
        }
      }
    }
  }

 private:
  std::size_t shard_count() const noexcept { return parts_.size(); }
  static Record CopyOf(const SentCall& call, std::size_t record);
  // How often it was sent and has not been seen.
  std::uint64_t LostOf(const SentCall& call, std::size_t record);
  bool IsToCome(CallKey key, std::size_t record) const;
  // A place for a call whose own is held by a handle to another one.
  SentCall& Spare();
  // The first call after `after` that has unmarked records.
  std::optional<CallKey> NextUnmarked(std::size_t shard,
                                      std::optional<CallKey> after) const;

  const Plan& plan_;
  const Cast& cast_;
  Job job_;  // of the first shard
  Scribe scribe_;
  std::unique_ptr<FaultTruth> truth_;  // where the job has faults
  bool expects_ = false;
  std::vector<std::unique_ptr<SentPart>> parts_;
  std::uint64_t calls_ = 0;
  PerLog<std::uint64_t> sent_{};
  std::vector<SentCall> cache_;
  std::vector<std::uint64_t> cached_;  // names of the calls in cache_
  std::deque<SentCall> spares_;        // as many as were ever wanted at a time
};

}  // namespace busyhour

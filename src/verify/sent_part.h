#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "job/job.h"
#include "logs/cast.h"
#include "logs/delivery_order.h"
#include "scenario/plan.h"
#include "verify/fault_truth.h"
#include "verify/stream_ends.h"

namespace busyhour {

/// The records of one shard of a job: their number for each caller, which of
/// them are due, and which were received. The records of a caller are those of
/// the first attempt and of all calls that follow from it.
///
/// Stores only one mark per record. The calls are simulated once to count their
/// records:
///
///   slots    1 bit per second, 4 bytes per second with first attempts
///   callers  2 bytes per caller, 8 more for 64 callers
///   marks  1 bit per record, 1 more if copies are expected
///
/// For one thread.
class SentPart {
 public:
  /// Limits the records to those delivered before `until` and contained in
  /// `streams`, if given. `truth` may be null for a job without faults; with
  /// `expects_faults`, it defines what was sent. Simulates the shard's calls on
  /// this number of threads, twice if there are `streams`.
  SentPart(const Plan& plan, const Cast& cast, const Job& job, int threads,
           std::optional<SimTime> until,
           const std::optional<std::vector<StreamExtent>>& streams,
           FaultTruth* truth, bool expects_faults);

  bool Has(CallKey key) const noexcept { return shard_.Has(key); }
  /// Number of records that are due.
  const PerLog<std::uint64_t>& sent() const noexcept { return sent_; }
  /// Number of records that the shard writes, due or not, with its faults.
  const PerLog<std::uint64_t>& made() const noexcept { return made_; }
  std::uint64_t calls() const noexcept { return calls_; }
  std::size_t bytes() const noexcept;

  /// Whether a record has been sent so far. With unexpected faults, a record
  /// has been sent when it or its copy was delivered.
  bool IsDue(const Record& record) const noexcept;

  struct Place {
    std::uint64_t first_mark = 0;
    std::uint32_t records = 0;
  };
  /// Position of the marks of the records of a call's caller; nothing if no
  /// record of this caller was sent.
  std::optional<Place> Find(CallKey key) const noexcept;

  bool IsMarked(std::uint64_t mark) const noexcept {
    return (marks_[mark / 64] >> mark % 64 & 1) != 0;
  }
  /// False if it was already marked.
  bool Mark(std::uint64_t mark) noexcept;

  /// Whether a copy of the record is expected and was not received yet.
  bool IsPending(std::uint64_t mark) const noexcept {
    return !pending_.empty() && (pending_[mark / 64] >> mark % 64 & 1) != 0;
  }
  void TakeCopy(std::uint64_t mark) noexcept {
    pending_[mark / 64] &= ~(std::uint64_t{1} << mark % 64);
  }

  /// The first attempt of the first caller who has unmarked records: after that
  /// of `after`, or of all callers.
  std::optional<CallKey> NextUnmarked(std::optional<CallKey> after) const;

 private:
  using CallRecords = std::span<const Record>;

  // 64 seconds: which of them have calls, and the index of the first of those.
  struct Block {
    std::uint64_t has_calls = 0;
    std::size_t first_slot = 0;
  };

  bool WasDelivered(const Record& record) const noexcept;
  // All due records were delivered before this time.
  std::int64_t end_ms() const noexcept;
  // The index of a second among the slots with calls; nothing if it has no
  // calls.
  std::optional<std::size_t> SlotOf(std::uint64_t second) const noexcept;
  // The number of the first caller after those of the slot.
  std::uint32_t EndOf(std::size_t slot) const noexcept;
  // Number of callers of the same slot and shard before that of this call.
  std::uint32_t RankOf(CallKey key) const noexcept;
  void AddCall(CallRecords records);
  // Call this after `AddCall()`.
  void AddFaults(CallRecords records, FaultTruth& truth);
  // Adds a caller without records, or records of the last one.
  void AddCaller();
  void AddToLast(std::size_t records);

  Shard shard_;
  std::uint64_t first_slot_;
  std::vector<Block> blocks_;
  std::vector<std::uint32_t> slots_;   // number of each slot's first caller
  std::vector<std::uint16_t> counts_;  // records of each caller
  std::vector<std::uint64_t> groups_;  // first record of every kGroup callers
  std::vector<std::uint64_t> marks_;
  std::vector<std::uint64_t> pending_;  // expected, unreceived copies
  std::vector<std::uint64_t> dropped_;  // marks, while calls are added
  std::uint64_t records_ = 0;
  std::uint64_t calls_ = 0;
  PerLog<std::uint64_t> made_{};
  PerLog<std::uint64_t> sent_{};
  const Faults* unexpected_ = nullptr;  // faults that are not expected
  // Records delivered from here on are not due.
  DeliveryOrder until_;
  // For each log: where the due records end, begin again, and so on.
  PerLog<std::vector<DeliveryOrder>> turns_;
};

}  // namespace busyhour

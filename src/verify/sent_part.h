#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "job/job.h"
#include "logs/delivery_order.h"
#include "logs/worlds.h"
#include "verify/caller_index.h"
#include "verify/fault_truth.h"
#include "verify/kept_records.h"
#include "verify/series.h"
#include "verify/stream_ends.h"

namespace busyhour::internal {

/// For `SentPart::EachDue`: a bit of `Record::marks` that nothing else uses.
inline constexpr std::uint8_t kLostMark = 0x80;

/// How much of the jobs of a verification was sent, besides the totals.
struct SentAmounts {
  VerifySeries series;                   ///< `kSent` only
  std::vector<std::uint64_t> resources;  ///< records by `CallKey::resource`
};

/// The records of one shard of a job: their number for each caller, which of
/// them are due, and which were received.
///
/// Stores one mark per record, the index of the callers of each resource, and
/// the records of the first calls. The calls are simulated once to count their
/// records:
///
///   marks  1 bit per record, 1 more if copies are expected
///
/// For one thread.
class SentPart {
 public:
  /// Limits the records to those of the logs `judged`, delivered before `until`
  /// and contained in `streams`, if given. Adds the due ones to `amounts`.
  /// `truth` may be null for a job without faults; with `expects_faults`, it
  /// defines what was sent. Keeps the first `most_kept` records. Simulates the
  /// shard's calls on this number of threads, twice if there are `streams`.
  SentPart(const Worlds& worlds, const Job& job, int threads, LogSet judged,
           std::optional<SimTime> until,
           const std::optional<std::vector<StreamExtent>>& streams,
           FaultTruth* truth, bool expects_faults, std::size_t most_kept,
           SentAmounts& amounts);

  bool Has(CallKey key) const noexcept {
    return resources_.Has(key.resource) && shard_.Has(key);
  }
  /// Number of records that are due.
  const PerLog<std::uint64_t>& sent() const noexcept { return sent_; }
  /// Number of records that the shard writes, due or not, with its faults.
  const PerLog<std::uint64_t>& made() const noexcept { return made_; }
  std::uint64_t calls() const noexcept { return calls_; }
  /// Memory of the marks and the index.
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
  /// The records of a resource's caller with this place; none if they are not
  /// kept.
  std::span<const Record> KeptOf(std::uint32_t resource,
                                 const Place& place) const noexcept {
    return kept_.Of(resource, place.first_mark - first_marks_[resource],
                    place.records);
  }

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

  /// Calls `take(call, records)` with the due records of each call, as they
  /// were delivered, in the order of the calls. The unmarked ones have
  /// `kLostMark`. `job` is that of the constructor, `faults` are the expected
  /// ones, or null. Simulates the calls again.
  void EachDue(
      const Worlds& worlds, const Job& job, int threads, const Faults* faults,
      const std::function<void(CallKey, std::span<const Record>)>& take) const;

  /// The first attempt of the first caller who has unmarked records: after that
  /// of `after`, or of all callers.
  std::optional<CallKey> NextUnmarked(std::optional<CallKey> after) const;

 private:
  using CallRecords = std::span<const Record>;

  bool WasDelivered(const Record& record) const noexcept;
  // Appends the record with this mark, and its copy, to `due` if they are due.
  void AppendDue(const Record& record, std::uint64_t mark, const Faults* faults,
                 std::vector<Record>& due) const;
  // All due records were delivered before this time.
  std::int64_t end_ms() const noexcept;
  // Call this after the call was added to the callers.
  void AddFaults(CallRecords records, FaultTruth& truth);
  // Makes room for the marks, and sets those that are known. Call this after
  // the last call.
  void MakeMarks();

  // A record of a resource, before the marks of all resources have places.
  struct Unplaced {
    std::uint32_t resource = 0;
    std::uint64_t number = 0;
  };

  Shard shard_;
  ResourceRange resources_;
  std::vector<CallerIndex> callers_;        // of each resource
  std::vector<std::uint64_t> first_marks_;  // of each resource
  KeptRecords kept_;
  std::vector<std::uint64_t> marks_;
  std::vector<std::uint64_t> pending_;  // expected, unreceived copies
  // While calls are added: records that are dropped, and with copies.
  std::vector<Unplaced> dropped_;
  std::vector<Unplaced> repeated_;
  std::uint64_t calls_ = 0;
  PerLog<std::uint64_t> made_{};
  PerLog<std::uint64_t> sent_{};
  LogSet judged_;
  const Faults* unexpected_ = nullptr;  // faults that are not expected
  // Records delivered from here on are not due.
  DeliveryOrder until_;
  // For each log: where the due records end, begin again, and so on.
  PerLog<std::vector<DeliveryOrder>> turns_;
};

}  // namespace busyhour::internal

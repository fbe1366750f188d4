#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "dataset/deliveries.h"
#include "job/job.h"
#include "logs/call_records.h"
#include "logs/delivery_order.h"
#include "logs/worlds.h"
#include "verify/fault_truth.h"
#include "verify/sent_call.h"
#include "verify/sent_part.h"
#include "verify/stream_ends.h"

namespace busyhour::internal {

class CallMaker;
class LossFinder;

/// How much of a job in progress has been sent. The other records belong to the
/// job, but are not due yet.
struct SentSoFar {
  /// The logs that are judged; no record of another log is due.
  LogSet judged = LogSet::All();
  /// Only records that were delivered before this time.
  std::optional<SimTime> until;
  /// For each job, only the records in its streams; all records if not set. May
  /// be shorter than the list of jobs.
  std::vector<std::optional<std::vector<StreamExtent>>> streams;
};

/// All records of one or more jobs: how many there are, which of them were
/// received, and their content, which is generated again from their call.
///
/// Stores one mark per record. The job's calls are simulated once to count
/// their records, see `SentPart`; the records of the first calls are kept. Each
/// record with an expected damaged text takes 24 bytes more.
///
/// For one thread; any number of `CallMaker` may read it meanwhile.
class SentRecords {
 public:
  /// Number of kept records: 84 MB, which 1.8 GB of text have (our assumption).
  static constexpr std::size_t kMostKept = 2 << 20;

  /// `jobs` have no record in common: they have different resources or seeds,
  /// are shards of one job, or follow each other in time. Windows can divide
  /// the records of a call between jobs. `worlds` has their
  /// resources (`Job::resources`). Simulates all their calls on this number of
  /// threads; twice for jobs with incomplete streams. With
  /// `expects_faults`, the job's faults define what was sent: no dropped
  /// records, but copies. Otherwise, the records without faults define it.
  /// Keeps at most `most_kept` records, as many of each job.
  SentRecords(const Worlds& worlds, const std::vector<Job>& jobs,
              const SentSoFar& so_far = {}, bool expects_faults = false,
              int threads = 1, std::size_t most_kept = kMostKept);
  ~SentRecords();

  std::uint64_t calls() const noexcept { return calls_; }
  /// The logs of all jobs.
  LogSet logs() const noexcept { return logs_; }
  /// Number of records that are due.
  std::uint64_t sent(LogType log) const noexcept { return sent_[log]; }
  const PerLog<std::uint64_t>& sent() const noexcept { return sent_; }
  /// The same, by other properties of the records.
  const SentAmounts& amounts() const noexcept { return amounts_; }
  /// Number of due records of one job.
  std::uint64_t sent_in(std::size_t shard) const noexcept;
  /// Number of its calls.
  std::uint64_t calls_in(std::size_t shard) const noexcept {
    return parts_[shard].sent->calls();
  }
  std::size_t shard_count() const noexcept { return parts_.size(); }
  /// Number of records that one job writes, due or not, with its faults.
  const PerLog<std::uint64_t>& made_in(std::size_t shard) const noexcept;
  /// Memory used for the marks, in bytes.
  std::size_t index_bytes() const noexcept;

  /// The call with this key; empty if no record of its caller was sent.
  CallHandle Find(CallKey key);
  /// Calls `use(call)` for the call with this key, and for the same call of
  /// resources with the same ids in other jobs, as far as they were sent.
  template <class Use>
  void EachOf(CallKey key, const Use& use) {
    std::optional<std::uint32_t> resource = key.resource;
    while (resource) {
      key.resource = *resource;
      if (CallHandle call = Find(key)) use(std::move(call));
      resource = worlds_.SameAfter(*resource);
    }
  }
  /// Number of calls worth keeping in memory: twice those in progress at a
  /// time, within limits.
  std::size_t calls_to_keep() const noexcept { return calls_to_keep_; }

  /// A received record, as it was delivered.
  struct Seen {
    Record delivered;  ///< the record, or its copy
    bool is_due = true;
  };
  /// Marks a record as received: the record itself or its copy, whichever is
  /// due and was not received before; if this applies to both or to none, the
  /// record. Nothing if both were received before.
  std::optional<Seen> Mark(const SentRecord& sent) noexcept;
  /// Whether it was received as often as it was sent.
  bool IsMarked(const SentCall& call, std::size_t record) const noexcept;

  /// Whether a record of the call has been sent so far, regardless of its copy.
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
    bool is_sure = true;  ///< false: other records have the same text
  };
  /// The record that was delivered with this damaged text, if faults are
  /// expected.
  std::optional<Known> FindText(std::string_view text);

  /// Adds all due records to `finder`, which finds the lost ones. Simulates the
  /// calls again.
  void FindLosses(LossFinder& finder) const;

  /// Calls `show(call, record)` for records that are due and not marked,
  /// resource by resource in the order of their calls, until it returns false.
  /// Calls it twice if a copy is missing, too.
  template <class Show>
  void EachUnmarked(const Show& show) {
    for (std::size_t shard = 0; shard < shard_count(); ++shard) {
      std::optional<CallKey> key;
      while ((key = NextUnmarked(shard, key))) {
        // All calls of the caller.
        CallHandle call = Find(*key);
        while (call) {
          for (std::size_t i = 0; i < call->records.size(); ++i) {
            for (std::uint64_t lost = LostOf(*call, i); lost > 0; --lost) {
              if (!show(*call, i)) return;
            }
          }
          if (call->key.generation() == kMostRedials) break;
          call = Find(call->key.Next());
        }
      }
    }
  }

 private:
  friend class CallMaker;

  // What was sent by one job, which may be one shard of several.
  struct Part {
    Job job;
    std::unique_ptr<FaultTruth> truth;  // set if the job has faults
    bool expects = false;               // whether they define what was sent
    std::unique_ptr<SentPart> sent;
  };

  const SentPart& PartOf(const SentCall& call) const noexcept {
    return *parts_[call.shard].sent;
  }
  // How often it was sent, but not received.
  std::uint64_t LostOf(const SentCall& call, std::size_t record);
  // The record of one of the owners of a text.
  std::optional<Known> KnownOf(std::span<const FaultTruth::Owner> owners);
  bool IsToCome(CallKey key, std::size_t record);
  // Space for a call whose place in the cache is taken by a call with handles.
  SentCall& Spare();
  // As `SentPart::NextUnmarked`.
  std::optional<CallKey> NextUnmarked(std::size_t shard,
                                      std::optional<CallKey> after) const;

  const Worlds& worlds_;
  int threads_;
  bool expects_ = false;
  std::vector<Part> parts_;
  LogSet logs_;
  std::uint64_t calls_ = 0;
  PerLog<std::uint64_t> sent_{};
  SentAmounts amounts_;
  std::unique_ptr<CallMaker> maker_;
  std::size_t calls_to_keep_ = 0;
  std::vector<SentCall> cache_;  // filled when a call is first looked up
  std::vector<CallKey> cached_;  // the calls in `cache_`, or `kNoCall`
  std::deque<SentCall> spares_;  // as many as were needed at the same time
};

}  // namespace busyhour::internal

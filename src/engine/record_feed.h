#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "encode/encoder.h"
#include "engine/call_feed.h"
#include "engine/due_records.h"
#include "engine/pool.h"
#include "engine/portion_context.h"
#include "engine/tally.h"
#include "engine/unsorted_seconds.h"
#include "faults/faults.h"
#include "job/job.h"
#include "logs/record.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// The records of a job's shard in order of delivery, as delivered: with the
/// faults that drop, duplicate or delay them. A pool's workers simulate ahead.
///
///   while (feed.More()) {
///     Use(feed.due());
///     feed.Remove(feed.due().size());
///   }
///
/// For the thread that owns the pool.
class RecordFeed {
 public:
  /// All must outlive the feed, and `pool` ends before it. At most `window`
  /// portions of calls are simulated ahead. Counts calls and faults in `tally`.
  /// For `max_unsorted_second` see `DueRecords`.
  RecordFeed(const PortionContext& context, const Faults& faults, Pool& pool,
             std::size_t window, Tally& tally,
             std::size_t max_unsorted_second = 0)
      : calls_(context, pool, window),
        due_(*context.worlds, *context.job, context.routes, faults, tally,
             max_unsorted_second),
        tally_(tally) {}

  /// Skips the first `records` of a stream, see `DueRecords`.
  void Skip(std::size_t stream, std::uint64_t records) {
    due_.Skip(stream, records);
  }

  /// Simulates a portion of calls, or makes the records of the next second or
  /// period due. False if no records follow: then the last ones are due.
  bool More();

  /// The records that are due, in order; more may follow.
  std::span<const Record> due() const noexcept { return due_.due(); }
  /// As the functions of `DueRecords`.
  UnsortedSeconds& seconds() noexcept { return due_.seconds(); }
  bool leaves_unsorted() const noexcept { return due_.leaves_unsorted(); }
  bool completes_period() const noexcept { return due_.completes_period(); }
  bool holds() const noexcept { return due_.holds(); }
  /// Removes the first `count` due records.
  void Remove(std::size_t count) { due_.Remove(count); }

  /// After the last record: why the extent was not reached, or fewer records
  /// came than were to skip; empty if neither.
  std::string WhyNotReached() const;

  /// As `CallFeed::complete_slot` and `CallFeed::reached`.
  std::uint64_t complete_slot() const noexcept {
    return calls_.complete_slot();
  }
  std::uint64_t reached() const noexcept { return calls_.reached(); }

 private:
  bool SimulateCalls();

  CallFeed calls_;
  DueRecords due_;
  Tally& tally_;
  bool has_calls_ = true;
  bool has_ended_ = false;
};

/// A `RecordFeed` with all that it needs.
class JobRecords {
 public:
  /// Both must outlive it. Throws `std::runtime_error` if a thread cannot be
  /// started.
  JobRecords(const Worlds& worlds, const Job& job, int threads);

  RecordFeed& feed() noexcept { return *feed_; }
  const Tally& tally() const noexcept { return tally_; }

 private:
  Encoder encoder_;
  Faults faults_;
  Tally tally_;
  std::vector<Workspace> workspaces_;
  PortionContext context_;
  std::optional<RecordFeed> feed_;
  // Declared after the feed, so that its threads end first.
  Pool pool_;
};

}  // namespace busyhour::internal

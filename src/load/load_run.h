#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "job/job.h"
#include "load/account.h"
#include "load/batcher.h"
#include "load/run_control.h"
#include "load/sender.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// The content and the timing of a run.
struct LoadPlan {
  Job job;
  /// Whether the callback events of the calls are sent, and not their records.
  bool sends_events = false;
  PaceUnit unit = PaceUnit::kSimulatedSeconds;
  Pace pace;
  /// Nothing is due at or after this time of the plan. `kNever`: only the end
  /// of the job applies.
  Nanos end = kNever;
  BatchRules rules;
  int threads = 1;
  /// Maximum amount of text that is made before it is due.
  std::size_t lookahead_bytes = 16 << 20;
  Sender::Options sender;
  /// Seconds of the run from which times are also kept.
  std::vector<std::size_t> windows;
  /// Time 0 of the run, by the system clock. Without it, the time at which the
  /// first batch is available.
  std::optional<SimTime> start_at;
};

struct LoadResult {
  Account account;
  SimTime began;  ///< time 0 of the run, by the system clock
  Status status = Status::Ok();
  bool interrupted = false;
  Nanos first_full = -1;  ///< when the queue was first full; -1 if never
  Nanos starved = 0;      ///< time spent waiting for records to be made
  Nanos crowded = 0;      ///< time spent waiting for batches in flight
  bool whole = false;     ///< whether the complete job was planned
  /// When the plan ended, by the run's clock; `kNever` if with its last record.
  Nanos plan_end = kNever;
  std::vector<RunChange> changes;
  std::string rate_unit;  ///< of the changes
  /// When the first record that is not part of the plan would have been due,
  /// because the run ends before; `kNever` if there is none.
  Nanos next_due = kNever;
};

/// Makes the job's records on separate threads, and sends them to `sink` from
/// the calling thread. The sink must be open, and is closed at the end.
LoadResult RunLoad(const Worlds& worlds, const LoadPlan& load, BatchSink& sink);

/// The same by this clock, on the calling thread: makes all records, and then
/// sends them. If `sink` depends on the clock alone, so does the result.
LoadResult RunLoad(const Worlds& worlds, const LoadPlan& load, BatchSink& sink,
                   RunClock& clock);

}  // namespace busyhour::internal

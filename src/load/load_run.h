#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

#include "job/job.h"
#include "load/account.h"
#include "load/batcher.h"
#include "load/sender.h"
#include "logs/cast.h"
#include "scenario/plan.h"

namespace busyhour {

/// What is sent, and when.
struct LoadPlan {
  Job job;
  PaceUnit unit = PaceUnit::kSimulatedSeconds;
  Pace pace;
  /// Nothing is due at this time of the run or later; `kNever` for the job's
  /// own end.
  Nanos end = kNever;
  BatchRules rules;
  int threads = 1;
  /// Text that is made before it is due, at most.
  std::size_t lookahead_bytes = 16 << 20;
  Sender::Options sender;
  /// Time 0 of the run is the job's start by the wall's clock; else it comes
  /// once there is something to send.
  bool at_wall_time = false;
};

struct LoadResult {
  Account account;
  Status status = Status::Ok();
  bool interrupted = false;
  Nanos first_full = -1;  ///< when the queue was full first; -1 for never
  Nanos starved = 0;      ///< spent waiting for records to be made
  bool whole = false;     ///< whether all of the job was planned
};

/// Makes the job's records on threads of its own, and sends them to `sink` from
/// this one. The sink is open, and is closed at the end.
LoadResult RunLoad(const Plan& plan, const Cast& cast, const LoadPlan& load,
                   BatchSink& sink);

}  // namespace busyhour

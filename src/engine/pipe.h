#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/status.h"
#include "deliver/sink.h"
#include "engine/stream_point.h"
#include "job/job.h"
#include "logs/cast.h"
#include "scenario/plan.h"

namespace busyhour {

class PortionTaker;

/// How far a run has got.
struct Progress {
  Tally tally;
  /// Share of the extent that is done, [0, 1].
  double done = 0.0;
};

/// The way of the data, from the calls to the sinks:
///
///   calls -> simulate -> records -> calendar -> encode -> frame -> sink
///            [workers]              [owner]     [workers]  [owner]
///
/// and between frame and sink, where that is asked for, compress [workers].
///
/// Work goes out to the workers in portions and comes back in order through a
/// bounded window, so the bytes are the same for any number of workers, and
/// memory follows the records in flight.
class Pipe {
 public:
  /// Where the records of each log go: an index into the sinks. Logs may share
  /// a sink where the frame allows it (`ReasonAgainstFile`).
  using Routes = PerLog<std::size_t>;

  struct Options {
    int threads = 1;
    /// Set from outside to stop early; may be null.
    const std::atomic<bool>* stop = nullptr;
    /// Called by the owner every tenth of a second or so; may be empty.
    std::function<void(const Progress&)> on_progress;
    /// Called by the owner when it is time to note how far the run has got:
    /// seldom, and the seldomer the longer it lasts. May be empty.
    std::function<Status(const Snapshot&)> on_checkpoint;
    /// Where each stream was left by an earlier run of the same job; empty to
    /// begin at the beginning. The sinks must hold what they held then.
    std::vector<StreamPoint> resume_from;
    /// Takes the records as they are, and there are no sinks; may be null.
    PortionTaker* taker = nullptr;
  };

  /// All references must outlive the run. The sinks are finished by `Run` when
  /// the whole extent has been written.
  Pipe(const Plan& plan, const Cast& cast, const Job& job, const Routes& routes,
       std::vector<Sink*> sinks, Options options);

  /// Runs to the end of the extent, or until it is stopped or a sink fails.
  Status Run();

  /// What has been written so far; of the whole once `Run` has returned.
  const Tally& tally() const noexcept { return snapshot_.tally; }
  /// The same with where each stream has got to. It can be gone on with from
  /// there unless `Run` failed.
  const Snapshot& snapshot() const noexcept { return snapshot_; }
  int threads() const noexcept { return options_.threads; }
  /// Whether `Run` was stopped before the end.
  bool stopped() const noexcept { return stopped_; }

 private:
  const Plan& plan_;
  const Cast& cast_;
  const Job& job_;
  Routes routes_;
  std::vector<Sink*> sinks_;
  Options options_;
  Snapshot snapshot_;
  bool stopped_ = false;
};

}  // namespace busyhour

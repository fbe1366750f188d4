#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/status.h"
#include "deliver/sink.h"
#include "engine/routes.h"
#include "engine/stream_point.h"
#include "job/job.h"
#include "logs/worlds.h"

namespace busyhour::internal {

class PortionTaker;
class TextSource;

/// The progress of a run.
struct Progress {
  Tally tally;
  /// Share of the extent that is done, [0, 1].
  double done = 0.0;
};

/// The path of the data, from the calls to the sinks:
///
///   calls -> simulate -> records -> calendar -> sort, encode -> frame -> sink
///            [workers]              [owner]     [workers]       [owner]
///
/// If requested, workers compress between frame and sink. Of a columnar frame,
/// workers make the row groups (`ColumnStage`).
///
/// Work is handed to the workers in portions and returned in order through a
/// bounded window. The bytes are therefore the same for any number of workers,
/// and memory follows the records in flight.
class Pipe {
 public:
  struct Options {
    int threads = 1;
    /// Set from outside to stop early; may be null.
    const std::atomic<bool>* stop = nullptr;
    /// Called by the owner about every tenth of a second; may be empty.
    std::function<void(const Progress&)> on_progress;
    /// Called by the owner when the progress must be stored: at increasing
    /// intervals: at most 5 s, or four times as long as it takes to store it.
    /// May be empty.
    std::function<Status(const Snapshot&)> on_checkpoint;
    /// The stream points of an earlier run of the same job; empty for a new
    /// run. The sinks must have the same content as then.
    std::vector<StreamPoint> resume_from;
    /// Takes the encoded records instead of sinks; may be null.
    PortionTaker* taker = nullptr;
    /// Has the texts of the records, instead of the encoder; may be null.
    TextSource* texts = nullptr;
  };

  /// `routes` have an index into the sinks for each resource and log. Logs may
  /// share a sink where the frame allows it (`ReasonAgainstFile`).
  ///
  /// All references must outlive the run. `Run` finishes the sinks when the
  /// complete extent has been written.
  Pipe(const Worlds& worlds, const Job& job, const Routes& routes,
       std::vector<Sink*> sinks, Options options);

  /// Runs to the end of the extent, or until it is stopped or a sink fails.
  Status Run();

  /// The totals so far; those of the run once `Run` has returned.
  const Tally& tally() const noexcept { return snapshot_.tally; }
  /// The totals and the stream points. The run can be resumed from there unless
  /// `Run` failed.
  const Snapshot& snapshot() const noexcept { return snapshot_; }
  int threads() const noexcept { return options_.threads; }
  /// Whether `Run` was stopped before the end.
  bool stopped() const noexcept { return stopped_; }

 private:
  const Worlds& worlds_;
  const Job& job_;
  Routes routes_;
  std::vector<Sink*> sinks_;
  Options options_;
  Snapshot snapshot_;
  bool stopped_ = false;
};

}  // namespace busyhour::internal

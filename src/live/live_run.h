#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "load/sender.h"
#include "report/run_report.h"

namespace busyhour::internal {

/// The quantiles of the lateness of the current second.
inline constexpr std::array<double, 3> kLiveShares = {0.5, 0.99, 1.0};

/// The figures of a run that goes on.
struct LiveFigures {
  /// As far as they are known. Times and seconds are those of the last full
  /// second; of more than `LiveRun::kKeptSeconds` seconds, the older ones may
  /// lack records that were counted later.
  RunReport run;
  double seconds = 0;  ///< since the start
  /// The rate where the pattern's factor is 1, in `unit`; 0 without a rate.
  double rate = 0;
  std::string unit;
  bool is_paused = false;
  bool is_ending = false;  ///< the plan has ended, and the rest is sent
  bool is_over = false;
  std::uint64_t sent = 0;
  std::uint64_t queued = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t lost_records = 0;
  double backlog_seconds = 0;
  std::array<double, kLiveShares.size()> lateness_seconds{};
};

/// Passes the figures of a run from the thread that sends to the threads of
/// those who watch. The sending thread never waits for them.
class LiveRun {
 public:
  static constexpr std::size_t kKeptSeconds = 600;

  /// Before a run, or a trial of a search: its facts, and its control, which
  /// may be null.
  void Begin(RunReport facts, const RunControl* control);
  /// For the sending thread.
  void Update(const Sender& sender, Nanos now);
  /// The run has its verdict.
  void End(bool passed, const std::string& verdict);

  /// Calls `use(figures)` while they do not change, and returns its result.
  template <class Use>
  auto With(const Use& use) const {
    const std::lock_guard lock(mutex_);
    return use(figures_);
  }

 private:
  mutable std::mutex mutex_;
  LiveFigures figures_;
  const RunControl* control_ = nullptr;
  Nanos next_second_ = 0;
};

}  // namespace busyhour::internal

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "load/plan_clock.h"
#include "load/rate_words.h"

namespace busyhour::internal {

/// How a change of a run was asked for.
enum class AskedBy : std::uint8_t { kPage, kKey, kCommand, kSignal };
/// `page`
std::string_view NameOf(AskedBy by);

/// What changed in a run while it went on.
enum class RunChangeKind : std::uint8_t { kRate, kPause, kResume, kEnd };
/// `rate`
std::string_view NameOf(RunChangeKind kind);

/// A change of a run, for its report.
struct RunChange {
  Nanos at = 0;  ///< by the run's clock
  RunChangeKind kind = RunChangeKind::kRate;
  /// The rates before and after, 0 while nothing is due; in units of
  /// `RunControl::unit`, and both 0 in a run without a rate.
  double from = 0;
  double to = 0;
  AskedBy by = AskedBy::kKey;
};

/// `changed 2 times, ended by key at t = 5 s`; for at least one change.
std::string ChangesText(const std::vector<RunChange>& changes);

/// Changes a run while it goes on: its rate, a pause, its end.
///
/// Anybody may ask, from any thread. The thread that sends makes the changes,
/// one after the other, between two batches, and notes them. A change moves the
/// clock of the plan (`PlanClock`); what is sent does not change.
class RunControl {
 public:
  /// For a run of this rate. `is_fixed`: the records note when they are due, so
  /// the run can only be ended.
  RunControl(const RateWords& rate, bool is_fixed)
      : rate_(rate), is_fixed_(is_fixed) {}

  /// Asks for a change: `rate 500/s`, `speed 60`, `faster`, `slower`, `pause`,
  /// `resume`, `toggle` (pause or resume), `end`. Returns why it is refused;
  /// otherwise nothing.
  std::string Ask(std::string_view words, AskedBy by);
  /// The same for `toggle` and `end`, for signal handlers.
  void ToggleBySignal() noexcept { Count(toggles_); }
  void EndBySignal() noexcept { Count(ends_); }

  /// For the sending thread: makes the changes that were asked for.
  void MakeChanges(Nanos now, PlanClock& clock);
  /// Whether the plan ends here.
  bool has_ended() const noexcept { return has_ended_; }
  bool is_paused() const noexcept { return is_paused_; }
  /// The rate where the pattern's factor is 1, in units of `unit`, also during
  /// a pause.
  double rate() const noexcept { return rate_.per_second * factor_; }
  const std::vector<RunChange>& changes() const noexcept { return changes_; }

  /// `records/s`, or `x` for a multiple of real time.
  std::string_view unit() const noexcept { return RateUnit(rate_.unit); }

 private:
  struct Request {
    enum class Wish : std::uint8_t {
      kSet,   // the rate is `amount` times the planned one
      kStep,  // the same, more than now
      kPause,
      kResume,
      kToggle,
      kEnd
    } wish;
    double amount;
    AskedBy by;
  };
  using Wish = Request::Wish;

  void Count(std::atomic<unsigned>& signals) noexcept {
    signals.fetch_add(1);
    is_asked_.store(true);
  }

  // Returns why it is refused.
  std::string Add(const Request& request);
  std::string ReadRequest(std::string_view words, Request& request) const;
  void Make(const Request& request, Nanos now, PlanClock& clock);

  const RateWords rate_;
  const bool is_fixed_;
  std::atomic<unsigned> toggles_{0};
  std::atomic<unsigned> ends_{0};
  std::mutex mutex_;
  std::vector<Request> requests_;
  std::size_t taken_ = 0;  // number of requests so far, except to end
  bool is_end_asked_ = false;
  std::atomic<bool> is_asked_{false};

  // For the sending thread.
  double factor_ = 1;
  bool is_paused_ = false;
  bool has_ended_ = false;
  std::vector<RunChange> changes_;
};

}  // namespace busyhour::internal

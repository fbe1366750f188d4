#pragma once

#include <functional>
#include <string>
#include <vector>

#include "load/load_run.h"
#include "load/pace.h"

namespace busyhour::internal {

/// A trial of one rate.
struct Trial {
  double rate = 0.0;  ///< offered, per second
  Nanos length = 0;   ///< time for which it is offered
  SimTime began;      ///< by the system clock
  /// Whether it confirms a rate that was sustained before, for a longer time.
  bool confirms = false;

  bool held = false;
  /// Achieved rate, per second.
  double achieved = 0.0;
  Nanos lateness_p99 = 0;
  /// How much longer acknowledgements took at the end of a trial whose records
  /// were sent in time; 0 if they did not take longer and longer.
  Nanos ack_growth = 0;
  /// Records per second that the receiver took while others were waiting for
  /// it: its capacity, whatever its buffers hold. 0 if it is not known.
  double taken_rate = 0.0;
  /// Records that it took before that in addition to its capacity: the size of
  /// its buffers.
  double buffered = 0.0;
  /// The receiver's words if it refused records whatever the rate; empty if it
  /// did not.
  std::string refusal;
  /// Whether this machine could not make the records fast enough.
  bool starved = false;
  std::string verdict;
};

/// Enters the result of a run into its trial. `slo` is the maximum lateness of
/// a receiver that keeps up.
void Judge(const LoadResult& result, Nanos slo, Trial& trial);

struct FindMaxOptions {
  double first_rate = 1000.0;
  double most_rate = 1e8;
  Nanos trial = 10 * kNanosPerSecond;  ///< length of a trial
  Nanos slo = 100 * kMillisecond;  ///< maximum lateness in a sustained trial
  /// The answer is at most this share below a rate that was not sustained.
  double precision = 0.05;
};

struct FindMaxResult {
  /// The highest sustained rate; 0 if there is none.
  double rate = 0.0;
  /// The trial that confirmed this rate; null if the search ended before it.
  const Trial* confirmation() const;
  std::vector<Trial> trials;
  bool stopped = false;  ///< by `run`, which returned false
  std::string failure;   ///< why, if it was not interrupted
  /// The receiver's words if it refused records; the search has ended then.
  std::string refusal;
  /// Whether the lowest rate that was not sustained was limited by this machine
  /// and not by the receiver.
  bool starved = false;
};

/// Searches for the highest rate that a receiver sustains: doubles the rate
/// until one is not sustained (or halves it until one is), and then searches in
/// between. A receiver with large buffers sustains any rate for a while. The
/// rate at which it takes records once they are full is therefore a limit of
/// the search, unless a trial above it took longer than the buffers explain;
/// one trial tries that. The rate that is found must be sustained once more,
/// for so long that a receiver which is slower by `precision` would have filled
/// its buffers.
///
/// `run` makes a trial of its rate and length; `tell` is called after each.
FindMaxResult FindMax(const FindMaxOptions& options,
                      const std::function<bool(Trial&)>& run,
                      const std::function<void(const Trial&)>& tell);

}  // namespace busyhour::internal

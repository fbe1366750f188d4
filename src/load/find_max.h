#pragma once

#include <functional>
#include <string>
#include <vector>

#include "load/pace.h"

namespace busyhour {

/// A trial of one rate.
struct Trial {
  double rate = 0.0;  ///< offered, per second
  bool held = false;
  /// Achieved rate, per second.
  double achieved = 0.0;
  Nanos lateness_p99 = 0;
  /// Whether this machine could not make the records fast enough.
  bool starved = false;
  std::string verdict;
};

struct FindMaxOptions {
  double first_rate = 1000.0;
  double most_rate = 1e8;
  /// The answer is at most this share below a rate that was not sustained.
  double precision = 0.05;
};

/// Searches for the highest rate that a receiver sustains: doubles the rate
/// until one is not sustained (or halves it until one is), and then searches in
/// between. `run` makes a trial of a rate; `tell` is called after each. Returns
/// all trials, and the highest sustained rate, or 0 if there was none.
struct FindMaxResult {
  double rate = 0.0;
  std::vector<Trial> trials;
  bool stopped = false;  ///< by `run`, which returned false
  /// Whether the lowest rate that was not sustained was limited by this machine
  /// and not by the receiver.
  bool starved = false;
};
FindMaxResult FindMax(const FindMaxOptions& options,
                      const std::function<bool(double rate, Trial&)>& run,
                      const std::function<void(const Trial&)>& tell);

}  // namespace busyhour

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "load/pace.h"

namespace busyhour {

/// One try of a rate.
struct Trial {
  double rate = 0.0;  ///< offered, a second
  bool held = false;
  /// What the receiver took a second.
  double achieved = 0.0;
  Nanos lateness_p99 = 0;
  /// This machine could not make the records as fast.
  bool starved = false;
  std::string verdict;
};

struct FindMaxOptions {
  double first_rate = 1000.0;
  double most_rate = 1e8;
  /// The answer is at most this share below a rate that was not held.
  double precision = 0.05;
};

/// Looks for the highest rate that a receiver holds: twice as high until one is
/// not held (or half as high until one is), and then in between. `run` makes a
/// trial of a rate; `tell` is called after each. Returns all trials, and the
/// highest rate held, 0 when none was.
struct FindMaxResult {
  double rate = 0.0;
  std::vector<Trial> trials;
  bool stopped = false;  ///< by `run`, which returned false
  /// The lowest rate that was not held was too much for this machine, not for
  /// the receiver.
  bool starved = false;
};
FindMaxResult FindMax(const FindMaxOptions& options,
                      const std::function<bool(double rate, Trial&)>& run,
                      const std::function<void(const Trial&)>& tell);

}  // namespace busyhour

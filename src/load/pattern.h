#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "busyhour/error.h"

namespace busyhour {

/// How the pace changes over a run: a factor on it, as a function of the time
/// since the run began. Straight lines between knots; two knots at one time are
/// a jump.
struct Pattern {
  struct Knot {
    double seconds = 0.0;
    double factor = 1.0;
  };
  /// The first at 0, in order of time. After the last, its factor holds, or if
  /// `repeats` all begins anew.
  std::vector<Knot> knots = {{0.0, 1.0}};
  bool repeats = false;
};

/// Reads a pattern as a person states it:
///
///   constant                 1, always
///   ramp:0.1..2              from one factor to the other over the run
///   steps:1,2,4              one after the other, each as long
///   sine:0.5/10m             1 +- 0.5, again every 10 minutes
///   spike:10@5m+30s          10 from minute 5 on, for 30 s; 1 before and after
///   FILE                     lines of a time and a factor, as `90s 2.5`
///
/// `run_seconds` is how long the run lasts, 0 if nobody says: a ramp and steps
/// need to know. Adds to `problems` what is wrong.
Pattern ReadPattern(const std::string& words, double run_seconds,
                    std::vector<Problem>& problems);

}  // namespace busyhour

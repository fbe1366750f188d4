#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/error.h"

namespace busyhour::internal {

/// A factor on the rate, as a function of the time since the start of a run:
/// linear between knots. Two knots at the same time are a jump.
struct Pattern {
  struct Knot {
    double seconds = 0.0;
    double factor = 1.0;
  };
  /// The first knot is at 0; knots are in order of time. After the last one,
  /// its factor stays in force, or, if `repeats`, the pattern starts again.
  std::vector<Knot> knots = {{0.0, 1.0}};
  bool repeats = false;
};

/// Reads a pattern in text form:
///
///   constant                 always 1
///   ramp:0.1..2              changes evenly from 0.1 to 2 over the run
///   steps:1,2,4              1, 2, 4, each for the same time
///   sine:0.5/10m             1 +- 0.5 with a period of 10 minutes
///   spike:10@5m+30s          10 from minute 5 on for 30 s, otherwise 1
///   FILE                     lines of a time and a factor, such as `90s 2.5`
///
/// `run_seconds` is the length of the run, or 0 if unknown; `ramp` and `steps`
/// need it. Adds errors to `problems`.
Pattern ReadPattern(const std::string& words, double run_seconds,
                    std::vector<Problem>& problems);

/// An example of each form but FILE.
std::vector<std::string_view> PatternForms();

}  // namespace busyhour::internal

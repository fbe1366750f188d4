#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "load/pattern.h"

namespace busyhour {

/// Time of a run: nanoseconds since it began.
using Nanos = std::int64_t;
inline constexpr Nanos kNanosPerSecond = 1'000'000'000;
inline constexpr Nanos kNever = std::numeric_limits<Nanos>::max();

/// When what is to be sent is to be sent: a pure function of the plan.
///
/// A run goes through positions (records, bytes, calls, messages or simulated
/// seconds) at a base rate times the pattern's factor; the pace says when it
/// gets to a position.
class Pace {
 public:
  /// Everything at once: as fast as the receiver takes it.
  Pace() = default;
  /// `per_second` positions a second, where the pattern's factor is 1. Above 0.
  Pace(double per_second, const Pattern& pattern);

  bool paced() const noexcept { return per_second_ > 0; }

  /// When position `at` is reached, counted from 0; `kNever` when the pattern
  /// has come to rest before. Positions must not go down from call to call.
  Nanos TimeOf(double at) noexcept;

  /// Positions reached within `seconds`.
  double ReachedBy(double seconds) const noexcept;

 private:
  // A stretch in which the rate is a straight line.
  struct Stretch {
    double begin_s;
    double length_s;
    double rate;  // at its begin, positions a second
    double end_rate;
    double begin_at;   // position
    double positions;  // in all of it
  };

  double per_second_ = 0.0;
  bool repeats_ = false;
  double last_rate_ = 0.0;  // holds after the last stretch
  std::vector<Stretch> stretches_;
  double round_s_ = 0.0;  // all stretches
  double round_positions_ = 0.0;
  // Where the last position was found.
  std::size_t stretch_ = 0;
  double rounds_ = 0.0;
};

}  // namespace busyhour

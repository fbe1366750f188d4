#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "load/pattern.h"

namespace busyhour::internal {

/// Time since the start of a run, in nanoseconds.
using Nanos = std::int64_t;
inline constexpr Nanos kNanosPerSecond = 1'000'000'000;
inline constexpr Nanos kMillisecond = 1'000'000;
inline constexpr Nanos kNever = std::numeric_limits<Nanos>::max();

/// When each part of a run is due: a pure function of the plan.
///
/// A run passes through positions (records, bytes, calls, messages or simulated
/// seconds) at a base rate multiplied by the pattern's factor. The pace gives
/// the time at which it reaches a position.
class Pace {
 public:
  /// Unpaced: as fast as the receiver accepts records.
  Pace() = default;
  /// `per_second` positions per second where the pattern's factor is 1. Greater
  /// than 0.
  Pace(double per_second, const Pattern& pattern);

  bool paced() const noexcept { return per_second_ > 0; }

  /// When position `at`, counted from 0, is reached; `kNever` if the pattern
  /// stops before. Positions must not decrease from call to call.
  Nanos TimeOf(double at) noexcept;

  /// Positions reached within `seconds`.
  double ReachedBy(double seconds) const noexcept;

 private:
  // A stretch in which the rate changes linearly.
  struct Stretch {
    double begin_s;
    double length_s;
    double rate;  // at its start, in positions per second
    double end_rate;
    double begin_at;   // position at its start
    double positions;  // number of positions in it
  };

  double per_second_ = 0.0;
  bool repeats_ = false;
  double last_rate_ = 0.0;  // rate after the last stretch
  std::vector<Stretch> stretches_;
  double round_s_ = 0.0;  // length of all stretches
  double round_positions_ = 0.0;
  // The stretch of the last position.
  std::size_t stretch_ = 0;
  double rounds_ = 0.0;
};

}  // namespace busyhour::internal

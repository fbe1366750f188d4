#pragma once

#include <cstdint>
#include <string>

#include "base/distribution.h"
#include "base/time.h"
#include "profile/mix.h"

namespace busyhour::internal {

/// When something happens: once or again and again, and how strongly in the
/// course of each occurrence.
struct When {
  /// Occurrences begin at multiples of this since 1970 (UTC), plus `offset_ms`,
  /// unless one of the next three members is set.
  std::int64_t every_ms = kMsPerDay;
  std::int64_t offset_ms = 0;
  /// The only occurrence begins at this time; negative: not set.
  SimTime at{-1};
  /// It begins so long after the start of the run; negative: not set.
  std::int64_t after_ms = -1;
  /// Mean time between occurrences that begin at random; 0: not set.
  std::int64_t random_every_ms = 0;

  /// Length of an occurrence, unless it begins at random.
  std::int64_t length_ms = 10 * kMsPerMinute;
  /// Whether the only occurrence never ends.
  bool endless = false;
  /// Length of an occurrence that begins at random.
  DistributionSpec random_length = LognormalMs(600'000, 0.8, 30'000, 7'200'000);

  /// The time in which it grows to its full strength, and fades at its end.
  std::int64_t ramp_in_ms = 0;
  std::int64_t ramp_out_ms = 0;
  enum class Form : std::uint8_t {
    kSteady,
    kSawtooth,  ///< grows from nothing to full strength in each period
    kNoise,     ///< has another strength in each period, at random
  } form = Form::kSteady;
  std::int64_t form_period_ms = kMsPerMinute;

  bool is_once() const noexcept { return at.ms >= 0 || after_ms >= 0; }
  bool is_random() const noexcept { return random_every_ms > 0; }

  friend bool operator==(const When&, const When&) = default;
};

/// In words: `10m every 1d`, `10m from 2026-03-02T09:00:00Z`; empty if it
/// always happens (no length).
std::string WhenText(const When& when);

}  // namespace busyhour::internal

#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "base/distribution.h"
#include "base/run_key.h"
#include "base/time.h"
#include "profile/when.h"

namespace busyhour::internal {

/// The occurrences of an incident or a fault, and its strength at any time. A
/// function of the profile, the key and the start of the run.
///
/// Constant after construction: any number of threads may share it.
class Schedule {
 public:
  /// A strength, or a product with one, in 1/65536.
  static constexpr std::uint32_t kFull = 65536;
  static constexpr SimTime kNever{std::numeric_limits<std::int64_t>::max()};

  /// From `from` to before `to`, which is `kNever` if it does not end.
  struct Occurrence {
    SimTime from;
    SimTime to;
  };

  /// `number` separates the draws of the schedules of a profile.
  Schedule(const When& when, const RunKey& run, std::uint32_t number);

  /// The occurrence at that time.
  std::optional<Occurrence> At(SimTime at) const noexcept;
  /// The occurrence at that time, or else the next one; none if none begins
  /// before `until`.
  std::optional<Occurrence> Next(SimTime at, SimTime until) const noexcept;

  bool IsActive(SimTime at) const noexcept { return At(at).has_value(); }
  /// The strength at that time: 0 between occurrences, at most `kFull`.
  std::uint32_t StrengthAt(SimTime at) const noexcept;

  /// The only occurrence, if there can be no other.
  std::optional<Occurrence> once() const noexcept { return once_; }

 private:
  std::optional<Occurrence> AtRecurring(std::int64_t ms) const noexcept;
  std::optional<Occurrence> InCell(std::int64_t cell, std::int64_t ms,
                                   bool or_next) const noexcept;
  std::uint64_t KeyOf(std::int64_t index) const noexcept;

  When when_;
  std::uint64_t key_;
  std::optional<Occurrence> once_;
  // Random occurrences: at most kMostInCell begin in a cell of this length.
  std::int64_t cell_ms_ = 0;
  Distribution random_length_;
  static constexpr int kMostInCell = 8;
  // A draw of 32 bits below the n-th means that more than n begin.
  std::uint64_t more_than_[kMostInCell] = {};
};

}  // namespace busyhour::internal

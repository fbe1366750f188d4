#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>

#include "catalog/faults.h"
#include "catalog/logs.h"

namespace busyhour::internal {

/// The totals of a run.
struct Tally {
  std::uint64_t calls = 0;
  PerLog<std::uint64_t> records{};
  /// Size of the records with their line ends, without frames.
  PerLog<std::uint64_t> bytes{};
  /// Number of the records that failed or were canceled (`CountedEndings`).
  PerLog<std::uint64_t> failed{};
  PerLog<std::uint64_t> canceled{};
  /// Faults of all calls so far, including those of undelivered records.
  FaultCounts faults{};

  std::uint64_t all_records() const noexcept {
    return std::accumulate(records.begin(), records.end(), std::uint64_t{0});
  }
  std::uint64_t all_bytes() const noexcept {
    return std::accumulate(bytes.begin(), bytes.end(), std::uint64_t{0});
  }
  Tally& operator+=(const Tally& other) noexcept {
    calls += other.calls;
    for (const LogType log : kLogTypes) {
      records[log] += other.records[log];
      bytes[log] += other.bytes[log];
      failed[log] += other.failed[log];
      canceled[log] += other.canceled[log];
    }
    for (std::size_t i = 0; i < kFaultKindCount; ++i) {
      faults[i] += other.faults[i];
    }
    return *this;
  }
};

}  // namespace busyhour::internal

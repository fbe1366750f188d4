#pragma once

#include <cstdint>
#include <string>

#include "engine/call_source.h"
#include "job/job.h"

namespace busyhour::internal {

/// The progress of a job towards its extent, if that is a number of records or
/// bytes, or of calls that a filter selects. If it is a time or a number of
/// calls, `CallSource` ends the calls.
class ExtentMeter {
 public:
  explicit ExtentMeter(const Job& job) noexcept
      : extent_(job.extent),
        by_records_(extent_.kind == Extent::Kind::kRecords),
        by_bytes_(extent_.kind == Extent::Kind::kBytes),
        has_filter_(job.filter != nullptr),
        has_picked_(!job.picked.empty()),
        by_calls_(has_filter_ && extent_.kind == Extent::Kind::kCalls) {}

  /// Whether the extent ends with one of the simulated calls: then the calls of
  /// all shards count.
  bool decides() const noexcept {
    return by_records_ || by_bytes_ || by_calls_;
  }
  bool counts_bytes() const noexcept { return by_bytes_; }

  /// Whether the next call is part of the job.
  bool WantsMore() const noexcept {
    return !decides() || (reached_ < extent_.amount && !is_hopeless());
  }
  /// Adds the records and bytes of a call of any shard. `is_selected`: by the
  /// job's filter.
  void Add(std::uint64_t records, std::uint64_t bytes,
           bool is_selected) noexcept {
    ++calls_;
    if (records > 0) last_useful_ = calls_;
    reached_ += by_records_                ? records
                : by_bytes_                ? bytes
                : by_calls_ && is_selected ? 1
                                           : 0;
  }
  std::uint64_t reached() const noexcept { return reached_; }
  /// Number of calls so far, selected or not.
  std::uint64_t calls() const noexcept { return calls_; }

  /// After the last call of `source`: why the extent was not reached; empty if
  /// it was.
  std::string WhyNotReached(const CallSource& source) const;

 private:
  // If this many calls have no records in the job's logs, the extent is never
  // reached; nor if a filter selects none of so many calls in a row.
  static constexpr std::uint64_t kCallsWithoutRecords = 1'000'000;
  static constexpr std::uint64_t kCallsNotSelected = 50'000'000;
  bool is_hopeless() const noexcept {
    return has_filter_ ? calls_ - last_useful_ >= kCallsNotSelected
                       : reached_ == 0 && calls_ >= kCallsWithoutRecords;
  }

  Extent extent_;
  bool by_records_;
  bool by_bytes_;
  bool has_filter_;
  bool has_picked_;
  bool by_calls_;
  std::uint64_t reached_ = 0;
  std::uint64_t calls_ = 0;
  std::uint64_t last_useful_ = 0;  // number of the last call with records
};

}  // namespace busyhour::internal

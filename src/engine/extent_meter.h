#pragma once

#include <cstdint>
#include <string>

#include "engine/call_source.h"
#include "job/job.h"

namespace busyhour {

/// The progress of a job towards its extent, if that is a number of records or
/// bytes. If it is a time or a number of calls, `CallSource` ends the calls.
class ExtentMeter {
 public:
  explicit ExtentMeter(const Extent& extent) noexcept
      : extent_(extent),
        by_records_(extent.kind == Extent::Kind::kRecords),
        by_bytes_(extent.kind == Extent::Kind::kBytes) {}

  /// Whether the extent is in records or bytes: then the calls of all shards
  /// count.
  bool decides() const noexcept { return by_records_ || by_bytes_; }
  bool counts_bytes() const noexcept { return by_bytes_; }

  /// Whether the next call is part of the job.
  bool WantsMore() const noexcept {
    return !decides() || (reached_ < extent_.amount && !IsHopeless());
  }
  /// Adds the records and bytes of a call of any shard.
  void Add(std::uint64_t records, std::uint64_t bytes) noexcept {
    ++calls_;
    reached_ += by_records_ ? records : by_bytes_ ? bytes : 0;
  }
  std::uint64_t reached() const noexcept { return reached_; }

  /// After the last call of `source`: why the extent was not reached; empty if
  /// it was.
  std::string WhyNotReached(const CallSource& source) const;

 private:
  // If this many calls have no records in the job's logs, the extent is never
  // reached.
  static constexpr std::uint64_t kCallsWithoutRecords = 1'000'000;
  bool IsHopeless() const noexcept {
    return reached_ == 0 && calls_ >= kCallsWithoutRecords;
  }

  Extent extent_;
  bool by_records_;
  bool by_bytes_;
  std::uint64_t reached_ = 0;
  std::uint64_t calls_ = 0;
};

}  // namespace busyhour

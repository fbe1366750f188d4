#pragma once

#include <cstdint>
#include <string>

#include "engine/call_source.h"
#include "job/job.h"

namespace busyhour {

/// How far a job's calls have brought it to its extent, where that is a number
/// of records or bytes. Where it is a time or a number of calls, `CallSource`
/// ends them.
class ExtentMeter {
 public:
  explicit ExtentMeter(const Extent& extent) noexcept
      : extent_(extent),
        by_records_(extent.kind == Extent::Kind::kRecords),
        by_bytes_(extent.kind == Extent::Kind::kBytes) {}

  /// Whether records or bytes decide: then all calls count, of every shard.
  bool decides() const noexcept { return by_records_ || by_bytes_; }
  bool counts_bytes() const noexcept { return by_bytes_; }

  /// Whether the next call is part of the job.
  bool WantsMore() const noexcept {
    return !decides() || (reached_ < extent_.amount && !IsHopeless());
  }
  /// A call has left so much, whatever its shard.
  void Add(std::uint64_t records, std::uint64_t bytes) noexcept {
    ++calls_;
    reached_ += by_records_ ? records : by_bytes_ ? bytes : 0;
  }
  std::uint64_t reached() const noexcept { return reached_; }

  /// After the last call that `source` had: why there were not as many as the
  /// extent wants; empty when there were.
  std::string WhyNotReached(const CallSource& source) const;

 private:
  // Calls that leave nothing in the job's logs never bring it there.
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

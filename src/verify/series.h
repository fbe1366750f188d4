#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace busyhour::internal {

/// Counts of records by the minute of their simulated delivery. For a long
/// time, the periods are longer, so that memory is limited.
class VerifySeries {
 public:
  enum class Count : std::uint8_t {
    kSent,
    kArrived,  ///< in any form, first copies only; the others are lost
    kAltered,
    kDuplicated,
    kOutOfOrder,
  };
  static constexpr std::size_t kCounts = 5;
  static constexpr std::array<std::string_view, kCounts> kNames = {
      "sent", "arrived", "altered", "duplicated", "out_of_order"};
  static constexpr std::size_t kMostPeriods = 1500;
  using Counts = std::array<std::uint64_t, kCounts>;

  void Add(SimTime delivery, Count count) {
    const auto at = static_cast<std::uint64_t>(delivery.ms - last_begin_ms_);
    Counts& counts = at < static_cast<std::uint64_t>(period_ms_)
                         ? periods_[last_]
                         : PeriodOf(delivery);
    ++counts[static_cast<std::size_t>(count)];
  }

  std::int64_t period_ms() const noexcept { return period_ms_; }
  /// The start of the first period.
  SimTime begin() const noexcept { return {begin_ms_}; }
  const std::vector<Counts>& periods() const noexcept { return periods_; }

 private:
  Counts& PeriodOf(SimTime delivery);
  // Joins periods to longer ones.
  void Lengthen();

  std::size_t length_ = 0;  // index of the period's length
  std::int64_t period_ms_ = kMsPerMinute;
  std::int64_t begin_ms_ = 0;
  std::vector<Counts> periods_;
  // The last period that was needed.
  std::size_t last_ = 0;
  std::int64_t last_begin_ms_ = -kMsPerYear;
};

}  // namespace busyhour::internal

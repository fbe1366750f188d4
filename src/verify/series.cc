#include "verify/series.h"

#include <algorithm>
#include <utility>

namespace busyhour::internal {
namespace {

// Each is a multiple of the one before it.
constexpr std::array<std::int64_t, 9> kLengths = {
    kMsPerMinute,  5 * kMsPerMinute, 15 * kMsPerMinute,
    kMsPerHour,    6 * kMsPerHour,   kMsPerDay,
    7 * kMsPerDay, 28 * kMsPerDay,   364 * kMsPerDay};
static_assert(kLatestTime.ms / kLengths.back() <
              static_cast<std::int64_t>(VerifySeries::kMostPeriods));

}  // namespace

VerifySeries::Counts& VerifySeries::PeriodOf(SimTime delivery) {
  for (;;) {
    const std::int64_t begin = delivery.ms / period_ms_ * period_ms_;
    if (periods_.empty()) begin_ms_ = begin;
    const std::int64_t first = std::min(begin, begin_ms_);
    const std::int64_t end = std::max(
        begin, begin_ms_ + (static_cast<std::int64_t>(periods_.size()) - 1) *
                               period_ms_);
    const auto needed =
        static_cast<std::size_t>((end - first) / period_ms_ + 1);
    if (needed > kMostPeriods) {
      Lengthen();
      continue;
    }
    const auto before =
        static_cast<std::size_t>((begin_ms_ - first) / period_ms_);
    periods_.insert(periods_.begin(), before, {});
    periods_.resize(needed);
    begin_ms_ = first;
    last_ = static_cast<std::size_t>((begin - first) / period_ms_);
    last_begin_ms_ = begin;
    return periods_[last_];
  }
}

void VerifySeries::Lengthen() {
  const std::int64_t old_ms = period_ms_;
  period_ms_ = kLengths[++length_];
  const std::int64_t begin_ms = begin_ms_ / period_ms_ * period_ms_;
  std::vector<Counts> joined;
  for (std::size_t i = 0; i < periods_.size(); ++i) {
    const std::int64_t at = begin_ms_ + static_cast<std::int64_t>(i) * old_ms;
    const auto to = static_cast<std::size_t>((at - begin_ms) / period_ms_);
    joined.resize(std::max(joined.size(), to + 1));
    for (std::size_t count = 0; count < kCounts; ++count) {
      joined[to][count] += periods_[i][count];
    }
  }
  periods_ = std::move(joined);
  begin_ms_ = begin_ms;
}

}  // namespace busyhour::internal

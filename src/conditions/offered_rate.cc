#include "conditions/offered_rate.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "base/stream.h"
#include "base/time.h"

namespace busyhour {
namespace {

constexpr double kFactorTicks = 65536.0;
// Number of days that contribute to a day's factor. At the largest
// autocorrelation that a profile can have, 0.95, earlier days would contribute
// 1.7 % of the variance.
constexpr int kDaysRemembered = 40;
// 1970-01-01 was a Thursday; weeks here begin on Monday.
constexpr std::int64_t kEpochHourOfWeek = 3 * 24;
constexpr std::int64_t kHoursOfWeek = 168;

DistributionSpec StandardNormal() {
  DistributionSpec spec;
  spec.kind = DistributionSpec::Kind::kNormal;
  spec.a = 0.0;
  spec.b = kFactorTicks;
  spec.min = -8.0 * kFactorTicks;
  spec.max = 8.0 * kFactorTicks;
  return spec;
}

DistributionSpec GammaFactor(double cv) {
  DistributionSpec spec;
  spec.kind = DistributionSpec::Kind::kGamma;
  spec.a = kFactorTicks;
  spec.b = cv;
  spec.max = 1000.0 * kFactorTicks;
  return spec;
}

// Rounds so coarsely that a difference in the last bit of `exp` has no effect.
double Rounded(double factor) {
  return std::nearbyint(factor * 1048576.0) / 1048576.0;
}

}  // namespace

OfferedRate::OfferedRate(const Traffic& traffic)
    : traffic_(traffic),
      normal_(StandardNormal()),
      busyness_(GammaFactor(traffic.busyness_cv)) {
  const auto& hours = traffic_.hours_of_week;
  const double reference =
      traffic_.rate_is_busy_hour
          ? *std::max_element(hours.begin(), hours.end())
          : std::accumulate(hours.begin(), hours.end(), 0.0) / kHoursOfWeek;
  base_cps_ = traffic_.rate_cps / reference;
}

double OfferedRate::PlannedAt(std::uint64_t slot) const noexcept {
  const std::int64_t local_second =
      static_cast<std::int64_t>(slot) + traffic_.utc_offset_ms / kMsPerSecond;
  const std::int64_t hour = FloorDivide(local_second, 3600) + kEpochHourOfWeek;
  const std::int64_t of_week =
      hour - FloorDivide(hour, kHoursOfWeek) * kHoursOfWeek;
  return base_cps_ * traffic_.hours_of_week[static_cast<std::size_t>(of_week)];
}

// Lognormal with mean 1. Its logarithm is a first-order autoregression over
// days, computed as a moving average, so that it needs no starting point.
double OfferedRate::DayFactor(std::uint64_t seed,
                              std::int64_t day) const noexcept {
  if (traffic_.day_cv <= 0.0) return 1.0;
  const double rho = traffic_.day_autocorrelation;
  double sum = 0.0;
  double weight = std::sqrt(1.0 - rho * rho);
  for (int back = 0; back < kDaysRemembered; ++back) {
    const std::uint64_t key =
        StreamKey(seed, kSlotItself, static_cast<std::uint64_t>(day - back));
    sum += weight * normal_(Draw(key, Purpose::kDayFactor)) / kFactorTicks;
    weight *= rho;
  }
  const double variance = std::log1p(traffic_.day_cv * traffic_.day_cv);
  return Rounded(std::exp(std::sqrt(variance) * sum - 0.5 * variance));
}

double OfferedRate::Busyness(std::uint64_t seed,
                             std::int64_t period) const noexcept {
  if (traffic_.busyness_cv <= 0.0) return 1.0;
  const std::uint64_t key =
      StreamKey(seed, kSlotItself, static_cast<std::uint64_t>(period));
  return busyness_(Draw(key, Purpose::kBusyness)) / kFactorTicks;
}

}  // namespace busyhour

#include "scenario/arrivals.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/poisson.h"
#include "base/stream.h"
#include "base/time.h"

namespace busyhour {
namespace {

constexpr double kFactorTicks = 65536.0;
// Days that still count in a day's factor; at the largest autocorrelation a
// profile may ask for, 0.95, what is left out is 1.7 % of the variance.
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

// Rounded so coarsely that the last bit of a library's `exp` cannot show.
double Rounded(double factor) {
  return std::nearbyint(factor * 1048576.0) / 1048576.0;
}

std::int64_t FloorDivide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace

Arrivals::Arrivals(const Plan& plan, std::uint64_t seed)
    : plan_(plan),
      seed_(seed),
      normal_(StandardNormal()),
      busyness_(GammaFactor(plan.profile().traffic.busyness_cv)) {
  const Traffic& traffic = plan.profile().traffic;
  const auto& hours = traffic.hours_of_week;
  const double reference =
      traffic.rate_is_busy_hour
          ? *std::max_element(hours.begin(), hours.end())
          : std::accumulate(hours.begin(), hours.end(), 0.0) / kHoursOfWeek;
  base_cps_ = traffic.rate_cps / reference;
}

double Arrivals::PlannedRate(std::uint64_t slot) const noexcept {
  const Traffic& traffic = plan_.profile().traffic;
  const std::int64_t local_second =
      static_cast<std::int64_t>(slot) + traffic.utc_offset_ms / kMsPerSecond;
  const std::int64_t hour = FloorDivide(local_second, 3600) + kEpochHourOfWeek;
  const std::int64_t of_week =
      hour - FloorDivide(hour, kHoursOfWeek) * kHoursOfWeek;
  double rate =
      base_cps_ * traffic.hours_of_week[static_cast<std::size_t>(of_week)];
  const std::int64_t at_ms = static_cast<std::int64_t>(slot) * kMsPerSecond;
  for (const IncidentPlan& incident : plan_.incidents) {
    if (incident.rate_factor != 1.0 && incident.Active(at_ms)) {
      rate *= incident.rate_factor;
    }
  }
  return rate;
}

double Arrivals::RateAt(std::uint64_t slot) noexcept {
  const Traffic& traffic = plan_.profile().traffic;
  const std::int64_t local_ms =
      static_cast<std::int64_t>(slot) * kMsPerSecond + traffic.utc_offset_ms;
  const std::int64_t day = FloorDivide(local_ms, kMsPerDay);
  if (day != last_day_) {
    last_day_ = day;
    last_day_factor_ = DayFactor(day);
  }
  const std::int64_t period = FloorDivide(local_ms, traffic.busyness_period_ms);
  if (period != last_period_) {
    last_period_ = period;
    last_busyness_ = Busyness(period);
  }
  return PlannedRate(slot) * last_day_factor_ * last_busyness_;
}

std::uint32_t Arrivals::CountAt(std::uint64_t slot) noexcept {
  const double rate = std::min(RateAt(slot), kMaxPoissonMean);
  return DrawPoisson(rate, Stream(StreamKey(seed_, slot, kSlotItself),
                                  Purpose::kArrivalCount));
}

std::uint64_t Arrivals::ThrottledAt(std::uint64_t slot) noexcept {
  const double capacity = plan_.profile().traffic.capacity_cps;
  if (capacity <= 0.0) return 0;
  const double rate = RateAt(slot);
  return rate <= capacity ? 0 : ShareOf(1.0 - capacity / rate);
}

// Lognormal with mean 1, its logarithm a first-order autoregression over days,
// written as a moving average so that it needs no beginning.
double Arrivals::DayFactor(std::int64_t day) const noexcept {
  const Traffic& traffic = plan_.profile().traffic;
  if (traffic.day_cv <= 0.0) return 1.0;
  const double rho = traffic.day_autocorrelation;
  double sum = 0.0;
  double weight = std::sqrt(1.0 - rho * rho);
  for (int back = 0; back < kDaysRemembered; ++back) {
    const std::uint64_t key =
        StreamKey(seed_, kSlotItself, static_cast<std::uint64_t>(day - back));
    sum += weight * normal_(Draw(key, Purpose::kDayFactor)) / kFactorTicks;
    weight *= rho;
  }
  const double variance = std::log1p(traffic.day_cv * traffic.day_cv);
  return Rounded(std::exp(std::sqrt(variance) * sum - 0.5 * variance));
}

double Arrivals::Busyness(std::int64_t period) const noexcept {
  if (plan_.profile().traffic.busyness_cv <= 0.0) return 1.0;
  const std::uint64_t key =
      StreamKey(seed_, kSlotItself, static_cast<std::uint64_t>(period));
  return busyness_(Draw(key, Purpose::kBusyness)) / kFactorTicks;
}

}  // namespace busyhour

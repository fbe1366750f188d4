#include "conditions/offered_rate.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <optional>
#include <utility>

#include "base/stream.h"
#include "base/time.h"

namespace busyhour::internal {
namespace {

constexpr double kFactorTicks = 65536.0;
// Number of days that contribute to a day's factor. At the largest
// autocorrelation that a profile can have, 0.95, earlier days would contribute
// 1.7 % of the variance.
constexpr int kDaysRemembered = 40;
// 1970-01-01 was a Thursday; weeks here begin on Monday.
constexpr std::int64_t kEpochHourOfWeek = 3 * 24;
constexpr std::int64_t kHoursOfWeek = 168;
constexpr std::int64_t kDaySeconds = 86'400;
constexpr double kDaysOfYear = 365.25;
// The dates of simulated time, and a few more: local time may be ahead or
// behind.
constexpr std::int64_t kFirstDay = -2;
constexpr std::int64_t kDays = kLatestTime.ms / kMsPerDay + 4;
constexpr double kMostGrowth = 1000.0;

SimTime DayStart(std::int64_t day) { return {day * kMsPerDay}; }

// From Monday = 0.
std::int64_t WeekdayOf(std::int64_t day) {
  const std::int64_t from_monday = day + kEpochHourOfWeek / 24;
  return from_monday - FloorDivide(from_monday, 7) * 7;
}

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

// The same for factors of any size.
double RoundedRatio(double factor) {
  int exponent = 0;
  const double fraction = std::frexp(factor, &exponent);
  return std::ldexp(Rounded(fraction), exponent);
}

// The holiday of each date from `kFirstDay` on; null where there is none.
std::vector<const Holiday*> HolidaysByDay(
    const std::vector<Holiday>& holidays) {
  namespace ch = std::chrono;
  std::vector<const Holiday*> by_day(kDays, nullptr);
  const auto add = [&by_day](const Holiday& holiday, int year) {
    const ch::year_month_day date(ch::year(year), ch::month(holiday.month),
                                  ch::day(holiday.day));
    if (!date.ok()) return;  // February 29
    const std::int64_t index = MidnightOf(date).ms / kMsPerDay - kFirstDay;
    by_day[static_cast<std::size_t>(index)] = &holiday;
  };
  for (const Holiday& holiday : holidays) {
    for (int year = 1970; holiday.year == 0 && year < 2500; ++year) {
      add(holiday, year);
    }
  }
  // A date with a year takes precedence.
  for (const Holiday& holiday : holidays) {
    if (holiday.year != 0) add(holiday, holiday.year);
  }
  return by_day;
}

TimeZone ConstantOrNamed(const Traffic& traffic) {
  if (!traffic.zone.name.empty()) return traffic.zone;
  TimeZone zone;
  zone.first_offset_s =
      static_cast<std::int32_t>(traffic.utc_offset_ms / kMsPerSecond);
  return zone;
}

}  // namespace

OfferedRate::OfferedRate(const Traffic& traffic)
    : traffic_(traffic),
      clock_(ConstantOrNamed(traffic)),
      normal_(StandardNormal()),
      busyness_(
          GammaFactor(traffic.busyness_cv *
                      std::sqrt(std::max(traffic.busyness_periods(), 1)))) {
  const auto& hours = traffic_.hours_of_week;
  const double reference =
      traffic_.rate_is_busy_hour
          ? *std::max_element(hours.begin(), hours.end())
          : std::accumulate(hours.begin(), hours.end(), 0.0) / kHoursOfWeek;
  base_cps_ = traffic_.rate_cps / reference;
  if (!traffic_.holidays.empty() || !traffic_.months.empty() ||
      traffic_.growth.per_year != 0.0) {
    PlanDays();
  }
  for (const Burst& burst : traffic_.bursts) bursts_.emplace_back(burst);
  for (const Campaign& campaign : traffic_.campaigns) {
    campaigns_.emplace_back(campaign);
  }
}

// Plans every date once, so that a slot only looks its date up.
void OfferedRate::PlanDays() {
  const double yearly = std::log1p(traffic_.growth.per_year);
  const std::int64_t since = traffic_.growth.since.ms / kMsPerDay;
  const auto& months = traffic_.months;
  const double month_mean =
      std::accumulate(months.begin(), months.end(), 0.0) / 12;
  const std::vector<const Holiday*> holidays = HolidaysByDay(traffic_.holidays);
  days_.resize(kDays);
  for (std::int64_t day = kFirstDay; day < kFirstDay + kDays; ++day) {
    Day& planned = days_[static_cast<std::size_t>(day - kFirstDay)];
    const double years = static_cast<double>(day - since) / kDaysOfYear;
    planned.level = std::clamp(RoundedRatio(std::exp(yearly * years)),
                               1 / kMostGrowth, kMostGrowth);
    if (!months.empty()) {
      const auto month = static_cast<unsigned>(DateOf(DayStart(day)).month());
      planned.level *= months[month - 1] / month_mean;
    }
    auto weekday = static_cast<std::uint32_t>(WeekdayOf(day));
    if (const Holiday* holiday =
            holidays[static_cast<std::size_t>(day - kFirstDay)]) {
      planned.level *= holiday->factor;
      weekday = holiday->like.value_or(weekday);
    }
    planned.first_hour = weekday * 24;
  }
}

double OfferedRate::PlannedAt(std::uint64_t slot) const noexcept {
  const std::int64_t local_s = LocalSecond(slot);
  double rate = base_cps_;
  if (days_.empty()) {
    const std::int64_t hour = FloorDivide(local_s, 3600) + kEpochHourOfWeek;
    const std::int64_t of_week =
        hour - FloorDivide(hour, kHoursOfWeek) * kHoursOfWeek;
    rate *= traffic_.hours_of_week[static_cast<std::size_t>(of_week)];
  } else {
    const std::int64_t day = FloorDivide(local_s, kDaySeconds);
    const auto hour =
        static_cast<std::size_t>((local_s - day * kDaySeconds) / 3600);
    const Day& planned = days_[static_cast<std::size_t>(
        std::clamp(day - kFirstDay, std::int64_t{0}, kDays - 1))];
    rate *= traffic_.hours_of_week[planned.first_hour + hour] * planned.level;
  }
  for (const BurstRate& burst : bursts_) {
    burst.Apply(clock_.zone(), slot, local_s, rate);
  }
  return rate;
}

double OfferedRate::DialledAt(std::uint64_t slot) const noexcept {
  double rate = 0.0;
  for (std::size_t i = 0; i < campaigns_.size(); ++i) rate += RateOf(i, slot);
  return rate;
}

double OfferedRate::RateOf(std::size_t campaign,
                           std::uint64_t slot) const noexcept {
  return campaigns_[campaign].At(clock_.zone(), slot, LocalSecond(slot));
}

// Lognormal with mean 1. Its logarithm is a first-order autoregression over
// days, computed as a moving average, so that it needs no starting point.
double OfferedRate::DayFactor(std::uint64_t run_key,
                              std::int64_t day) const noexcept {
  if (traffic_.day_cv <= 0.0) return 1.0;
  const double rho = traffic_.day_autocorrelation;
  double sum = 0.0;
  double weight = std::sqrt(1.0 - rho * rho);
  for (int back = 0; back < kDaysRemembered; ++back) {
    const std::uint64_t key =
        StreamKey(run_key, kSlotItself, static_cast<std::uint64_t>(day - back));
    sum += weight * normal_(Draw(key, Purpose::kDayFactor)) / kFactorTicks;
    weight *= rho;
  }
  const double variance = std::log1p(traffic_.day_cv * traffic_.day_cv);
  return Rounded(std::exp(std::sqrt(variance) * sum - 0.5 * variance));
}

// The mean of independent factors of this period and earlier ones. A sum of
// integers is the same in any order.
double OfferedRate::Busyness(std::uint64_t run_key,
                             std::int64_t period) const noexcept {
  if (traffic_.busyness_cv <= 0.0) return 1.0;
  const int periods = std::max(traffic_.busyness_periods(), 1);
  std::int64_t sum = 0;
  for (int back = 0; back < periods; ++back) {
    const std::uint64_t key = StreamKey(
        run_key, kSlotItself, static_cast<std::uint64_t>(period - back));
    sum += busyness_(Draw(key, Purpose::kBusyness));
  }
  return static_cast<double>(sum) / (kFactorTicks * periods);
}

std::vector<std::string> OfferedRate::EventsIn(SimTime begin, SimTime end,
                                               std::size_t most) const {
  std::vector<std::pair<std::int64_t, std::string>> events;
  const auto named = [](std::string text, const std::string& name) {
    return name.empty() ? text : text + ' ' + name;
  };
  const auto day_of = [this](SimTime at) {
    return FloorDivide(
        LocalSecond(static_cast<std::uint64_t>(at.ms / kMsPerSecond)),
        kDaySeconds);
  };
  if (!traffic_.holidays.empty() && begin < end) {
    const auto holidays = HolidaysByDay(traffic_.holidays);
    const std::int64_t last = day_of({end.ms - 1});
    std::size_t found = 0;
    for (std::int64_t day = day_of(begin); day <= last && found < most; ++day) {
      const Holiday* holiday =
          holidays[static_cast<std::size_t>(day - kFirstDay)];
      if (holiday == nullptr) continue;
      ++found;
      events.emplace_back(
          clock_.zone().FirstInstantOf(day * kDaySeconds) * kMsPerSecond,
          named(FormatTime(DayStart(day)).substr(0, 10), holiday->name));
    }
  }
  const auto add = [&](const EventStarts& starts, const std::string& name) {
    auto start = starts.Next(clock_.zone(), begin);
    for (std::size_t found = 0; found < most && start && *start < end;
         ++found) {
      events.emplace_back(start->ms, named(FormatTime(*start), name));
      start = starts.Next(clock_.zone(), {start->ms + kMsPerSecond});
    }
  };
  for (std::size_t i = 0; i < bursts_.size(); ++i) {
    add(bursts_[i].starts(), traffic_.bursts[i].name);
  }
  for (std::size_t i = 0; i < campaigns_.size(); ++i) {
    add(campaigns_[i].starts(), traffic_.campaigns[i].name);
  }
  std::sort(events.begin(), events.end());
  std::vector<std::string> texts;
  for (auto& [at, text] : events) {
    if (texts.size() < most) texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace busyhour::internal

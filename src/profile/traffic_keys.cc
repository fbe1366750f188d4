#include "profile/traffic_keys.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "base/time_zone.h"
#include "base/units.h"
#include "profile/calendar_keys.h"
#include "profile/values.h"
#include "text/json_text.h"

namespace busyhour::internal {
namespace {

// `+02:00`.
std::string FormatUtcOffset(std::int64_t ms) {
  // Format the offset as a time of the first day, without seconds.
  const std::string clock = FormatTime({std::abs(ms)}).substr(11, 5);
  return (ms < 0 ? '-' : '+') + clock;
}

// Parses `+02:00` as the zone of a time.
std::optional<std::int64_t> ParseUtcOffset(std::string_view text) {
  const std::string noon = "2000-01-02T12:00Z";
  if (text.size() != 6 || text[3] != ':') return std::nullopt;
  const auto utc = ParseTime(noon);
  const auto local = ParseTime(noon.substr(0, 16) + std::string(text));
  if (!utc || !local) return std::nullopt;
  const std::int64_t offset = utc->ms - local->ms;
  if (offset < -12 * kMsPerHour || offset > 14 * kMsPerHour) {
    return std::nullopt;
  }
  return offset;
}

Value UtcOffset(std::int64_t& ms) {
  return {[&ms](const JsonNode& node, ProblemList& problems) {
            const auto read = node.kind == JsonNode::Kind::kString
                                  ? ParseUtcOffset(node.text)
                                  : std::nullopt;
            if (read) {
              ms = *read;
            } else {
              problems.Add(node, NotA(node,
                                      "an offset from UTC such as \"+02:00\", "
                                      "from -12:00 to +14:00"));
            }
          },
          [&ms] { return JsonString(FormatUtcOffset(ms)); },
          [] {
            return ValueInfo{
                "offset", "-12:00 to +14:00",
                R"("type":"string","pattern":"^[+-]\\d\\d:\\d\\d$")"};
          }};
}

Value ZoneName(TimeZone& zone) {
  return {[&zone](const JsonNode& node, ProblemList& problems) {
            if (node.kind != JsonNode::Kind::kString) {
              problems.Add(node, NotA(node,
                                      "the name of a time zone such as "
                                      "\"Europe/Oslo\""));
              return;
            }
            std::string trouble;
            if (auto found = FindTimeZone(node.text, trouble)) {
              zone = std::move(*found);
            } else {
              problems.Add(node, Quoted(node.text) + ' ' + trouble);
            }
          },
          [&zone] { return zone.name.empty() ? "" : JsonString(zone.name); },
          [] {
            return ValueInfo{"name", "a zone of the time zone database",
                             R"("type":"string","minLength":1)",
                             "the constant `utc_offset`"};
          }};
}

// The rate by hour as written in a profile.
struct Hours {
  std::vector<double> day;
  std::vector<double> week;
  std::vector<double> hours_of_week;
};

constexpr std::size_t kHoursOfDay = 24;
constexpr std::size_t kDaysOfWeek = 7;

// 168 numbers, or 7 lists of 24.
Value HoursOfWeek(std::vector<double>& hours) {
  Value value = Levels(hours, kHoursOfDay * kDaysOfWeek, "");
  value.read = [&hours, flat = value.read](const JsonNode& node,
                                           ProblemList& problems) {
    const bool by_day = node.kind == JsonNode::Kind::kArray &&
                        !node.children.empty() &&
                        node.children[0].kind == JsonNode::Kind::kArray;
    if (!by_day) {
      flat(node, problems);
      return;
    }
    if (node.children.size() != kDaysOfWeek) {
      problems.Add(node, NotA(node, "7 lists of 24 numbers"));
      return;
    }
    std::vector<double> all;
    for (const JsonNode& child : node.children) {
      std::vector<double> day;
      Levels(day, kHoursOfDay, "").read(child, problems);
      all.insert(all.end(), day.begin(), day.end());
    }
    hours = all;
  };
  value.info = [] {
    return ValueInfo{"list of 168 numbers, or 7 lists of 24",
                     "each 0, or 1e-9 to 1e9; not all 0",
                     R"("type":"array","items":{"type":["number","array"]},)"
                     R"("minItems":7,"maxItems":168)",
                     "`day` times `week`"};
  };
  return value;
}

void CheckSum(const Traffic& traffic, const JsonNode& node,
              ProblemList& problems) {
  const double sum = std::accumulate(traffic.hours_of_week.begin(),
                                     traffic.hours_of_week.end(), 0.0);
  if (!(sum > 0)) {
    problems.Add(node, "the rates of all hours of the week are zero");
  }
}

void SetHoursOfWeek(const Hours& hours, const JsonNode& node,
                    ProblemList& problems, Traffic& traffic) {
  for (const char* other : {"day", "week"}) {
    const JsonNode* member = node.Find(other);
    if (member == nullptr) continue;
    problems.AddAtKey(
        *member,
        Quoted(other) + " and \"hours_of_week\" say the same thing; use one");
  }
  if (hours.hours_of_week.size() != traffic.hours_of_week.size()) return;
  std::copy(hours.hours_of_week.begin(), hours.hours_of_week.end(),
            traffic.hours_of_week.begin());
  CheckSum(traffic, *node.Find("hours_of_week"), problems);
}

void SetDayTimesWeek(const Hours& hours, const JsonNode& node,
                     ProblemList& problems, Traffic& traffic) {
  for (std::size_t i = 0; i < traffic.hours_of_week.size(); ++i) {
    const std::size_t hour = i % kHoursOfDay;
    const std::size_t day = i / kHoursOfDay;
    traffic.hours_of_week[i] =
        (hour < hours.day.size() ? hours.day[hour] : 1.0) *
        (day < hours.week.size() ? hours.week[day] : 1.0);
  }
  const JsonNode* said = node.Find("day");
  if (said == nullptr) said = node.Find("week");
  if (said != nullptr) CheckSum(traffic, *said, problems);
}

// Many more periods would take too long to draw.
constexpr int kMostPeriods = 300;
constexpr double kMostBusynessCv = 3.0;

void CheckBusyness(const Traffic& traffic, const JsonNode& node,
                   ProblemList& problems) {
  const JsonNode* busyness = node.Find("busyness");
  const JsonNode* memory =
      busyness == nullptr ? nullptr : busyness->Find("memory");
  if (memory == nullptr || traffic.busyness_memory_ms == 0) return;
  const std::string period = FormatDurationExact(traffic.busyness_period_ms);
  const int periods = traffic.busyness_periods();
  if (traffic.busyness_memory_ms < traffic.busyness_period_ms) {
    problems.Add(*memory,
                 "is shorter than a period, " + period + "; 0 is no memory");
  } else if (periods > kMostPeriods) {
    problems.Add(*memory, "has " + std::to_string(periods) + " periods of " +
                              period + "; at most " +
                              std::to_string(kMostPeriods));
  } else if (traffic.busyness_cv * std::sqrt(periods) > kMostBusynessCv) {
    problems.Add(*memory,
                 "is too long for the \"cv\": cv times the square "
                 "root of " +
                     std::to_string(periods) + " periods must not exceed 3");
  }
}

void VisitBusyness(Traffic& traffic, KeyVisitor& keys) {
  keys.Optional("cv", Number(traffic.busyness_cv, 0, kMostBusynessCv),
                "Coefficient of variation of the factor; 0 for plain "
                "Poisson arrivals. The larger the centre, the smaller: 0.21 "
                "at 120 calls an hour (Brown et al. 2005), 0.03 at 3,000 "
                "(fpp2 `calls`).");
  keys.Optional(
      "period",
      Duration(traffic.busyness_period_ms, 10 * kMsPerSecond, kMsPerDay),
      "Length of a period.",
      "default: the slots in which Brown et al. 2005 counted calls");
  keys.Optional(
      "memory", Duration(traffic.busyness_memory_ms, 0, kMsPerDay),
      "How long the factor of a period has an effect on later ones, in whole "
      "periods: it is the mean of independent factors of as many periods, and "
      "`cv` is that of the mean. 0 if periods are independent. In the fpp2 "
      "`calls` about 75 minutes.",
      "our assumption; a moving average: our choice");
}

void VisitTraffic(Traffic& traffic, Hours& hours, KeyVisitor& keys) {
  keys.Optional("rate", Rate(traffic.rate_cps),
                "Call attempts per second, over all flows.");
  keys.Optional("rate_is",
                Word(traffic.rate_is_busy_hour, {"mean", "busy_hour"}),
                "Whether `rate` is the mean over a week or that of its busiest "
                "hour.");
  keys.Optional("start", Instant(traffic.start),
                "Start of the simulated time; `--start` overrides it. ISO "
                "8601; UTC if there is no zone.");
  keys.Optional("day", Levels(hours.day, kHoursOfDay, "the same at all hours"),
                "Relative rate by hour of the day, from 00:00 local time.");
  keys.Optional("week", Levels(hours.week, kDaysOfWeek, "the same on all days"),
                "Relative rate by day of the week, Monday first.");
  keys.Optional("hours_of_week", HoursOfWeek(hours.hours_of_week),
                "Relative rate by hour of the week, from Monday 00:00 local "
                "time; instead of `day` and `week`.");
  keys.Optional(
      "utc_offset",
      WrittenIf(traffic.zone.name.empty(), UtcOffset(traffic.utc_offset_ms)),
      "Local time minus UTC, constant all year.");
  keys.Optional("time_zone", ZoneName(traffic.zone),
                "Instead of `utc_offset`: a named time zone such as "
                "`\"Europe/Oslo\"`, whose local time has daylight saving. The "
                "output then depends on the version of the time zone database.",
                "names and rules: tzdata of the machine");
  VisitCalendar(traffic, keys);
  keys.Group(
      "day_factor", "A random factor on the rate of a whole day, with mean 1.",
      [&](KeyVisitor& inner) {
        inner.Optional("cv", Number(traffic.day_cv, 0, 2),
                       "Coefficient of variation of the factor; 0 for none. A "
                       "bank's call centre had 0.18 (Brown et al. 2005), a "
                       "larger one 0.063 (fpp2 `calls`).");
        inner.Optional("autocorrelation",
                       Number(traffic.day_autocorrelation, 0, 0.95),
                       "Correlation of one day's factor with the next; these "
                       "had 0.52 and 0.63.");
      });
  keys.Group(
      "busyness",
      "A random factor on the rate of a short period, with mean 1. Counts then "
      "vary more than in a Poisson process.",
      [&](KeyVisitor& inner) { VisitBusyness(traffic, inner); });
  keys.Optional(
      "capacity", WithDefault(Rate(traffic.capacity_cps), "no limit"),
      "Attempts per second that the service accepts before it answers 429.");
}

void CheckZone(const JsonNode& node, ProblemList& problems) {
  const JsonNode* zone = node.Find("time_zone");
  if (zone == nullptr || node.Find("utc_offset") == nullptr) return;
  problems.AddAtKey(*zone,
                    "\"utc_offset\" and \"time_zone\" both say what local time "
                    "is; use one");
}

}  // namespace

Value TrafficObject(Traffic& traffic) {
  Value value = Object([&traffic](KeyVisitor& keys) {
    Hours hours;
    VisitTraffic(traffic, hours, keys);
  });
  value.read = [&traffic](const JsonNode& node, ProblemList& problems) {
    Hours hours;
    ReadObject(node, problems,
               [&](KeyVisitor& keys) { VisitTraffic(traffic, hours, keys); });
    if (node.Find("hours_of_week") != nullptr) {
      SetHoursOfWeek(hours, node, problems, traffic);
    } else {
      SetDayTimesWeek(hours, node, problems, traffic);
    }
    CheckZone(node, problems);
    CheckCalendar(traffic, node, problems);
    CheckBusyness(traffic, node, problems);
  };
  value.write = [&traffic] {
    Hours hours;
    hours.hours_of_week.assign(traffic.hours_of_week.begin(),
                               traffic.hours_of_week.end());
    return WriteObject(
        [&](KeyVisitor& keys) { VisitTraffic(traffic, hours, keys); });
  };
  return value;
}

double PeakRate(const Traffic& traffic) {
  const auto& hours = traffic.hours_of_week;
  const auto sum = [](const auto& levels) {
    return std::accumulate(levels.begin(), levels.end(), 0.0);
  };
  const auto peak = [&sum](const auto& levels) {
    return *std::max_element(levels.begin(), levels.end()) *
           static_cast<double>(levels.size()) / sum(levels);
  };
  if (!(sum(hours) > 0)) return 0;
  double rate = traffic.rate_cps;
  if (!traffic.rate_is_busy_hour) rate *= peak(hours);
  if (sum(traffic.months) > 0) rate *= peak(traffic.months);
  double of_holidays = 1;
  for (const Holiday& holiday : traffic.holidays) {
    of_holidays = std::max(of_holidays, holiday.factor);
  }
  rate *= of_holidays;
  double added = 0;
  for (const Burst& burst : traffic.bursts) {
    rate *= std::max(burst.factor, 1.0);
    added += burst.calls * 1000 /
             static_cast<double>(burst.rise_ms / 2 + burst.decay_ms);
  }
  for (const Campaign& campaign : traffic.campaigns) added += campaign.rate_cps;
  return rate + added;
}

}  // namespace busyhour::internal

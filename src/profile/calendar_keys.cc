#include "profile/calendar_keys.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/units.h"
#include "profile/values.h"
#include "text/json_text.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kMonthsOfYear = 12;
// In this year every date exists that recurs.
constexpr std::string_view kLeapYear = "2000-";

std::optional<std::chrono::year_month_day> ParseDate(std::string_view text) {
  constexpr std::size_t kDateLength = 10;  // `2026-12-25`
  const auto time = ParseTime(text);
  if (text.size() != kDateLength || !time) return std::nullopt;
  return DateOf(*time);
}

std::string DateText(SimTime midnight) {
  return FormatTime(midnight).substr(0, 10);
}

Value HolidayDate(Holiday& holiday) {
  return {[&holiday](const JsonNode& node, ProblemList& problems) {
            const bool recurs = node.text.size() == 5;
            const auto date =
                ParseDate((recurs ? std::string(kLeapYear) : "") + node.text);
            if (node.kind != JsonNode::Kind::kString || !date) {
              problems.Add(node, NotA(node,
                                      "a date such as \"2026-12-25\", from "
                                      "1970 to 2499, or \"12-25\" for every "
                                      "year"));
              return;
            }
            holiday.year = recurs ? 0 : static_cast<int>(date->year());
            holiday.month = static_cast<unsigned>(date->month());
            holiday.day = static_cast<unsigned>(date->day());
          },
          [&holiday] {
            char text[32];
            std::snprintf(text, sizeof text, "%04d-%02u-%02u", holiday.year,
                          holiday.month, holiday.day);
            return JsonString(holiday.year == 0 ? text + 5 : text);
          },
          [] {
            return ValueInfo{
                "date", "1970-01-01 to 2499-12-31, or without the year",
                R"("type":"string","pattern":"^(\\d{4}-)?\\d\\d-\\d\\d$")", ""};
          }};
}

Value Date(SimTime& midnight) {
  return {[&midnight](const JsonNode& node, ProblemList& problems) {
            const auto date = node.kind == JsonNode::Kind::kString
                                  ? ParseDate(node.text)
                                  : std::nullopt;
            if (date) {
              midnight = MidnightOf(*date);
            } else {
              problems.Add(node, NotA(node,
                                      "a date such as \"2026-01-01\", from "
                                      "1970 to 2499"));
            }
          },
          [&midnight] { return JsonString(DateText(midnight)); },
          [] {
            return ValueInfo{"date", "1970-01-01 to 2499-12-31",
                             R"("type":"string","format":"date")"};
          }};
}

Value Weekday(std::optional<unsigned>& weekday) {
  Value value = WithDefault(WordNumber(
                                {"monday", "tuesday", "wednesday", "thursday",
                                 "friday", "saturday", "sunday"},
                                weekday.value_or(0),
                                [&weekday](std::size_t number) {
                                  weekday = static_cast<unsigned>(number);
                                },
                                "a day of the week"),
                            "its own day of the week");
  value.write = [&weekday, write = value.write] {
    return weekday ? write() : "";
  };
  return value;
}

void VisitHoliday(Holiday& holiday, KeyVisitor& keys) {
  keys.Required("date", HolidayDate(holiday),
                "The local date; `\"12-25\"` is every year's.", "");
  keys.Optional("name", WithDefault(Prose(holiday.name), "no name"),
                "Its name, shown by `busyhour describe`.", "");
  keys.Optional("like", Weekday(holiday.like),
                "The day of the week whose hours it has.");
  keys.Optional("factor", Number(holiday.factor, 0, 1000),
                "Factor on the rate of the whole day.");
}

void VisitGrowth(Growth& growth, KeyVisitor& keys) {
  keys.Optional("per_year", Number(growth.per_year, -0.9, 9),
                "Growth in 365.25 days: 0.2 for 20 %. It is exponential, by "
                "local date, and limited to a factor of 1000 either way.");
  keys.Optional("since", Date(growth.since),
                "The date on which the growth has factor 1.");
}

// The keys for the starts of a burst or a campaign.
void VisitStarts(LocalStarts& starts, KeyVisitor& keys) {
  SimTime at = starts.at.value_or(SimTime{});
  Value instant = WithDefault(Instant(at), "not set");
  instant.read = [&starts](const JsonNode& node, ProblemList& problems) {
    SimTime read;
    Instant(read).read(node, problems);
    starts.at = read;
  };
  if (!starts.at) instant.write = [] { return std::string(); };
  keys.Optional("at", instant,
                "Its start, if it occurs once. ISO 8601; UTC if there is no "
                "zone.",
                "");
  keys.Optional(
      "every",
      WithDefault(Duration(starts.every_ms, kMsPerHour, kMsPerYear), "not set"),
      "Time between its starts, if it recurs: multiples of this since "
      "1970-01-01, a Thursday, in local time, plus `offset`.");
  keys.Optional(
      "offset",
      WrittenIf(starts.every_ms > 0, Duration(starts.offset_ms, 0, kMsPerYear)),
      "Offset of all starts; less than `every`.");
}

void VisitBurst(Burst& burst, KeyVisitor& keys) {
  keys.Optional("name", WithDefault(Prose(burst.name), "no name"),
                "Its name, shown by `busyhour describe`.", "");
  VisitStarts(burst, keys);
  keys.Optional(
      "calls",
      WithDefault(WrittenIf(burst.calls > 0, Number(burst.calls, 0, 1e9)),
                  "not set"),
      "Call attempts in addition to the usual ones, in all.");
  keys.Optional(
      "factor",
      WithDefault(WrittenIf(burst.calls == 0, Number(burst.factor, 0, 1000)),
                  "not set"),
      "Instead of `calls`: factor on the rate at the peak.");
  keys.Optional("rise", Duration(burst.rise_ms, 0, kMsPerDay),
                "From its start to its peak. The rise is linear.");
  keys.Optional("decay", Duration(burst.decay_ms, 10 * kMsPerSecond, kMsPerDay),
                "The time after the peak in which it falls to 37 %. It ends "
                "after ten times this.");
}

void VisitCampaign(Campaign& campaign, KeyVisitor& keys) {
  keys.Optional("name", WithDefault(Prose(campaign.name), "no name"),
                "Its name, shown by `busyhour describe`.", "");
  keys.Required("flow", Name(campaign.flow, "_", 1, 48),
                "The flow of its calls. The `redials` of the flow say which "
                "contacts are tried again.");
  VisitStarts(campaign, keys);
  keys.Required("list", Count(campaign.list, 1, 1'000'000'000),
                "Number of contacts in the list, each called once, and again "
                "as `redials` say. The number of calls is random, with this "
                "mean.");
  keys.Required("rate", Rate(campaign.rate_cps),
                "First attempts per second until the list is used up. No "
                "random factor and no incident changes it.");
}

void CheckHolidays(const Traffic& traffic, const JsonNode& list,
                   ProblemList& problems) {
  for (std::size_t i = 0; i < traffic.holidays.size(); ++i) {
    const JsonNode& node = list.children[i];
    if (node.kind != JsonNode::Kind::kObject) continue;
    if (node.Find("like") == nullptr && node.Find("factor") == nullptr) {
      problems.Add(node, "\"like\" or \"factor\" is missing");
    }
    const JsonNode* date = node.Find("date");
    for (std::size_t j = 0; date != nullptr && j < i; ++j) {
      const JsonNode* earlier = list.children[j].Find("date");
      if (earlier == nullptr || earlier->text != date->text) continue;
      const std::string& name = traffic.holidays[j].name;
      problems.Add(*date, Quoted(date->text) + " is a holiday already" +
                              (name.empty() ? "" : ": " + Quoted(name)));
      break;
    }
  }
}

// Checks the keys of `VisitStarts`. True if the event recurs.
bool CheckStarts(const LocalStarts& starts, const JsonNode& node,
                 ProblemList& problems) {
  const bool recurs = node.Find("every") != nullptr;
  if (recurs == (node.Find("at") != nullptr)) {
    problems.Add(node, recurs ? "\"at\" and \"every\" both say when it starts; "
                                "use one"
                              : "\"at\" or \"every\" is missing");
  }
  if (!recurs) {
    if (const JsonNode* offset = node.Find("offset")) {
      problems.AddAtKey(*offset, "\"offset\" requires \"every\"");
    }
    return false;
  }
  if (starts.offset_ms >= starts.every_ms) {
    problems.Add(node.PlaceOf("offset"),
                 "the offset, " + FormatDurationExact(starts.offset_ms) +
                     ", must be less than the " +
                     FormatDurationExact(starts.every_ms) + " of \"every\"");
  }
  return true;
}

void CheckCampaign(const Campaign& campaign, const JsonNode& node,
                   ProblemList& problems) {
  if (node.kind != JsonNode::Kind::kObject) return;
  if (!CheckStarts(campaign, node, problems)) return;
  if (campaign.length_ms() > campaign.every_ms) {
    problems.Add(node.PlaceOf("list"),
                 "the list lasts " + FormatDurationExact(campaign.length_ms()) +
                     ", longer than the " +
                     FormatDurationExact(campaign.every_ms) +
                     " until the campaign comes again");
  }
}

void CheckBurst(const Burst& burst, const JsonNode& node,
                ProblemList& problems) {
  if (node.kind != JsonNode::Kind::kObject) return;
  const bool recurs = CheckStarts(burst, node, problems);
  if ((node.Find("calls") != nullptr) == (node.Find("factor") != nullptr)) {
    problems.Add(node, node.Find("calls") != nullptr
                           ? "\"calls\" and \"factor\" both say how large it "
                             "is; use one"
                           : "\"calls\" or \"factor\" is missing");
  }
  if (recurs && burst.length_ms() > burst.every_ms) {
    problems.Add(node.PlaceOf("decay"),
                 "it lasts " + FormatDurationExact(burst.length_ms()) +
                     " (the rise and ten times the decay), longer than the " +
                     FormatDurationExact(burst.every_ms) +
                     " until it comes again");
  }
}

}  // namespace

void VisitCalendar(Traffic& traffic, KeyVisitor& keys) {
  keys.Optional(
      "holidays", ListOf<Holiday>(traffic.holidays, 0, 1000, VisitHoliday),
      "Dates with traffic of their own. A date with a year takes precedence "
      "over the same date of every year.",
      "");
  keys.Group("growth", "Growth of the rate over the years.",
             [&](KeyVisitor& inner) { VisitGrowth(traffic.growth, inner); });
  keys.Optional("months",
                Levels(traffic.months, kMonthsOfYear, "the same in all months"),
                "Relative rate by month, January first; `rate` is that of a "
                "month with the mean of these.");
  keys.Optional(
      "bursts", ListOf<Burst>(traffic.bursts, 0, 50, VisitBurst),
      "Sudden rises of the rate with an exponential decay, as after a "
      "television spot.",
      "");
  keys.Optional(
      "campaigns", ListOf<Campaign>(traffic.campaigns, 0, 50, VisitCampaign),
      "Campaigns of a dialler: calls to the contacts of a list, in addition to "
      "the usual ones.",
      "");
}

void CheckCalendar(const Traffic& traffic, const JsonNode& node,
                   ProblemList& problems) {
  const JsonNode* holidays = node.Find("holidays");
  if (holidays != nullptr &&
      holidays->children.size() == traffic.holidays.size()) {
    CheckHolidays(traffic, *holidays, problems);
  }
  const JsonNode* bursts = node.Find("bursts");
  if (bursts != nullptr && bursts->children.size() == traffic.bursts.size()) {
    for (std::size_t i = 0; i < traffic.bursts.size(); ++i) {
      CheckBurst(traffic.bursts[i], bursts->children[i], problems);
    }
  }
  const JsonNode* campaigns = node.Find("campaigns");
  if (campaigns != nullptr &&
      campaigns->children.size() == traffic.campaigns.size()) {
    for (std::size_t i = 0; i < traffic.campaigns.size(); ++i) {
      CheckCampaign(traffic.campaigns[i], campaigns->children[i], problems);
    }
  }
  const JsonNode* months = node.Find("months");
  if (months != nullptr && traffic.months.size() == kMonthsOfYear &&
      !(std::accumulate(traffic.months.begin(), traffic.months.end(), 0.0) >
        0)) {
    problems.Add(*months, "the rates of all months are zero");
  }
}

}  // namespace busyhour::internal

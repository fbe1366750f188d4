#include "base/duration_hint.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>

#include "base/ascii.h"
#include "base/time.h"
#include "base/units.h"

namespace busyhour::internal {
namespace {

// Longer ones are not shown as a hint.
constexpr double kLongestMs = 1e5 * kMsPerDay;

struct OtherUnit {
  std::string_view name;
  std::int64_t ms;
};
// Also with an s behind them, unless they have one letter.
constexpr std::array kOtherUnits = {
    OtherUnit{"y", 365 * kMsPerDay},
    OtherUnit{"yr", 365 * kMsPerDay},
    OtherUnit{"year", 365 * kMsPerDay},
    OtherUnit{"mo", 30 * kMsPerDay},
    OtherUnit{"month", 30 * kMsPerDay},
    OtherUnit{"w", 7 * kMsPerDay},
    OtherUnit{"week", 7 * kMsPerDay},
    OtherUnit{"d", kMsPerDay},
    OtherUnit{"day", kMsPerDay},
    OtherUnit{"h", kMsPerHour},
    OtherUnit{"hr", kMsPerHour},
    OtherUnit{"hour", kMsPerHour},
    OtherUnit{"m", kMsPerMinute},
    OtherUnit{"min", kMsPerMinute},
    OtherUnit{"minute", kMsPerMinute},
    OtherUnit{"s", kMsPerSecond},
    OtherUnit{"sec", kMsPerSecond},
    OtherUnit{"second", kMsPerSecond},
    OtherUnit{"ms", 1},
};

// `90 minutes`, `2w`.
std::optional<double> OneUnit(const std::string& lower) {
  double number = 0;
  const char* const end = lower.data() + lower.size();
  const auto read = std::from_chars(lower.data(), end, number);
  if (read.ec != std::errc{}) return std::nullopt;
  std::string_view unit(read.ptr, static_cast<std::size_t>(end - read.ptr));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  for (const OtherUnit& each : kOtherUnits) {
    const bool is_plural = each.name.size() > 1 && unit.ends_with('s') &&
                           unit.substr(0, unit.size() - 1) == each.name;
    if (unit == each.name || is_plural) {
      return number * static_cast<double>(each.ms);
    }
  }
  return std::nullopt;
}

// `PT1H30M`, `P1D`. A month is no number of days.
std::optional<double> OfIso(const std::string& lower) {
  if (!lower.starts_with('p')) return std::nullopt;
  const std::size_t t = std::min(lower.find('t'), lower.size());
  if (std::min(lower.find('m'), lower.size()) < t) return std::nullopt;
  std::string plain = lower.substr(1);
  std::erase(plain, 't');
  const auto ms = ParseDuration(plain);
  if (!ms) return std::nullopt;
  return static_cast<double>(*ms);
}

// `01:30:00`, `01:30`.
std::optional<double> OfClock(std::string_view text) {
  std::array<std::int64_t, 3> parts = {};
  std::size_t count = 0;
  for (; count < parts.size(); ++count) {
    const std::size_t end = std::min(text.find(':'), text.size());
    const auto part = ParseUnsigned(text.substr(0, end));
    if (!part || end > 3) return std::nullopt;
    parts[count] = static_cast<std::int64_t>(*part);
    text.remove_prefix(end);
    if (text.empty()) break;
    text.remove_prefix(1);
  }
  if (count == 0 || count == parts.size()) return std::nullopt;
  return static_cast<double>(parts[0] * kMsPerHour + parts[1] * kMsPerMinute +
                             parts[2] * kMsPerSecond);
}

}  // namespace

std::string DurationHint(std::string_view text) {
  const std::string lower = InLowerCase(text);
  // Those that are valid, and only too large or too small here.
  if (ParseDuration(text)) return {};
  if (ParseUnsigned(text).value_or(0) > 0 &&
      ParseDuration(std::string(text) + 's')) {
    return "; did you mean \"" + std::string(text) + "s\"?";
  }
  for (const std::optional<double> ms :
       {OneUnit(lower), OfIso(lower), OfClock(lower)}) {
    if (!ms || !(*ms >= 1 && *ms <= kLongestMs)) continue;
    return "; did you mean \"" + FormatDurationExact(std::llround(*ms)) + "\"?";
  }
  return {};
}

}  // namespace busyhour::internal

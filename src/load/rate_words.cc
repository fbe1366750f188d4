#include "load/rate_words.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "base/units.h"

namespace busyhour::internal {
namespace {

// More than one machine can make, and far below the rate at which the times of
// neighbouring records become equal.
constexpr double kMostPerSecond = 1e8;
constexpr double kMostBytesPerSecond = 1e11;
constexpr double kLeastPerSecond = 1e-4;
constexpr double kMostSpeed = 1e6;

struct UnitName {
  std::string_view name;
  PaceUnit unit;
};
constexpr std::array kUnits = {
    UnitName{"records", PaceUnit::kRecords},
    UnitName{"calls", PaceUnit::kCalls},
    UnitName{"messages", PaceUnit::kMessages},
};

// A size per time, `50MB/s`.
std::optional<double> ParseByteRate(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos || slash == 0 ||
      (text[slash - 1] != 'B' && text[slash - 1] != 'b')) {
    return std::nullopt;
  }
  const auto size = ParseSize(text.substr(0, slash));
  const auto per = ParseRate("1" + text.substr(slash));
  if (!size || !per) return std::nullopt;
  return static_cast<double>(*size) * *per;
}

// What to write instead of a rate as other tools write it: `500`, `500rps`,
// `unlimited`.
std::string RateHint(std::string_view text) {
  constexpr std::array<std::string_view, 5> kNoLimit = {
      "unlimited", "full", "inf", "infinite", "none"};
  const std::string lower = InLowerCase(text);
  std::string ours;
  if (std::find(kNoLimit.begin(), kNoLimit.end(), lower) != kNoLimit.end()) {
    ours = "max";
  } else {
    std::string_view number = lower;
    for (const std::string_view unit : {"rps", "eps", "tps", "qps", "ps"}) {
      if (!number.ends_with(unit)) continue;
      number.remove_suffix(unit.size());
      break;
    }
    if (ParseCount(number).value_or(0) == 0) return {};
    ours = std::string(number) + "/s";
  }
  return "; did you mean \"" + ours + "\"?";
}

}  // namespace

std::string_view RateUnit(PaceUnit unit) {
  switch (unit) {
    case PaceUnit::kSimulatedSeconds:
      return "x";
    case PaceUnit::kRecords:
      return "records/s";
    case PaceUnit::kCalls:
      return "calls/s";
    case PaceUnit::kMessages:
      return "messages/s";
    case PaceUnit::kBytes:
      return "bytes/s";
  }
  return "";
}

RateWords ReadRate(const std::optional<std::string>& speed,
                   const std::optional<std::string>& rate,
                   std::vector<Problem>& problems) {
  const auto refuse = [&](const char* option, std::string message) {
    problems.push_back({option, 0, 0, "", std::move(message)});
    return RateWords{};
  };
  if (speed && rate) {
    return refuse("--rate", "cannot be combined with --speed");
  }
  if (rate) {
    if (*rate == "max") {
      return {PaceUnit::kRecords, 0.0,
              "as fast as the receiver accepts records"};
    }
    RateWords read;
    double most = kMostPerSecond;
    std::optional<double> value = ParseByteRate(*rate);
    if (value) {
      read.unit = PaceUnit::kBytes;
      read.text = FormatSize(*value) + "/s";
      most = kMostBytesPerSecond;
    } else {
      std::string text = *rate;
      UnitName unit = kUnits[0];
      const std::size_t slash = std::min(text.find('/'), text.size());
      for (const UnitName& each : kUnits) {
        if (!std::string_view(text).substr(0, slash).ends_with(each.name)) {
          continue;
        }
        unit = each;
        text.erase(slash - each.name.size(), each.name.size());
        break;
      }
      text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
      value = ParseRate(text);
      read.unit = unit.unit;
      if (value) {
        read.text = FormatAmount(*value) + " " + std::string(unit.name) + "/s";
      }
    }
    if (!value) {
      return refuse("--rate", "\"" + *rate +
                                  "\" is not a rate, such as 20000/s, 50MB/s, "
                                  "100calls/s, 10messages/s or max" +
                                  RateHint(*rate));
    }
    if (!(*value >= kLeastPerSecond && *value <= most)) {
      return refuse(
          "--rate",
          "\"" + *rate + "\" is out of range: from 0.0001/s to " +
              (read.unit == PaceUnit::kBytes ? "100 GB/s" : "100M/s") +
              "; max is as fast as the receiver accepts records");
    }
    read.per_second = *value;
    return read;
  }
  const std::string text = speed.value_or("1");
  char* end = nullptr;
  const double factor = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || end != text.c_str() + text.size() ||
      !(factor >= kLeastPerSecond && factor <= kMostSpeed)) {
    return refuse("--speed", "\"" + text +
                                 "\" is not a number from 0.0001 to 1000000, a "
                                 "multiple of real time");
  }
  return {PaceUnit::kSimulatedSeconds, factor,
          factor == 1 ? "in real time" : text + " times real time"};
}

}  // namespace busyhour::internal

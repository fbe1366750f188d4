#include "report/chart.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "base/printable.h"
#include "base/units.h"

namespace busyhour::internal {
namespace {

using OrderedJson = nlohmann::ordered_json;

// Whole numbers above this are not exact.
constexpr double kMostExact = 9e15;
// Largest ratio of the highest to the lowest value on a linear scale.
constexpr double kMostLinear = 50;

std::string_view NameOf(ChartAxis axis) {
  switch (axis) {
    case ChartAxis::kSeconds:
      return "seconds";
    case ChartAxis::kTime:
      return "time";
    case ChartAxis::kNines:
      return "nines";
    case ChartAxis::kTrials:
      return "trials";
  }
  return "";
}

// With five significant digits, which a chart can show; whole numbers exactly.
double Rounded(double value) {
  if (value == std::round(value)) return value;
  const double unit =
      std::pow(10.0, 4 - std::floor(std::log10(std::fabs(value))));
  return std::round(value * unit) / unit;
}

OrderedJson NumberJson(double value) {
  if (!std::isfinite(value)) return nullptr;
  const double rounded = Rounded(value);
  if (rounded != std::round(rounded) || std::fabs(rounded) > kMostExact) {
    return rounded;
  }
  return std::llround(rounded);
}

OrderedJson NumbersJson(const std::vector<double>& values) {
  OrderedJson json = OrderedJson::array();
  for (const double value : values) json.push_back(NumberJson(value));
  return json;
}

struct Extremes {
  double least = INFINITY;
  double most = -INFINITY;
  std::size_t at = 0;  // of the highest value
};

Extremes ExtremesOf(const ChartSeries& series) {
  Extremes found;
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    const double value = series.values[i];
    if (!std::isfinite(value)) continue;
    found.least = std::min(found.least, value);
    if (value <= found.most) continue;
    found.most = value;
    found.at = i;
  }
  return found;
}

std::string PlaceText(const Chart& chart, std::size_t at) {
  const std::string& text = chart.x_texts[at];
  switch (chart.axis) {
    case ChartAxis::kSeconds:
      return text + " s";
    case ChartAxis::kTrials:
      return "trial " + text;
    default:
      return text;
  }
}

bool IsLogarithmic(const Chart& chart) {
  if (!chart.may_be_logarithmic) return false;
  double least = INFINITY;
  double most = 0;
  for (const ChartSeries& series : chart.series) {
    for (const double value : series.values) {
      if (!(value > 0)) continue;
      least = std::min(least, value);
      most = std::max(most, value);
    }
  }
  return most > kMostLinear * least;
}

}  // namespace

std::string ChartWords(const Chart& chart) {
  std::string words;
  for (const ChartSeries& series : chart.series) {
    words += (words.empty() ? "" : " ") + series.name + ": ";
    const Extremes found = ExtremesOf(series);
    if (!std::isfinite(found.least)) {
      words += "no values.";
      continue;
    }
    words += NumberText(found.least);
    if (found.most > found.least) words += " to " + NumberText(found.most);
    if (!chart.unit.empty()) words += ' ' + chart.unit;
    if (found.most > found.least) {
      words += ", highest at " + PlaceText(chart, found.at);
    }
    words += '.';
  }
  return words;
}

std::string HighestWords(const Chart& chart) {
  if (chart.axis == ChartAxis::kNines || chart.series.empty()) return "";
  const auto main = std::find_if(
      chart.series.begin(), chart.series.end(),
      [](const ChartSeries& series) { return series.style == "main"; });
  const ChartSeries& series =
      main == chart.series.end() ? chart.series.front() : *main;
  const Extremes found = ExtremesOf(series);
  if (!std::isfinite(found.least)) return "";
  return "Highest " + series.name + ": " + NumberText(found.most) +
         (chart.unit.empty() ? "" : " ") + chart.unit +
         (found.most > found.least ? ", at " + PlaceText(chart, found.at)
                                   : "") +
         '.';
}

OrderedJson ChartJson(const Chart& chart, const std::string& id,
                      const std::string& group) {
  OrderedJson json = {{"id", id}, {"group", group}};
  json["label"] = ForPerson("Chart: " + chart.title + ". " + ChartWords(chart));
  json["x"] = NameOf(chart.axis);
  json["unit"] = chart.unit;
  json["log"] = IsLogarithmic(chart);
  if (chart.axis == ChartAxis::kNines) json["names"] = chart.x_texts;
  json["series"] = json["bands"] = json["limits"] = OrderedJson::array();
  json["data"].push_back(NumbersJson(chart.x));
  for (const ChartSeries& series : chart.series) {
    json["series"].push_back(
        {{"name", ForPerson(series.name)}, {"style", series.style}});
    json["data"].push_back(NumbersJson(series.values));
  }
  for (const ChartBand& band : chart.bands) {
    json["bands"].push_back(NumbersJson({band.from, band.to}));
  }
  for (const ChartLimit& limit : chart.limits) {
    json["limits"].push_back(
        OrderedJson::array({NumberJson(limit.value), ForPerson(limit.name)}));
  }
  return json;
}

bool HasValues(const Chart& chart) {
  return std::any_of(
      chart.series.begin(), chart.series.end(), [](const ChartSeries& series) {
        return std::any_of(
            series.values.begin(), series.values.end(),
            [](double value) { return std::isfinite(value) && value != 0; });
      });
}

std::string NumberText(double value) {
  if (!std::isfinite(value)) return "–";
  const double size = std::fabs(value);
  const std::string sign = value < 0 ? "-" : "";
  if (size > kMostExact) return sign + FormatAmount(size);
  if (size == std::round(size) || size >= 1000) {
    return sign + FormatCount(static_cast<std::uint64_t>(std::llround(size)));
  }
  char text[64];
  const int digits =
      std::clamp(3 - static_cast<int>(std::floor(std::log10(size))), 0, 12);
  const auto end = std::to_chars(text, text + sizeof text, size,
                                 std::chars_format::fixed, digits);
  std::string number(text, end.ptr);
  if (number.find('.') != number.npos) {
    number.erase(number.find_last_not_of('0') + 1);
    if (number.back() == '.') number.pop_back();
  }
  return sign + number;
}

}  // namespace busyhour::internal

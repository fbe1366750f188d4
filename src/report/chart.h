#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour::internal {

/// What the values of x are.
enum class ChartAxis : unsigned char {
  kSeconds,  ///< of a run
  kTime,     ///< seconds since 1970
  kNines,    ///< -log10(1 - share): 1 is 90 %, 2 is 99 %
  kTrials,   ///< numbers of trials, from 1 on
};

/// A line of a chart.
struct ChartSeries {
  std::string name;
  /// One of the colours of page.css: `main`, `second`, `third`, `plan`, `bad`,
  /// `old`.
  std::string_view style;
  std::vector<double> values;  ///< for each x; NaN if there is none
};

/// A span of x that is marked, such as an incident.
struct ChartBand {
  double from = 0;
  double to = 0;
  std::string name;
};

/// A value of y that is marked, such as a threshold.
struct ChartLimit {
  double value = 0;
  std::string name;
};

/// A chart, and the table of the same figures.
struct Chart {
  std::string title;
  std::string remark;
  ChartAxis axis = ChartAxis::kSeconds;
  std::string x_name;  ///< `second`
  std::vector<double> x;
  std::vector<std::string> x_texts;  ///< the values of x in the table
  std::string unit;                  ///< of y: `ms`, `records/s`
  std::vector<ChartSeries> series;
  std::vector<ChartBand> bands;
  std::vector<ChartLimit> limits;
  /// Whether y may have a logarithmic scale, if its values differ a lot.
  bool may_be_logarithmic = false;
};

/// In words: the extremes of each line, and where they are.
std::string ChartWords(const Chart& chart);

/// The highest value of the line with the style `main`, or else of the first;
/// empty if there is none.
std::string HighestWords(const Chart& chart);

/// The data of a chart for page.js. Charts with the same `group` share
/// a cursor.
nlohmann::ordered_json ChartJson(const Chart& chart, const std::string& id,
                                 const std::string& group);

/// Whether any of the values is not 0.
bool HasValues(const Chart& chart);

/// A number for people: `1,234`, `0.05678`; four significant digits, or all of
/// a whole number. `–` for NaN.
std::string NumberText(double value);

}  // namespace busyhour::internal

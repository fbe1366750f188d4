#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace busyhour::internal {

/// What the value of a figure is, and how thresholds write it.
enum class FigureKind : std::uint8_t {
  kCount,     ///< a number: `0`, `20k`
  kNumber,    ///< a number with decimals, perhaps negative: `12.5`
  kPart,      ///< a number, or a share of the figure's whole: `0.1%`
  kRate,      ///< per second: `20000/s`
  kRatePart,  ///< per second, or a share of the figure's whole: `0.99`
  kTime,      ///< nanoseconds: `50ms`, `1.5s`, `200us`
  kSize,      ///< bytes: `10GB`, `64MiB`
  kShare,     ///< in [0, 1]: `0.99`, `99%`
};

/// A figure that thresholds can judge. Its name must outlive them.
struct FigureName {
  std::string_view name;  ///< such as `lateness.p99`
  FigureKind kind = FigureKind::kCount;
  /// Whether it is measured second by second, so that a threshold can leave out
  /// the first ones.
  bool by_second = false;
};

/// The value of a figure.
struct Figure {
  double value = 0;
  /// What a share of it refers to; 0 if it has no shares.
  double whole = 0;
  /// Its values in each second, or its sum up to the end of each second. Empty
  /// if not known.
  std::vector<double> seconds;
  /// Whether there is a value. A threshold on another figure is missed.
  bool is_known = true;
};

/// A figure of a `Result`, and how it is found there. The figures of a command
/// are a table of these.
template <class Result>
struct FigureOf {
  FigureName name;
  Figure (*measure)(const Result&);
};

/// The names in a table.
template <class Result>
std::vector<FigureName> NamesOf(std::span<const FigureOf<Result>> table) {
  std::vector<FigureName> names;
  for (const FigureOf<Result>& row : table) names.push_back(row.name);
  return names;
}

/// The figure with this name, which must be in the table.
template <class Result>
Figure Measure(std::span<const FigureOf<Result>> table, std::string_view name,
               const Result& result) {
  for (const FigureOf<Result>& row : table) {
    if (row.name.name == name) return row.measure(result);
  }
  Figure unknown;
  unknown.is_known = false;
  return unknown;
}

}  // namespace busyhour::internal

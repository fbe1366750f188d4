#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/error.h"
#include "check/check.h"
#include "check/figure.h"

namespace busyhour::internal {

/// A requirement on a figure: `failed=0`, `lateness.p99 < 50ms after 10s`.
class Threshold {
 public:
  enum class Comparison : std::uint8_t {
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kEqual,
    kNotEqual
  };

  /// Reads `NAME COMPARISON VALUE [after DURATION]`, with a comparison of `<`,
  /// `<=`, `>`, `>=`, `=`, `!=`. Returns nothing and sets `problem` if it is
  /// none, or if the figure is not among `figures`.
  static std::optional<Threshold> Parse(std::string_view text,
                                        std::span<const FigureName> figures,
                                        std::string& problem);

  std::string_view figure() const noexcept { return figure_.name; }
  /// The value that the figure is compared with, in the unit of its kind; or
  /// with `is_share`, a share.
  double bound() const noexcept { return bound_; }
  bool is_share() const noexcept { return is_share_; }
  /// The seconds at the beginning that it does not concern.
  std::int64_t after_s() const noexcept { return after_s_; }
  /// As it was given.
  const std::string& text() const noexcept { return text_; }
  /// Judges the value of the figure from `after_s` on.
  Check Judge(const Figure& figure) const;

 private:
  Threshold(std::string_view text, FigureName figure, Comparison comparison,
            double bound, bool is_share, std::int64_t after_s);

  bool Holds(double value, double bound) const noexcept;
  std::string ValueText(double value, bool is_share) const;

  std::string text_;
  FigureName figure_;
  Comparison comparison_;
  double bound_;
  bool is_share_;
  std::int64_t after_s_;
};

/// Judges a result by the figures in its table.
template <class Result>
std::vector<Check> Judge(std::span<const Threshold> thresholds,
                         std::span<const FigureOf<Result>> table,
                         const Result& result) {
  std::vector<Check> checks;
  for (const Threshold& threshold : thresholds) {
    checks.push_back(
        threshold.Judge(Measure(table, threshold.figure(), result)));
  }
  return checks;
}

/// The thresholds of a file: one a line, `#` begins a comment. Problems are
/// added with the file and the line.
std::vector<Threshold> ReadThresholds(const std::string& path,
                                      std::span<const FigureName> figures,
                                      std::vector<Problem>& problems);

}  // namespace busyhour::internal

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/error.h"
#include "check/check.h"

namespace busyhour {

/// What the value of a figure is, and how thresholds write it.
enum class FigureKind : std::uint8_t {
  kCount,  ///< a number: `0`, `20k`
  kPart,   ///< a number, or a share of the figure's whole: `0.1%`
  kRate,   ///< per second: `20000/s`; or a share of the figure's whole: `0.99`
  kTime,   ///< nanoseconds: `50ms`, `1.5s`, `200us`
  kShare,  ///< in [0, 1]: `0.99`, `99%`
};

/// A figure that thresholds can judge. Its name must outlive them.
struct FigureName {
  std::string_view name;  ///< such as `lateness.p99`
  FigureKind kind = FigureKind::kCount;
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

/// The thresholds of a file: one a line, `#` begins a comment. Problems are
/// added with the file and the line.
std::vector<Threshold> ReadThresholds(const std::string& path,
                                      std::span<const FigureName> figures,
                                      std::vector<Problem>& problems);

}  // namespace busyhour

#include "check/threshold.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <system_error>
#include <utility>

#include "base/nearest.h"
#include "base/units.h"
#include "base/whole_file.h"
#include "text/problems.h"

namespace busyhour::internal {
namespace {

using Comparison = Threshold::Comparison;

constexpr std::size_t kMostFileBytes = 1 << 20;
constexpr double kNanosPerMs = 1e6;
constexpr double kNanosPerMinute = 60e9;
constexpr std::string_view kAfter = " after ";
constexpr std::string_view kMicroseconds = "us";

struct ComparisonName {
  std::string_view name;
  Comparison comparison;
};
// Longer names come before their beginnings.
constexpr std::array kComparisons = {
    ComparisonName{"<=", Comparison::kLessOrEqual},
    ComparisonName{">=", Comparison::kGreaterOrEqual},
    ComparisonName{"!=", Comparison::kNotEqual},
    ComparisonName{"==", Comparison::kEqual},
    ComparisonName{"<", Comparison::kLess},
    ComparisonName{">", Comparison::kGreater},
    ComparisonName{"=", Comparison::kEqual},
};

std::string_view WithoutSpaces(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r";
  const std::size_t begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1);
}

std::optional<double> ReadTime(std::string_view text) {
  if (text.ends_with(kMicroseconds)) {
    text.remove_suffix(kMicroseconds.size());
    const auto count = ParseCount(text);
    if (!count) return std::nullopt;
    return static_cast<double>(*count) * 1e3;
  }
  const auto ms = ParseDuration(text);
  if (!ms) return std::nullopt;
  return static_cast<double>(*ms) * kNanosPerMs;
}

std::optional<double> ReadNumber(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto read =
      std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (read.ec != std::errc() || read.ptr != end || !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

// The value of a threshold for a figure.
struct Bound {
  std::optional<double> value;
  bool is_share = false;
};

Bound ReadBound(FigureKind kind, std::string_view text) {
  switch (kind) {
    case FigureKind::kCount:
      return {ParseCount(text), false};
    case FigureKind::kNumber:
      return {ReadNumber(text), false};
    case FigureKind::kPart:
      if (text.ends_with('%')) return {ParseShare(text), true};
      return {ParseCount(text), false};
    case FigureKind::kRate:
      return {ParseRate(text), false};
    case FigureKind::kRatePart:
      if (text.find('/') != text.npos) return {ParseRate(text), false};
      return {ParseShare(text), true};
    case FigureKind::kTime:
      return {ReadTime(text), false};
    case FigureKind::kSize:
      return {ParseSize(text), false};
    case FigureKind::kShare:
      return {ParseShare(text), false};
  }
  return {};
}

std::string_view FormOf(FigureKind kind) {
  switch (kind) {
    case FigureKind::kCount:
      return "a number such as 0 or 20k";
    case FigureKind::kNumber:
      return "a number such as 50 or 12.5";
    case FigureKind::kPart:
      return "a number such as 0 or 20k, or a share such as 0.1%";
    case FigureKind::kRate:
      return "a rate such as 20000/s";
    case FigureKind::kRatePart:
      return "a rate such as 20000/s, or a share such as 0.99";
    case FigureKind::kTime:
      return "a duration such as 50ms, 1.5s or 200us";
    case FigureKind::kSize:
      return "a size such as 10GB or 64MiB";
    case FigureKind::kShare:
      return "a share such as 0.99 or 99%";
  }
  return "";
}

std::string TimeText(double ns) {
  const auto whole = static_cast<std::int64_t>(ns);
  return ns < kNanosPerMinute ? FormatNanos(whole)
                              : FormatDuration(whole / 1'000'000);
}

std::string NumberText(double number) {
  return (number < 0 ? "-" : "") + FormatAmount(std::fabs(number));
}

std::string ShareText(double share) { return FormatAmount(100 * share) + " %"; }

}  // namespace

Threshold::Threshold(std::string_view text, FigureName figure,
                     Comparison comparison, double bound, bool is_share,
                     std::int64_t after_s)
    : text_(text),
      figure_(figure),
      comparison_(comparison),
      bound_(bound),
      is_share_(is_share),
      after_s_(after_s) {}

std::optional<Threshold> Threshold::Parse(std::string_view text,
                                          std::span<const FigureName> figures,
                                          std::string& problem) {
  const auto refuse = [&](std::string words) {
    problem = Quoted(text) + ' ' + std::move(words);
    return std::nullopt;
  };
  std::string_view rest = text;
  std::int64_t after_s = 0;
  if (const std::size_t at = rest.find(kAfter); at != rest.npos) {
    const auto after_ms =
        ParseDuration(WithoutSpaces(rest.substr(at + kAfter.size())));
    if (!after_ms || *after_ms % 1000 != 0) {
      return refuse(
          "does not end with a duration in whole seconds, such as "
          "after 10s");
    }
    after_s = *after_ms / 1000;
    rest = rest.substr(0, at);
  }
  const std::size_t at = rest.find_first_of("<>=!");
  const auto comparison =
      at == rest.npos
          ? kComparisons.end()
          : std::find_if(kComparisons.begin(), kComparisons.end(),
                         [&](const ComparisonName& each) {
                           return rest.substr(at).starts_with(each.name);
                         });
  if (comparison == kComparisons.end()) {
    return refuse("has no comparison; a threshold is such as failed=0");
  }
  const std::string_view name = WithoutSpaces(rest.substr(0, at));
  const auto figure = std::find_if(
      figures.begin(), figures.end(),
      [name](const FigureName& each) { return each.name == name; });
  if (figure == figures.end()) {
    std::vector<std::string_view> names;
    std::string all;
    for (const FigureName& each : figures) {
      names.push_back(each.name);
      all += (all.empty() ? "" : ", ") + std::string(each.name);
    }
    std::string hint = DidYouMean(name, names);
    if (hint.empty()) hint = "; figures are " + all;
    return refuse("is about " + Quoted(name) + ", which is not a figure" +
                  hint);
  }
  if (after_s > 0 && !figure->by_second) {
    return refuse("is about a figure of the whole run; leave out \"after\"");
  }
  const std::string_view value =
      WithoutSpaces(rest.substr(at + comparison->name.size()));
  const Bound bound = ReadBound(figure->kind, value);
  if (!bound.value) {
    return refuse("compares with " + Quoted(value) + ", which is not " +
                  std::string(FormOf(figure->kind)));
  }
  return Threshold(WithoutSpaces(text), *figure, comparison->comparison,
                   *bound.value, bound.is_share, after_s);
}

std::string Threshold::ValueText(double value, bool is_share) const {
  if (is_share) return ShareText(value);
  switch (figure_.kind) {
    case FigureKind::kCount:
    case FigureKind::kPart:
      return FormatCount(static_cast<std::uint64_t>(std::llround(value)));
    case FigureKind::kRate:
    case FigureKind::kRatePart:
      return FormatAmount(value) + "/s";
    case FigureKind::kNumber:
      return NumberText(value);
    case FigureKind::kTime:
      return TimeText(value);
    case FigureKind::kSize:
      return FormatSize(value);
    case FigureKind::kShare:
      return ShareText(value);
  }
  return "";
}

bool Threshold::Holds(double value, double bound) const noexcept {
  switch (comparison_) {
    case Comparison::kLess:
      return value < bound;
    case Comparison::kLessOrEqual:
      return value <= bound;
    case Comparison::kGreater:
      return value > bound;
    case Comparison::kGreaterOrEqual:
      return value >= bound;
    case Comparison::kEqual:
      return value == bound;
    case Comparison::kNotEqual:
      return value != bound;
  }
  return false;
}

Check Threshold::Judge(const Figure& figure) const {
  if (!figure.is_known) return {text_, false, "nothing was measured"};
  const auto in_unit = [&](double value) {
    if (!is_share_) return value;
    // A share of nothing is 0.
    return figure.whole > 0 ? value / figure.whole : 0;
  };
  const double found = in_unit(figure.value);
  Check check{text_, Holds(found, bound_), ""};
  check.found = ValueText(found, is_share_);
  if (is_share_ && figure_.kind == FigureKind::kPart) {
    check.found += " (" + ValueText(figure.value, false) + ")";
  }
  const double excess = found - bound_;
  if (check.passed || excess == 0) return check;
  check.found += ", " + ValueText(std::fabs(excess), is_share_) +
                 (excess > 0 ? " too much" : " too little");
  if (excess < 0) return check;
  const auto first =
      std::find_if(figure.seconds.begin(), figure.seconds.end(),
                   [&](double value) { return in_unit(value) > bound_; });
  if (first != figure.seconds.end()) {
    check.found += "; first exceeded at t = " +
                   std::to_string(first - figure.seconds.begin() + after_s_) +
                   " s";
  }
  return check;
}

std::vector<Threshold> ReadThresholds(const std::string& path,
                                      std::span<const FigureName> figures,
                                      std::vector<Problem>& problems) {
  std::vector<Threshold> thresholds;
  std::string trouble;
  const auto text = ReadWholeFile(path, kMostFileBytes, trouble);
  if (!text || text->size() > kMostFileBytes) {
    problems.push_back(
        {path, 0, 0, "", text ? "is larger than 1 MiB" : trouble});
    return thresholds;
  }
  std::string_view rest = *text;
  for (int line = 1; !rest.empty(); ++line) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view words = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    words = WithoutSpaces(words.substr(0, words.find('#')));
    if (words.empty()) continue;
    std::string problem;
    if (auto threshold = Threshold::Parse(words, figures, problem)) {
      thresholds.push_back(std::move(*threshold));
    } else {
      problems.push_back({path, line, 1, "", std::move(problem)});
    }
  }
  return thresholds;
}

}  // namespace busyhour::internal

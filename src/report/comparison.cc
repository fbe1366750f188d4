#include "report/comparison.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

namespace busyhour::internal {
namespace {

constexpr std::size_t kBatches = 10;
// Our assumption: with ten parts, noise exceeds it in about 1 % of the cases.
constexpr double kErrors = 3;

using BatchMeans = std::array<double, kBatches>;

struct MeanAndError {
  double mean = 0;
  double error = 0;  // standard error of the mean
};

// The means of the parts, each of at least two values.
BatchMeans MeansOf(const std::vector<double>& values) {
  BatchMeans means{};
  const std::size_t length = values.size() / kBatches;
  for (std::size_t part = 0; part < kBatches; ++part) {
    for (std::size_t i = 0; i < length; ++i) {
      means[part] += values[part * length + i];
    }
    means[part] /= static_cast<double>(length);
  }
  return means;
}

MeanAndError Over(const BatchMeans& means) {
  MeanAndError result;
  for (const double mean : means) result.mean += mean / kBatches;
  double squares = 0;
  for (const double mean : means) {
    squares += (mean - result.mean) * (mean - result.mean);
  }
  result.error = std::sqrt(squares / (kBatches - 1) / kBatches);
  return result;
}

MeanAndError ChangeOf(const ComparedFigure& figure, Periods periods) {
  BatchMeans now = MeansOf(figure.values_now);
  const BatchMeans before = MeansOf(figure.values_before);
  if (periods == Periods::kOfSameTime) {
    for (std::size_t i = 0; i < kBatches; ++i) now[i] -= before[i];
    return Over(now);
  }
  const MeanAndError last = Over(now);
  const MeanAndError first = Over(before);
  return {last.mean - first.mean, std::hypot(last.error, first.error)};
}

// What the change of a figure means.
Cell JudgementOf(const ComparedFigure& figure, Periods periods) {
  if (figure.values_now.empty() || figure.values_before.empty()) {
    return "not judged";
  }
  if (figure.values_now.size() < 2 * kBatches ||
      figure.values_before.size() < 2 * kBatches) {
    return "too short to tell";
  }
  const MeanAndError change = ChangeOf(figure, periods);
  // The whole figure must have changed in the same direction.
  const bool agrees = change.mean * (figure.now - figure.before) > 0;
  if (!agrees || std::fabs(change.mean) <= kErrors * change.error) {
    return "within noise";
  }
  const bool is_more = change.mean > 0;
  if (figure.better == ComparedFigure::Better::kNeither) {
    return is_more ? "higher" : "lower";
  }
  return is_more == (figure.better == ComparedFigure::Better::kMore)
             ? Cell("better", Meaning::kGood)
             : Cell("worse", Meaning::kBad);
}

std::string ChangeText(double before, double now) {
  if (before == now) return "0 %";
  if (before == 0) return "–";
  const double change = 100 * (now - before) / before;
  return (change > 0 ? "+" : "") + NumberText(change) + " %";
}

}  // namespace

Table ComparisonOf(const std::vector<ComparedFigure>& figures, Periods periods,
                   std::string remark) {
  Table table;
  table.title = "Changes";
  table.remark = std::move(remark);
  table.columns = {"Figure", "Before", "Now", "Change", "Meaning"};
  for (const ComparedFigure& figure : figures) {
    table.rows.push_back({figure.name, Cell::Number(figure.before),
                          Cell::Number(figure.now),
                          Cell::Number(ChangeText(figure.before, figure.now)),
                          JudgementOf(figure, periods)});
  }
  return table;
}

void DifferenceList::Add(const char* name, const std::string& before,
                         const std::string& now) {
  if (before == now) return;
  text_ += (text_.empty() ? "The " + what_ + " differ in " : "; ") +
           std::string(name) + " (" + before + " before, " + now + " now)";
}

std::string DifferenceList::Text() const {
  return text_.empty() ? text_ : text_ + ".";
}

}  // namespace busyhour::internal

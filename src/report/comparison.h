#pragma once

#include <string>
#include <utility>
#include <vector>

#include "report/page.h"

namespace busyhour::internal {

/// A figure before and now.
struct ComparedFigure {
  enum class Better : unsigned char { kMore, kLess, kNeither };

  std::string name;
  double before = 0;
  double now = 0;
  /// Its values in consecutive periods of the same length. Without them, there
  /// is no judgement.
  std::vector<double> values_before = {};
  std::vector<double> values_now = {};
  Better better = Better::kNeither;
};

/// How the periods before are related to those now.
enum class Periods : unsigned char {
  kOfTwoRuns,   ///< not at all
  kOfSameTime,  ///< those with the same number are at the same simulated time
};

/// Which figures differ by more than noise.
///
/// The periods are divided into ten parts of the same length. The spread of the
/// parts' means gives the standard error of a figure (method of batch means);
/// for periods of the same time, the spread of the differences between parts.
/// A change is more than noise if it exceeds three standard errors of the
/// difference.
Table ComparisonOf(const std::vector<ComparedFigure>& figures, Periods periods,
                   std::string remark);

/// Tells in what two results differ that makes them hard to compare:
/// `The runs differ in host (a before, b now).`
class DifferenceList {
 public:
  explicit DifferenceList(std::string what) : what_(std::move(what)) {}
  void Add(const char* name, const std::string& before, const std::string& now);
  /// Empty if there are none.
  std::string Text() const;

 private:
  std::string what_;
  std::string text_;
};

}  // namespace busyhour::internal

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/histogram.h"

// The distribution of a histogram's values by percentile, as HdrHistogram
// reports it: with five steps for each halving of the distance to 100 %.

namespace busyhour::internal {

struct PercentileRow {
  double share = 0.0;  ///< in [0, 1]
  /// At least this share of the values is not larger.
  std::int64_t value = 0;
  std::uint64_t count = 0;  ///< number of values that are not larger
};

/// From the smallest value to the maximum, whose share is 1. Empty if there are
/// no values.
std::vector<PercentileRow> PercentileRows(const Histogram& histogram);

/// The same as text that HdrHistogram's tools and its plotter read, in the form
/// of its `outputPercentileDistribution`. `unit` is the number of values in a
/// unit of the text, such as 1e6 for nanoseconds as milliseconds.
std::string HgrmText(const Histogram& histogram, double unit);

}  // namespace busyhour::internal

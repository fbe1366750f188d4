#include "base/percentiles.h"

#include <cmath>
#include <cstdarg>
#include <cstddef>
#include <cstdio>

namespace busyhour::internal {
namespace {

constexpr double kTicksPerHalving = 5;

// The percentage that follows `level` in HdrHistogram's reports.
double NextLevel(double level) {
  const double halvings = std::floor(std::log2(100.0 / (100.0 - level))) + 1;
  return level + 100.0 / (kTicksPerHalving * std::exp2(halvings));
}

double DeviationOf(const Histogram& histogram) {
  double sum = 0.0;
  for (const Histogram::Bucket& bucket : histogram.Buckets()) {
    const double distance =
        static_cast<double>(bucket.value) - histogram.mean();
    sum += distance * distance * static_cast<double>(bucket.count);
  }
  return histogram.count() == 0
             ? 0.0
             : std::sqrt(sum / static_cast<double>(histogram.count()));
}

[[gnu::format(printf, 2, 3)]] void Print(std::string& text, const char* format,
                                         ...) {
  char line[160];
  std::va_list values;
  va_start(values, format);
  const int length = std::vsnprintf(line, sizeof line, format, values);
  va_end(values);
  text.append(line, static_cast<std::size_t>(length));
}

}  // namespace

std::vector<PercentileRow> PercentileRows(const Histogram& histogram) {
  std::vector<PercentileRow> rows;
  const auto total = static_cast<double>(histogram.count());
  double level = 0.0;
  std::uint64_t seen = 0;
  for (const Histogram::Bucket& bucket : histogram.Buckets()) {
    seen += bucket.count;
    while (100.0 * static_cast<double>(seen) / total >= level) {
      rows.push_back({level / 100, bucket.value, seen});
      if (seen == histogram.count()) break;
      level = NextLevel(level);
    }
  }
  if (!rows.empty()) rows.push_back({1.0, histogram.max(), histogram.count()});
  return rows;
}

std::string HgrmText(const Histogram& histogram, double unit) {
  std::string text;
  Print(text, "%12s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount",
        "1/(1-Percentile)");
  for (const PercentileRow& row : PercentileRows(histogram)) {
    const double value = static_cast<double>(row.value) / unit;
    const auto count = static_cast<unsigned long long>(row.count);
    if (row.share < 1) {
      Print(text, "%12.5f %2.12f %10llu %14.2f\n", value, row.share, count,
            1 / (1 - row.share));
    } else {
      Print(text, "%12.5f %2.12f %10llu\n", value, row.share, count);
    }
  }
  Print(text, "#[Mean    = %12.5f, StdDeviation   = %12.5f]\n",
        histogram.mean() / unit, DeviationOf(histogram) / unit);
  Print(text, "#[Max     = %12.5f, Total count    = %12llu]\n",
        static_cast<double>(histogram.max()) / unit,
        static_cast<unsigned long long>(histogram.count()));
  Print(text, "#[Buckets = %12d, SubBuckets     = %12d]\n", Histogram::kRows,
        Histogram::kStepsPerRow);
  return text;
}

}  // namespace busyhour::internal

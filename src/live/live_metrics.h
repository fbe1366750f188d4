#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "live/live_run.h"
#include "live/metric_family.h"

namespace busyhour::internal {

/// The figures of a run as metrics. A search makes several runs, and its
/// counters are the sums over all of them.
class LiveMetrics {
 public:
  /// `labels` are those of each metric.
  explicit LiveMetrics(MetricLabels labels) : labels_(std::move(labels)) {}

  /// Another run begins; `last` are the figures of the one before.
  void Begin(const LiveFigures& last);
  /// The metrics of this moment. They are valid until the next call.
  std::vector<MetricFamily> Collect(const LiveFigures& now);

 private:
  // The counters of all runs so far.
  struct Counts {
    void Add(const LiveFigures& figures);

    /// By the state of a record.
    std::map<std::string, std::uint64_t> records;
    std::uint64_t lost_connections = 0;
    std::uint64_t lost_records = 0;
    std::uint64_t bytes = 0;
    std::uint64_t retries = 0;
    std::map<std::string, std::uint64_t> errors;
    Histogram ack;
  };

  MetricFamily Family(const char* name, const char* help, MetricType type,
                      double value) const;
  MetricLabels With(const char* name, const std::string& value) const;

  const MetricLabels labels_;
  Counts before_;
  Counts now_;
};

}  // namespace busyhour::internal

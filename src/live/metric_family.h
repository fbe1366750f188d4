#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/histogram.h"

namespace busyhour::internal {

/// The types of Prometheus that are used.
enum class MetricType : unsigned char { kCounter, kGauge, kHistogram };

/// Names and values of labels, unescaped.
using MetricLabels = std::vector<std::pair<std::string, std::string>>;

/// One metric of Prometheus, with its values by labels.
struct MetricFamily {
  struct Sample {
    MetricLabels labels;
    double value = 0;  ///< not of a histogram
    /// Times in nanoseconds, for a histogram of seconds; null for others. It
    /// must outlive the family.
    const Histogram* times = nullptr;
  };

  std::string_view name;
  std::string_view help;
  MetricType type = MetricType::kCounter;
  std::vector<Sample> samples;
};

/// In Prometheus' text format, version 0.0.4. A histogram has classic buckets,
/// because the format has no others.
std::string MetricsText(const std::vector<MetricFamily>& families);
inline constexpr std::string_view kMetricsTextType =
    "text/plain; version=0.0.4; charset=utf-8";

/// In Prometheus' protobuf format (delimited
/// `io.prometheus.client.MetricFamily` messages). A histogram has the classic
/// buckets, and native ones of schema 3: each is 9 % wider than the one below.
std::string MetricsProtobuf(const std::vector<MetricFamily>& families);
inline constexpr std::string_view kMetricsProtobufType =
    "application/vnd.google.protobuf; "
    "proto=io.prometheus.client.MetricFamily; encoding=delimited";

/// Whether a scraper that sends this `Accept` header takes the protobuf format.
bool TakesProtobuf(std::string_view accept);

}  // namespace busyhour::internal

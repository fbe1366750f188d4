#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "catalog/operations.h"

// The platform metrics of a communication resource that calls cause.

namespace busyhour::internal {

enum class Metric : std::uint8_t {
  kRequests,
  kCallbackEvents,
  kRecordingRequests,
};

struct MetricInfo {
  Metric metric;
  /// Its name in exported records and in the REST API.
  std::string_view name;
  std::string_view display_name;
  std::span<const std::string_view> dimensions;
};

namespace metrics_internal {
inline constexpr std::string_view kOfRequests[] = {
    "Operation", "StatusCode", "StatusCodeClass", "ApiVersion"};
inline constexpr std::string_view kOfEvents[] = {
    "EventTypeName", "Code", "CodeClass", "SubCode", "Version"};
inline constexpr std::string_view kOfRecording[] = {"Operation", "StatusCode",
                                                    "StatusCodeClass"};
}  // namespace metrics_internal

/// In the order of `Metric`. Source: the metrics that Azure Monitor supports
/// for Microsoft.Communication/CommunicationServices (2025-08-28).
inline constexpr std::array<MetricInfo, 3> kMetrics = {{
    {Metric::kRequests, "APIRequestCallAutomation",
     "Call Automation API Requests", metrics_internal::kOfRequests},
    {Metric::kCallbackEvents, "AcsCallAutomationCallbackEvent",
     "Call Automation Callback Event", metrics_internal::kOfEvents},
    {Metric::kRecordingRequests, "APIRequestCallRecording",
     "Call Recording API Requests", metrics_internal::kOfRecording},
}};
inline constexpr const MetricInfo& Info(Metric metric) {
  return kMetrics[static_cast<std::size_t>(metric)];
}
static_assert([] {
  for (std::size_t i = 0; i < kMetrics.size(); ++i) {
    if (kMetrics[i].metric != static_cast<Metric>(i)) return false;
  }
  return true;
}());

/// `Operation` in the metrics.
std::string_view MetricOperationName(Operation operation);

}  // namespace busyhour::internal

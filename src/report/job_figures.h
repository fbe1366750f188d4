#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/histogram.h"
#include "catalog/operations.h"
#include "catalog/outcomes.h"
#include "job/job.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// What happens in a span of time of a job. A request counts when it is
/// answered, and a play or recognize when it ends.
struct JobSpan {
  double calls = 0;  ///< call attempts
  /// Mean number of connected calls.
  double connected = 0;
  std::array<double, 3> requests{};  ///< with status 2xx, 4xx and 5xx
  std::array<double, 3> media{};     ///< by `ResultType`
};

/// An occurrence of an incident.
struct IncidentSpan {
  std::string name;
  SimTime from;
  SimTime to;
};

/// Figures of a job, from a simulation of its calls or of a sample of them.
struct JobFigures {
  /// One in so many calls was simulated; the counts are multiplied by it.
  std::uint32_t sampled_one_in = 1;
  std::uint64_t simulated_calls = 0;
  std::int64_t span_ms = kMsPerMinute;  ///< length of a span
  SimTime first;                        ///< start of the first span
  std::vector<JobSpan> spans;
  Histogram connected_ms;  ///< durations of connected calls
  /// By operation: the latencies, and the number of each status.
  std::array<Histogram, kOperationCount> latency_ms;
  std::array<std::map<int, double>, kOperationCount> statuses;
  /// Ends of plays and recognizes, with the operation that began them.
  std::map<std::pair<Operation, Outcome>, double> media;
  std::vector<IncidentSpan> incidents;
  bool has_more_incidents = false;
};

/// Simulates the calls of a job that has `calls` calls, at most about
/// `kMostSimulated` of them. Ends after so many calls if the job's extent
/// counts records or bytes.
inline constexpr std::uint64_t kMostSimulated = 500'000;
JobFigures FiguresOf(const Worlds& worlds, const Job& job, std::uint64_t calls);

}  // namespace busyhour::internal

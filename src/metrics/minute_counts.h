#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "catalog/metrics.h"
#include "events/simulated_calls.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// The values of a metric's dimensions, in the order of `MetricInfo`.
using Dimensions = std::vector<std::string>;

/// The counts of one minute.
struct MinuteCounts {
  std::int64_t minute = 0;  ///< since 1970
  /// By `Metric`: the count of each series that is not zero.
  std::array<std::map<Dimensions, std::uint64_t>, kMetrics.size()> series;

  std::map<Dimensions, std::uint64_t>& of(Metric metric) {
    return series[static_cast<std::size_t>(metric)];
  }
  std::uint64_t Total(Metric metric) const;
};

/// Counts the requests and callback events of the calls of a job's resource in
/// each minute.
///
/// A request counts when it is answered, like its operational record, and an
/// event at its time. Faults of the logs do not affect the counts. Memory: the
/// minutes of the calls that are open at one time.
class MinuteFeed {
 public:
  using Take = std::function<void(const MinuteCounts&)>;

  /// `worlds` must outlive it. `resource` is the number of the resource.
  MinuteFeed(const Worlds& worlds, std::uint32_t resource, const Job& job);

  /// Simulates one more call, and hands out the minutes that are complete, in
  /// order and without gaps. The first is that of the job's start. False after
  /// the last call. Throws as `SimulatedCalls::Next`.
  bool Next(const Take& take);

 private:
  void Count(const Call& call);
  // The counts at a time of a call; null if it is not in the job's window.
  MinuteCounts* CountsAt(SimTime at);
  void TakeBefore(std::int64_t minute, const Take& take);

  const World& world_;
  SimulatedCalls calls_;
  JobWindow window_;
  std::int64_t next_minute_;
  std::int64_t end_minute_;  // the job's extent covers all minutes before it
  std::map<std::int64_t, MinuteCounts> open_;
};

}  // namespace busyhour::internal

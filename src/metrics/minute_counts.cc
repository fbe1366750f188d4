#include "metrics/minute_counts.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "catalog/statuses.h"
#include "events/call_events.h"

namespace busyhour::internal {
namespace {

// `2xx`: the spelling is our assumption.
std::string ClassOf(int code) { return std::to_string(code / 100) + "xx"; }

// The first minute after a job's extent, if the extent is a duration.
std::int64_t EndMinuteOf(const Job& job) {
  if (job.extent.kind != Extent::Kind::kDuration) return 0;
  return (EndMsOf(job) + kMsPerMinute - 1) / kMsPerMinute;
}

}  // namespace

std::uint64_t MinuteCounts::Total(Metric metric) const {
  std::uint64_t total = 0;
  for (const auto& [dimensions, count] :
       series[static_cast<std::size_t>(metric)]) {
    total += count;
  }
  return total;
}

MinuteFeed::MinuteFeed(const Worlds& worlds, std::uint32_t resource,
                       const Job& job)
    : world_(worlds[resource]),
      calls_(worlds, job, resource),
      window_(JobWindowOf(job)),
      next_minute_(job.start.ms / kMsPerMinute),
      end_minute_(EndMinuteOf(job)) {}

MinuteCounts* MinuteFeed::CountsAt(SimTime at) {
  if (!window_.Has(at)) return nullptr;
  MinuteCounts& counts = open_[at.ms / kMsPerMinute];
  counts.minute = at.ms / kMsPerMinute;
  return &counts;
}

void MinuteFeed::Count(const Call& call) {
  const Vocabulary& words = world_.cast.vocabulary();
  const std::string& version = words.clients[call.scope.client].api_version;
  for (const Request& request : call.requests) {
    MinuteCounts* const counts = CountsAt(call.At(request.answered_ms()));
    if (counts == nullptr) continue;
    const int status = Statuses()[request.status];
    Dimensions of{std::string(MetricOperationName(request.operation)),
                  std::to_string(status), ClassOf(status)};
    Metric metric = Metric::kRecordingRequests;
    if (!IsRecording(request.operation)) {
      metric = Metric::kRequests;
      of.push_back(version);
    }
    ++counts->of(metric)[std::move(of)];
  }
  for (const CallEvent& event :
       EventsOf(call, world_.plan, words, calls_.stream_key())) {
    const std::string_view name = Info(event.type).metric_name;
    if (name.empty()) continue;
    MinuteCounts* const counts = CountsAt(call.At(event.at_ms));
    if (counts == nullptr) continue;
    const EventResult result = event.result.value_or(EventResult{});
    Dimensions of{std::string(name), std::to_string(result.code),
                  ClassOf(result.code), std::to_string(result.subcode),
                  version};
    ++counts->of(Metric::kCallbackEvents)[std::move(of)];
  }
}

void MinuteFeed::TakeBefore(std::int64_t minute, const Take& take) {
  for (; next_minute_ < minute; ++next_minute_) {
    const auto at = open_.find(next_minute_);
    if (at == open_.end()) {
      MinuteCounts zero;
      zero.minute = next_minute_;
      take(zero);
    } else {
      take(at->second);
      open_.erase(at);
    }
  }
}

bool MinuteFeed::Next(const Take& take) {
  const Call* const call = calls_.Next();
  if (call == nullptr) {
    const std::int64_t last = open_.empty() ? 0 : open_.rbegin()->first + 1;
    TakeBefore(std::max(last, end_minute_), take);
    return false;
  }
  TakeBefore(
      static_cast<std::int64_t>(calls_.slot()) * kMsPerSecond / kMsPerMinute,
      take);
  Count(*call);
  return true;
}

}  // namespace busyhour::internal

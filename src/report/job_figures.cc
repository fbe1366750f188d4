#include "report/job_figures.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <utility>

#include "catalog/statuses.h"
#include "conditions/effect.h"
#include "engine/job_calls.h"
#include "engine/scribe.h"
#include "events/simulated_calls.h"
#include "job/job_options.h"

namespace busyhour::internal {
namespace {

constexpr std::int64_t kMostSpans = 400;
constexpr std::size_t kMostIncidents = 200;
// An extent that is not a duration is simulated until it is reached.
constexpr std::uint64_t kLongestExtentMs = 100 * kMsPerYear;

// The shortest span of which a job of this length has at most `kMostSpans`.
std::int64_t SpanFor(std::int64_t length_ms) {
  constexpr std::array<std::int64_t, 12> kLengths = {
      10 * kMsPerSecond, kMsPerMinute,      5 * kMsPerMinute, 10 * kMsPerMinute,
      15 * kMsPerMinute, 30 * kMsPerMinute, kMsPerHour,       3 * kMsPerHour,
      6 * kMsPerHour,    12 * kMsPerHour,   kMsPerDay,        7 * kMsPerDay};
  for (const std::int64_t length : kLengths) {
    if (length_ms <= length * kMostSpans) return length;
  }
  return (length_ms / kMostSpans / kMsPerDay + 1) * kMsPerDay;
}

// Counts what happens in calls, in spans of time that become longer if there
// are too many.
class SpanCounter {
 public:
  SpanCounter(JobWindow window, std::int64_t span_ms)
      : window_(window), span_ms_(span_ms) {}

  JobSpan* At(SimTime time) {
    if (!window_.Has(time)) return nullptr;
    return &spans_[time.ms / span_ms_];
  }
  // Adds the time from `from` to `to`, in milliseconds, to each span.
  void AddConnected(SimTime from, SimTime to) {
    from = std::max(from, window_.from);
    to = std::min(to, window_.to);
    while (from < to) {
      const SimTime end{(from.ms / span_ms_ + 1) * span_ms_};
      const SimTime until = std::min(end, to);
      At(from)->connected += static_cast<double>(until.ms - from.ms);
      from = until;
    }
  }
  // Moves the spans to `figures`, with gaps filled.
  void Finish(JobFigures& figures) const {
    figures.first = window_.from;
    if (spans_.empty()) return;
    const std::int64_t first = window_.from.ms / span_ms_;
    const std::int64_t last = spans_.rbegin()->first;
    figures.span_ms = SpanFor((last + 1 - first) * span_ms_);
    const std::int64_t first_span = window_.from.ms / figures.span_ms;
    figures.first = {first_span * figures.span_ms};
    figures.spans.resize(static_cast<std::size_t>(
        last * span_ms_ / figures.span_ms - first_span + 1));
    for (const auto& [number, from] : spans_) {
      JobSpan& to = figures.spans[static_cast<std::size_t>(
          number * span_ms_ / figures.span_ms - first_span)];
      to.calls += from.calls;
      to.connected += from.connected;
      for (std::size_t i = 0; i < 3; ++i) {
        to.requests[i] += from.requests[i];
        to.media[i] += from.media[i];
      }
    }
  }

 private:
  JobWindow window_;
  std::int64_t span_ms_;
  std::map<std::int64_t, JobSpan> spans_;  // by number since 1970
};

void Count(const Call& call, SpanCounter& spans, JobFigures& figures) {
  if (JobSpan* const span = spans.At(call.attempted())) ++span->calls;
  if (call.ended_ms > call.connected_ms) {
    spans.AddConnected(call.At(call.connected_ms), call.At(call.ended_ms));
    figures.connected_ms.Add(call.ended_ms - call.connected_ms);
  }
  for (const Request& request : call.requests) {
    JobSpan* const span = spans.At(call.At(request.answered_ms()));
    if (span == nullptr) continue;
    const int status = Statuses()[request.status];
    ++span->requests[status < 400 ? 0 : status < 500 ? 1 : 2];
    const auto operation = static_cast<std::size_t>(request.operation);
    ++figures.statuses[operation][status];
    figures.latency_ms[operation].Add(request.duration_ms);
  }
  for (const Media& media : call.media) {
    const Request& request = call.requests[media.request];
    JobSpan* const span =
        spans.At(call.At(request.answered_ms() + media.duration_ms));
    if (span == nullptr) continue;
    ++span->media[static_cast<std::size_t>(Info(media.outcome).group)];
    ++figures.media[{request.operation, media.outcome}];
  }
}

// Multiplies the counts of a sample, and divides times by the spans' length.
void Scale(JobFigures& figures) {
  const double factor = figures.sampled_one_in;
  for (JobSpan& span : figures.spans) {
    span.calls *= factor;
    span.connected *= factor / static_cast<double>(figures.span_ms);
    for (double& count : span.requests) count *= factor;
    for (double& count : span.media) count *= factor;
  }
  for (auto& statuses : figures.statuses) {
    for (auto& [status, count] : statuses) count *= factor;
  }
  for (auto& [result, count] : figures.media) count *= factor;
}

// Calls `take(call)` for each call that the job's filter selects.
void EachSelected(const Worlds& worlds, const Job& job,
                  const std::function<void(const Call&)>& take) {
  Scribe scribe(worlds, job);
  EachCall(worlds, job, DefaultThreads(), [&](std::span<const Record> records) {
    take(scribe.SimulateCall(records.front().call()));
  });
}

// The same for each call of a job without a filter, which has `calls` calls.
void EachOfAll(const Worlds& worlds, Job job, std::uint64_t calls,
               const std::function<void(const Call&)>& take) {
  std::uint64_t left = std::numeric_limits<std::uint64_t>::max();
  if (job.extent.kind == Extent::Kind::kRecords ||
      job.extent.kind == Extent::Kind::kBytes) {
    job.extent = {Extent::Kind::kDuration, kLongestExtentMs};
    left = calls;
  }
  SimulatedCalls simulated(worlds, job);
  for (; left > 0; --left) {
    const Call* const call = simulated.Next();
    if (call == nullptr) break;
    take(*call);
  }
}

// The occurrences of incidents from `start` to before `end`.
void AddIncidents(const Worlds& worlds, SimTime start, SimTime end,
                  JobFigures& figures) {
  for (std::uint32_t i = 0; i < worlds.size(); ++i) {
    const Plan& plan = worlds[i].plan;
    for (const Effect& effect : plan.conditions.effects()) {
      if (!effect.objection().empty()) continue;
      SimTime next = start;
      while (const auto occurrence = effect.schedule.Next(next, end)) {
        if (figures.incidents.size() == kMostIncidents) {
          figures.has_more_incidents = true;
          return;
        }
        std::string name = effect.name;
        if (worlds.size() > 1) name += " at " + plan.profile().resource.name;
        figures.incidents.push_back({std::move(name),
                                     std::max(occurrence->from, start),
                                     std::min(occurrence->to, end)});
        if (occurrence->to >= end) break;
        next = occurrence->to;
      }
    }
  }
}

}  // namespace

JobFigures FiguresOf(const Worlds& worlds, const Job& job,
                     std::uint64_t calls) {
  JobFigures figures;
  figures.sampled_one_in =
      static_cast<std::uint32_t>(calls / kMostSimulated + 1);
  Job sample = job;
  sample.shard.count *= figures.sampled_one_in;
  const std::int64_t span_ms =
      job.extent.kind == Extent::Kind::kDuration
          ? SpanFor(static_cast<std::int64_t>(job.extent.amount))
          : kMsPerMinute;
  SpanCounter spans(JobWindowOf(job), span_ms);
  SimTime end = job.start;
  const auto take = [&](const Call& call) {
    end = std::max(end, call.attempted());
    ++figures.simulated_calls;
    Count(call, spans, figures);
  };
  if (job.filter != nullptr) {
    EachSelected(worlds, sample, take);
  } else {
    EachOfAll(worlds, sample, calls / figures.sampled_one_in, take);
  }
  spans.Finish(figures);
  Scale(figures);
  if (job.extent.kind == Extent::Kind::kDuration) {
    end = {job.start.ms + static_cast<std::int64_t>(job.extent.amount)};
  }
  AddIncidents(worlds, job.start, end, figures);
  return figures;
}

}  // namespace busyhour::internal

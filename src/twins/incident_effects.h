#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/histogram.h"
#include "base/time.h"
#include "conditions/conditions.h"
#include "scenario/call.h"
#include "twins/record_difference.h"

namespace busyhour::internal {

/// Calls and requests in the scope of an incident during an occurrence, in one
/// world.
struct TrafficFigures {
  std::uint64_t calls = 0;
  std::uint64_t requests = 0;
  std::uint64_t failed = 0;  ///< requests
  std::int64_t p95_ms = 0;   ///< of the latency of requests
};

/// One occurrence of an incident in a run, and what it did.
struct IncidentEffect {
  const Effect* effect = nullptr;
  Schedule::Occurrence occurrence;
  std::uint64_t caused = 0;
  std::uint64_t changed = 0;
  std::uint64_t suppressed = 0;
  std::uint64_t indirect = 0;
  /// Times of the first and the last touched record; only if there is one.
  SimTime first;
  SimTime last;
  /// The end of the minute, counted from the beginning of the occurrence or of
  /// the run, up to which 99 % of the touched records have their times; `last`
  /// if that is earlier.
  SimTime last_p99;
  TrafficFigures with;
  TrafficFigures without;

  std::uint64_t touched() const noexcept {
    return caused + changed + suppressed + indirect;
  }
};

/// Measures the effects of the incidents of a run from its calls, in the order
/// of their slots.
class IncidentEffects {
 public:
  /// Occurrences that end after `start`, or earlier while there are calls of
  /// the run, from `first_attempt` on; and begin before `end`, or later while
  /// calls of the run can still go on: up to `lasting_ms` after it, the longest
  /// time from the slot of a call to the delivery of its last record.
  IncidentEffects(const Conditions& conditions, SimTime first_attempt,
                  SimTime start, SimTime end, std::int64_t lasting_ms);

  /// Counts a touched record of a call that began in `slot`.
  void AddRecord(const Effect& effect, const TouchedRecord& record,
                 bool is_indirect);
  /// Counts a call as it is with the incident, or without it.
  void AddCall(const Effect& effect, const Call& call, bool is_with);
  /// No call before this slot comes any more.
  void Pass(std::uint64_t slot);

  /// All occurrences, in the order of their times, after the last call. One
  /// that ends before the start, or begins after the end, is among them only if
  /// it touched a record.
  std::vector<IncidentEffect> Finish();

 private:
  struct Measured {
    IncidentEffect effect;
    // The touched records by minute from then on.
    SimTime counted_from;
    std::vector<std::uint32_t> by_minute;
    // Only while calls can still come: a histogram is large.
    std::unique_ptr<Histogram> with;
    std::unique_ptr<Histogram> without;
  };
  // The occurrence at the time; null if there is none.
  Measured* At(const Effect& effect, SimTime at);
  // The occurrence that touched a record of a call at that time: the last one
  // that began before it, or else the first one that had not ended before the
  // call began. Null if there is none.
  Measured* During(const Effect& effect, SimTime call_begin, SimTime at);
  static void Close(Measured& measured);
  static SimTime LastP99(const Measured& measured);

  SimTime start_;
  SimTime end_;
  std::int64_t lasting_ms_;
  // By incident, in the order of their times.
  std::map<std::uint32_t, std::vector<Measured>> occurrences_;
  std::vector<Measured*> open_;
};

}  // namespace busyhour::internal

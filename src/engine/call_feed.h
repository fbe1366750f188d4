#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/call_source.h"
#include "engine/extent_meter.h"
#include "engine/pool.h"
#include "engine/portion_context.h"
#include "engine/simulate_portion.h"

namespace busyhour::internal {

/// Number of portions in progress for this number of threads.
constexpr std::size_t WindowOf(int threads) noexcept {
  return threads == 1 ? 1 : 2 * static_cast<std::size_t>(threads);
}

/// The calls of a job's shard with their records, in order, up to the end of
/// the job's extent. A pool's workers simulate them ahead, within a window.
///
/// For the thread that owns the pool.
class CallFeed {
 public:
  /// All must outlive the feed, and `pool` ends before it. `window` is the
  /// maximum number of portions that are simulated ahead.
  CallFeed(const PortionContext& context, Pool& pool, std::size_t window)
      : context_(context),
        pool_(pool),
        window_(window),
        source_(*context.worlds, *context.job),
        meter_(*context.job) {}

  /// Calls `take(records, faults)` for each call of the next portion: its
  /// records as delivered, and the counts of its faults, null in a job without
  /// faults. Both are valid until the next portion. False if no calls are left.
  template <class Take>
  bool Next(const Take& take);

  /// Every call in slots before this one has been taken.
  std::uint64_t complete_slot() const noexcept { return complete_slot_; }
  /// Number of records or bytes so far, if the extent counts them.
  std::uint64_t reached() const noexcept { return meter_.reached(); }
  /// Number of calls so far, with those that the job's filter leaves out.
  std::uint64_t calls() const noexcept { return meter_.calls(); }
  /// After the last call: why the extent was not reached; empty if it was.
  std::string WhyNotReached() const { return meter_.WhyNotReached(source_); }

 private:
  void SimulateAhead();

  const PortionContext& context_;
  Pool& pool_;
  const std::size_t window_;
  CallSource source_;
  ExtentMeter meter_;
  std::deque<std::unique_ptr<SimulatePortion>> simulating_;
  std::vector<std::unique_ptr<SimulatePortion>> idle_;
  bool no_more_calls_ = false;
  std::uint64_t complete_slot_ = 0;
};

template <class Take>
bool CallFeed::Next(const Take& take) {
  SimulateAhead();
  if (simulating_.empty()) return false;
  SimulatePortion& portion = *simulating_.front();
  pool_.Wait(portion);
  const std::span<const Record> records = portion.records();
  std::size_t begin = 0;
  std::size_t number = 0;
  for (const SimulatePortion::CallSize& call : portion.calls()) {
    if (!meter_.WantsMore()) {
      no_more_calls_ = true;
      break;
    }
    if (call.in_extent) {
      meter_.Add(call.records, call.bytes, call.is_selected);
    }
    if (call.is_wanted) {
      take(records.subspan(begin, call.delivered),
           portion.faults().empty() ? nullptr : &portion.faults()[number]);
    }
    begin += call.delivered;
    ++number;
  }
  complete_slot_ = portion.complete_slot;
  if (context_.images != nullptr) context_.images->EndCalls(portion.end_number);
  idle_.push_back(std::move(simulating_.front()));
  simulating_.pop_front();
  return true;
}

}  // namespace busyhour::internal

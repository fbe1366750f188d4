#include "engine/call_source.h"

#include <algorithm>
#include <limits>
#include <span>

#include "base/units.h"
#include "engine/extent_meter.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kSlotsAPortion = 512;
// A portion of a small shard must not delay others for long.
constexpr std::uint32_t kMostCallsAPortion = 16 * kCallsAPortion;
constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

}  // namespace

CallSource::CallSource(const Worlds& worlds, const Job& job)
    : first_resource_(job.resources.first),
      slot_(FirstSlotOf(job)),
      start_slot_(StartSlotOf(job)),
      end_ms_(EndMsOf(job)),
      calls_left_(kUnlimited),
      calls_a_portion_(kCallsAPortion) {
  for (std::uint32_t i = first_resource_;
       i < worlds.size() && job.resources.Has(i); ++i) {
    arrivals_.emplace_back(worlds[i].plan, worlds[i].plan.run().key);
  }
  // If the extent counts records, the calls of all shards are simulated.
  if (!ExtentMeter(job).decides()) shard_ = job.shard;
  calls_a_portion_ *=
      std::min(kMostCallsAPortion / kCallsAPortion, shard_.count);
  if (job.extent.kind == Extent::Kind::kCalls && job.filter == nullptr) {
    calls_left_ = job.extent.amount;
  }
  // They are sorted, so the calls of a caller are neighbors.
  for (const CallKey call : job.picked) {
    if (picked_.empty() || picked_.back() != call.First()) {
      picked_.push_back(call.First());
    }
  }
}

std::uint32_t CallSource::SimulatedIn(const CallSpan& span) const noexcept {
  const std::uint32_t first = shard_.DistanceFrom(span.KeyOf(0));
  return first < span.count ? (span.count - first - 1) / shard_.count + 1 : 0;
}

void CallSource::Add(CallKey first, std::uint32_t count,
                     std::vector<CallSpan>& spans) {
  const CallSpan span{first.slot, first.resource, first.ordinal, count,
                      simulated_};
  const std::uint32_t simulated = SimulatedIn(span);
  if (simulated > 0) spans.push_back(span);
  simulated_ += simulated;
}

void CallSource::Advance() noexcept {
  left_in_slot_.reset();
  next_ordinal_ = 0;
  if (++resource_ < arrivals_.size()) return;
  resource_ = 0;
  ++slot_;
}

// As `Next`, without the slots between the picked calls.
bool CallSource::NextPicked(std::vector<CallSpan>& spans) {
  if (next_picked_ == picked_.size()) return false;
  const std::uint64_t last_slot = slot_ + kSlotsAPortion;
  const auto left = std::span(picked_).subspan(next_picked_);
  for (const CallKey call :
       left.first(std::min<std::size_t>(left.size(), calls_a_portion_))) {
    if (call.slot >= last_slot) break;
    Add(call, 1, spans);
    ++next_picked_;
  }
  slot_ = next_picked_ < picked_.size() ? picked_[next_picked_].slot
                                        : picked_.back().slot + 1;
  return true;
}

bool CallSource::Next(std::vector<CallSpan>& spans) {
  spans.clear();
  if (!picked_.empty()) return NextPicked(spans);
  const auto end_slot =
      static_cast<std::uint64_t>((end_ms_ + kMsPerSecond - 1) / kMsPerSecond);
  const std::uint64_t last_slot = slot_ + kSlotsAPortion;
  std::uint32_t calls = 0;
  bool more = false;
  while (slot_ < end_slot && slot_ < last_slot && calls_left_ > 0 &&
         calls < calls_a_portion_) {
    more = true;
    if (!left_in_slot_) left_in_slot_ = arrivals_[resource_].CountAt(slot_);
    const bool is_counted = slot_ >= start_slot_;
    const auto count = static_cast<std::uint32_t>(std::min(
        {std::uint64_t{*left_in_slot_}, is_counted ? calls_left_ : kUnlimited,
         std::uint64_t{calls_a_portion_ - calls}}));
    if (count > 0) {
      Add({slot_, next_ordinal_, first_resource_ + resource_}, count, spans);
      calls += count;
      if (is_counted) calls_left_ -= count;
      next_ordinal_ += count;
      *left_in_slot_ -= count;
    }
    if (*left_in_slot_ == 0) Advance();
  }
  return more;
}

std::string UnreachedText(const Extent& extent) {
  const char* what = "";
  switch (extent.kind) {
    case Extent::Kind::kDuration:
      what = " ms";
      break;
    case Extent::Kind::kCalls:
      what = " calls";
      break;
    case Extent::Kind::kRecords:
      what = " records";
      break;
    case Extent::Kind::kBytes:
      what = " bytes";
      break;
  }
  return "the job cannot reach " + FormatCount(extent.amount) + what +
         ": times end with the year 2499";
}

}  // namespace busyhour::internal

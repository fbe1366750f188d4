#include "engine/pick_calls.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/units.h"
#include "engine/job_calls.h"
#include "engine/scribe.h"

namespace busyhour::internal {
namespace {

// The job of all calls that any of the expressions selects.
Job SearchOf(const Job& job) {
  Job search = job;
  search.shard = {};
  search.extent = {Extent::Kind::kCalls,
                   std::numeric_limits<std::uint64_t>::max()};
  search.filter = std::make_shared<CallFilter>(
      "",
      [picks = job.picks](const Call& call, const Plan& plan) {
        return std::any_of(picks.begin(), picks.end(),
                           [&](const CallPick& pick) {
                             return pick.filter->Selects(call, plan);
                           });
      },
      std::any_of(job.picks.begin(), job.picks.end(), [](const CallPick& pick) {
        return pick.filter->reads_notes();
      }));
  return search;
}

// Takes calls in order, until each expression has its number.
class Picker {
 public:
  Picker(const Worlds& worlds, const Job& search)
      : worlds_(worlds), scribe_(worlds, search), picks_(search.picks) {
    for (const CallPick& pick : picks_) left_.push_back(pick.calls);
  }

  bool IsDone() const {
    return std::all_of(left_.begin(), left_.end(),
                       [](std::uint64_t left) { return left == 0; });
  }

  void Offer(CallKey key) {
    if (IsDone()) return;
    const Call& call = scribe_.SimulateCall(key);
    std::vector<std::uint64_t*> counts;
    const CallPick* complete = nullptr;
    for (std::size_t i = 0; i < picks_.size(); ++i) {
      if (!picks_[i].filter->Selects(call, worlds_.PlanOf(key))) continue;
      if (left_[i] == 0) {
        complete = &picks_[i];
      } else {
        counts.push_back(&left_[i]);
      }
    }
    if (complete != nullptr) {
      // It is left out, although others still want it.
      if (!counts.empty()) {
        ++left_out_;
        left_out_for_ = complete;
      }
      return;
    }
    left_out_ = 0;
    for (std::uint64_t* const left : counts) --*left;
    picked_.push_back(key);
  }

  // Whether the others are only found in calls that are left out.
  bool IsHopeless() const { return left_out_ >= kMostLeftOut; }

  std::string WhatIsMissing() const {
    std::string missing;
    for (std::size_t i = 0; i < picks_.size(); ++i) {
      if (left_[i] == 0) continue;
      missing += (missing.empty() ? "" : ", ") +
                 FormatCount(picks_[i].calls - left_[i]) + " of \"" +
                 picks_[i].text + '"';
    }
    return missing;
  }
  // Empty if no call was left out.
  std::string WhyLeftOut() const {
    if (left_out_ == 0) return "";
    return "; " + FormatCount(left_out_) +
           " others were left out, the last one because \"" +
           left_out_for_->text + "\" had all its calls and selects it, too";
  }
  std::vector<CallKey>& picked() noexcept { return picked_; }

 private:
  // Of calls in a row.
  static constexpr std::uint64_t kMostLeftOut = 100'000;

  const Worlds& worlds_;
  Scribe scribe_;
  const std::vector<CallPick>& picks_;
  std::vector<std::uint64_t> left_;
  std::vector<CallKey> picked_;
  std::uint64_t left_out_ = 0;  // since the last one that was picked
  const CallPick* left_out_for_ = nullptr;
};

}  // namespace

std::string PickCalls(const Worlds& worlds, int threads, Job& job,
                      const WatchSearch& watch) {
  // Calls that are left out come again and again if the rest is never found.
  constexpr std::uint64_t kMostSearched = 50'000'000;
  const Job search = SearchOf(job);
  Picker picker(worlds, search);
  JobCalls calls(worlds, search, threads);
  while (!picker.IsDone() && !picker.IsHopeless() &&
         calls.searched() < kMostSearched &&
         calls.Next([&picker](std::span<const Record> records) {
           picker.Offer(records.front().call());
         })) {
    if (watch) watch(calls.searched());
  }
  if (!picker.IsDone()) {
    return "found only " + picker.WhatIsMissing() + " among " +
           FormatCount(calls.searched()) + " calls" + picker.WhyLeftOut();
  }
  job.picked = std::move(picker.picked());
  std::sort(job.picked.begin(), job.picked.end());
  job.filter = FilterOf(job.picked);
  job.extent = {Extent::Kind::kCalls, job.picked.size()};
  return "";
}

std::string WhyNoneIsSelected(const Worlds& worlds, int threads, const Job& job,
                              const WatchSearch& watch) {
  if (job.filter == nullptr || !job.picked.empty() ||
      job.extent.kind == Extent::Kind::kDuration) {
    return "";
  }
  Job search = job;
  search.extent = {Extent::Kind::kCalls, 1};
  JobCalls calls(worlds, search, threads);
  while (calls.Next([](std::span<const Record>) {})) {
    if (watch) watch(calls.searched());
  }
  // Those of other shards are found, too.
  return calls.WhyNotReached().empty()
             ? ""
             : "no call is selected among " + FormatCount(calls.searched());
}

}  // namespace busyhour::internal

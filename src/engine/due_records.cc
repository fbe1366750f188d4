#include "engine/due_records.h"

#include <algorithm>

#include "engine/call_source.h"
#include "engine/record_count.h"

namespace busyhour::internal {

DueRecords::DueRecords(const Worlds& worlds, const Job& job,
                       const Routes& routes, const Faults& faults, Tally& tally,
                       std::size_t max_unsorted_second)
    : worlds_(worlds),
      routes_(routes),
      faults_(faults),
      tally_(tally),
      calendar_(StartSlotOf(job),
                worlds.HorizonMs(job.logs) + faults.max_late_ms()),
      to_skip_(routes.streams()),
      period_ms_(Info(job.layout).period_ms),
      max_unsorted_second_(max_unsorted_second) {
  if (Info(job.layout).by_own_time) periods_.emplace(period_ms_);
  if (faults.has(FaultKind::kPartialLine)) held_.resize(routes.streams());
  if (periods_ || holds()) max_unsorted_second_ = 0;
}

void DueRecords::Skip(std::size_t stream, std::uint64_t records) {
  to_skip_[stream] = records;
  is_skipping_ = is_skipping_ || records > 0;
}

void DueRecords::Add(std::span<const Record> records) {
  if (periods_) {
    periods_->Add(records);
  } else {
    calendar_.Add(records);
  }
}

// Those that are sorted must not come before.
bool DueRecords::LeavesNextUnsorted() const noexcept {
  return leaves_unsorted() && !is_skipping_ && due().empty() &&
         calendar_.next_size() <= max_unsorted_second_;
}

void DueRecords::TakeNext() {
  if (LeavesNextUnsorted()) {
    calendar_.TakeSecond(seconds_);
    return;
  }
  const std::size_t before = due_.size();
  if (periods_) {
    periods_->TakePeriod(due_);
  } else {
    calendar_.TakeSecond(due_);
  }
  if (!held_.empty()) Hold(before);
  SkipKnown(before);
}

// Holds back the newest record of each stream from `begin` on, and releases the
// one held before. The order within each stream does not change.
void DueRecords::Hold(std::size_t begin) {
  std::size_t end = begin;
  for (std::size_t i = begin; i < due_.size(); ++i) {
    std::optional<Record>& held = held_[routes_.Of(due_[i])];
    const std::optional<Record> before = held;
    held = due_[i];
    if (before) due_[end++] = *before;
  }
  due_.resize(end);
}

// The held records are the last of their streams.
void DueRecords::TakeHeld() {
  const std::size_t begin = due_.size();
  for (const std::optional<Record>& held : held_) {
    if (!held) continue;
    due_.push_back(*held);
    const std::optional<TextFault> cut = faults_.CutOf(*held);
    if (!cut) continue;
    due_.back().Mark(Record::kCut);
    ++tally_.faults[static_cast<std::size_t>(cut->kind)];
  }
  SkipKnown(begin);
}

void DueRecords::Remove(std::size_t count) {
  removed_ += count;
  if (removed_ < due_.size() - removed_) return;
  due_.erase(due_.begin(),
             due_.begin() + static_cast<std::ptrdiff_t>(removed_));
  removed_ = 0;
}

void DueRecords::SkipKnown(std::size_t begin) {
  if (!is_skipping_) return;
  const auto is_known = [this](const Record& record) {
    std::uint64_t& left = to_skip_[routes_.Of(record)];
    if (left == 0) return false;
    --left;
    Count(record, 0, worlds_.CastOf(record), tally_);
    return true;
  };
  due_.erase(std::remove_if(due_.begin() + static_cast<std::ptrdiff_t>(begin),
                            due_.end(), is_known),
             due_.end());
  is_skipping_ = std::any_of(to_skip_.begin(), to_skip_.end(),
                             [](std::uint64_t left) { return left > 0; });
}

}  // namespace busyhour::internal

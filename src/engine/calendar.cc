#include "engine/calendar.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <span>

namespace busyhour::internal {
namespace {

// In 32 bits, in which division is faster.
constexpr auto kMsASecond = static_cast<std::uint32_t>(kMsPerSecond);

// Prefetch distance in records. The list of a record is prefetched twice as far
// ahead, because the address of the record's place depends on it.
constexpr std::size_t kLookAhead = 8;

}  // namespace

Calendar::Calendar(std::uint64_t first_second, std::uint32_t horizon_ms)
    : seconds_(2 * kPeriodSeconds),
      periods_(std::bit_ceil(horizon_ms / kMsPerSecond / kPeriodSeconds + 2)),
      last_open_(first_second / kPeriodSeconds + 1),
      next_second_(first_second) {}

Calendar::List& Calendar::ListOf(const Record& record) noexcept {
  const std::uint64_t at = record.key.slot() + record.delivery_ms / kMsASecond;
  assert(at >= next_second_);
  const std::uint64_t period = at / kPeriodSeconds;
  if (period <= last_open_) [[likely]] {
    return seconds_[at % (2 * kPeriodSeconds)];
  }
  assert(period - last_open_ <= periods_.size());
  return periods_[period & (periods_.size() - 1)];
}

std::uint32_t Calendar::NewChunk() {
  std::uint32_t chunk = free_;
  if (chunk != kNone) {
    free_ = next_[chunk];
  } else {
    chunk = static_cast<std::uint32_t>(next_.size());
    if (chunk % kSlabChunks == 0) {
      slabs_.emplace_back(HugePages<Chunk>().allocate(kSlabChunks));
    }
    next_.push_back(kNone);
  }
  next_[chunk] = kNone;
  return chunk;
}

void Calendar::AddChunk(List& list) {
  const std::uint32_t chunk = NewChunk();
  (list.last == kNone ? list.first : next_[list.last]) = chunk;
  list.last = chunk;
  list.end = At(chunk);
}

void Calendar::Free(std::uint32_t first, std::uint32_t last) noexcept {
  if (first == kNone) return;
  next_[last] = free_;
  free_ = first;
}

void Calendar::Open(std::uint64_t period) {
  last_open_ = period;
  List& list = periods_[period & (periods_.size() - 1)];
  std::uint32_t left = list.count;
  for (std::uint32_t chunk = list.first; chunk != kNone; chunk = next_[chunk]) {
    const std::uint32_t here = std::min(left, kChunkRecords);
    for (const Record& record : std::span(At(chunk), here)) {
      Append(ListOf(record), record);
    }
    left -= here;
  }
  Free(list.first, list.last);
  list = List{};
}

void Calendar::Add(std::span<const Record> records) {
  // The lists of the next records; that of records[i] is at i % size.
  std::array<List*, 2 * kLookAhead> lists;
  const auto look_up = [&](std::size_t i) {
    List* const list = &ListOf(records[i]);
    __builtin_prefetch(list, 1);
    lists[i % lists.size()] = list;
  };
  const std::size_t first = std::min(lists.size(), records.size());
  for (std::size_t i = 0; i < first; ++i) look_up(i);
  std::size_t i = 0;
  for (; i < records.size() - first; ++i) {
    __builtin_prefetch(lists[(i + kLookAhead) % lists.size()]->end, 1);
    Append(*lists[i % lists.size()], records[i]);
    look_up(i + lists.size());
  }
  for (; i < records.size(); ++i) Append(*lists[i % lists.size()], records[i]);
  in_flight_ += records.size();
}

void Calendar::TakeSecond(UnsortedSeconds& out) {
  List& second = seconds_[next_second_++ % (2 * kPeriodSeconds)];
  if (second.count > 0) {
    for (std::uint32_t chunk = second.first; chunk != kNone;
         chunk = next_[chunk]) {
      out.chunks_.push_back(At(chunk));
    }
    (out.empty() ? out.first_ : next_[out.last_]) = second.first;
    out.last_ = second.last;
    out.counts_.push_back(second.count);
    out.size_ += second.count;
    out.calendar_ = this;
    in_flight_ -= second.count;
    second = List{};
  }
  if (next_second_ % kPeriodSeconds == 0) {
    Open(next_second_ / kPeriodSeconds + 1);
  }
}

void Calendar::TakeSecond(std::vector<Record>& out) {
  TakeSecond(taken_);
  sorter_.Append(taken_, out);
  taken_.Release();
}

void UnsortedSeconds::Release() noexcept {
  if (calendar_ != nullptr) calendar_->Free(first_, last_);
  chunks_.clear();
  counts_.clear();
  size_ = 0;
  first_ = last_ = kNoChunk;
}

}  // namespace busyhour::internal

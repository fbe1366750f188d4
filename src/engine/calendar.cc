#include "engine/calendar.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>

namespace busyhour::internal {
namespace {

// In 32 bits, in which division is faster.
constexpr auto kMsASecond = static_cast<std::uint32_t>(kMsPerSecond);

std::uint32_t MsOfSecond(const Record& record) {
  return record.delivery_ms % kMsASecond;
}

// Prefetch distance in records. The list of a record is prefetched twice as far
// ahead, because the address of the record's place depends on it.
constexpr std::size_t kLookAhead = 8;

// With fewer records than this, an index and a key fit into one 32-bit word,
// and two passes over five bits each are faster than one pass over a thousand
// counters.
constexpr std::size_t kFew = 2048;
// With fewer than this, as in a small shard, each is inserted at its place.
constexpr std::size_t kVeryFew = 8;
constexpr int kKeyShift = 16;
constexpr int kDigitBits = 5;
constexpr std::uint32_t kDigits = 1u << kDigitBits;

using Starts = std::array<std::uint32_t, kDigits>;

std::uint32_t Digit(std::uint32_t key, int shift) {
  return key >> shift & (kDigits - 1);
}

// Replaces the counts with the position at which each digit's keys begin.
void SumUp(Starts& counts) {
  std::uint32_t sum = 0;
  for (std::uint32_t& start : counts) {
    const std::uint32_t count = start;
    start = sum;
    sum += count;
  }
}

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

template <class Use>
void Calendar::Each(const List& list, const Use& use) {
  std::uint32_t i = 0;
  for (std::uint32_t chunk = list.first; chunk != kNone; chunk = next_[chunk]) {
    const Record* record = At(chunk);
    const std::uint32_t end = std::min(i + kChunkRecords, list.count);
    for (; i < end; ++i) use(*record++);
  }
}

void Calendar::Clear(List& list) noexcept {
  if (list.count == 0) return;
  next_[list.last] = free_;
  free_ = list.first;
  list = List{};
}

void Calendar::Open(std::uint64_t period) {
  last_open_ = period;
  List& list = periods_[period & (periods_.size() - 1)];
  Each(list, [this](const Record& record) { Append(ListOf(record), record); });
  Clear(list);
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

void Calendar::TakeSecond(std::vector<Record>& out) {
  List& second = seconds_[next_second_++ % (2 * kPeriodSeconds)];
  PrefetchSecond(seconds_[next_second_ % (2 * kPeriodSeconds)]);
  if (second.count > 0) {
    if (second.count < kVeryFew) {
      AppendVeryFew(second, out);
    } else if (second.count < kFew) {
      AppendFew(second, out);
    } else {
      AppendMany(second, out);
    }
    in_flight_ -= second.count;
    Clear(second);
  }
  if (next_second_ % kPeriodSeconds == 0) {
    Open(next_second_ / kPeriodSeconds + 1);
  }
}

// The records may have been added minutes ago, so they are no longer in the
// cache.
void Calendar::PrefetchSecond(const List& second) noexcept {
  if (second.count >= kFew) return;
  for (std::uint32_t chunk = second.first; chunk != kNone;
       chunk = next_[chunk]) {
    Prefetch(At(chunk), sizeof(Chunk));
  }
}

void Calendar::AppendVeryFew(const List& second, std::vector<Record>& out) {
  const std::size_t begin = out.size();
  Each(second, [&](const Record& record) {
    std::size_t at = out.size();
    while (at > begin && MsOfSecond(out[at - 1]) > MsOfSecond(record)) --at;
    out.insert(out.begin() + static_cast<std::ptrdiff_t>(at), record);
  });
}

void Calendar::AppendFew(const List& second, std::vector<Record>& out) {
  gathered_.resize(second.count);
  keys_.resize(second.count);
  passed_.resize(second.count);
  const Record** const gathered = gathered_.data();
  std::uint32_t* const keys = keys_.data();
  Starts low{};
  Starts high{};
  std::uint32_t count = 0;
  Each(second, [&](const Record& record) {
    const std::uint32_t ms = MsOfSecond(record);
    ++low[Digit(ms, 0)];
    ++high[Digit(ms, kDigitBits)];
    gathered[count] = &record;
    keys[count] = ms << kKeyShift | count;
    ++count;
  });
  SumUp(low);
  for (const std::uint32_t key : keys_) {
    passed_[low[Digit(key, kKeyShift)]++] = key;
  }
  SumUp(high);
  for (const std::uint32_t key : passed_) {
    keys_[high[Digit(key, kKeyShift + kDigitBits)]++] = key;
  }
  // In this order, no record has to be initialized before it is copied.
  const std::size_t needed = out.size() + count;
  if (out.capacity() < needed) {
    out.reserve(std::max(needed, 2 * out.capacity()));
  }
  for (const std::uint32_t key : keys_) {
    out.push_back(*gathered[key & 0xffff]);
  }
}

void Calendar::AppendMany(const List& second, std::vector<Record>& out) {
  std::vector<std::uint32_t>& starts = keys_;
  starts.assign(kMsPerSecond, 0);
  Each(second, [&](const Record& record) { ++starts[MsOfSecond(record)]; });
  std::uint32_t sum = 0;
  for (std::uint32_t& start : starts) {
    const std::uint32_t count = start;
    start = sum;
    sum += count;
  }
  const std::size_t begin = out.size();
  out.resize(begin + second.count);
  Each(second, [&](const Record& record) {
    out[begin + starts[MsOfSecond(record)]++] = record;
  });
}

}  // namespace busyhour::internal

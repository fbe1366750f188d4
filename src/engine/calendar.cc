#include "engine/calendar.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>

namespace busyhour {
namespace {

std::uint32_t MsOfSecond(const Record& record) {
  return record.delivery_ms % kMsPerSecond;
}

// Prefetch distance in records. The second's entry in the ring is prefetched
// twice as far ahead, because the address of the record's place depends on it.
constexpr std::size_t kLookAhead = 8;

// With fewer records than this, an index and a key fit into one 32-bit word,
// and two passes over five bits each are faster than one pass over a thousand
// counters.
constexpr std::size_t kFew = 2048;
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
    : next_second_(first_second) {
  ring_.resize(std::bit_ceil<std::uint64_t>(horizon_ms / kMsPerSecond + 2));
  mask_ = ring_.size() - 1;
}

Calendar::Second& Calendar::SecondOf(const Record& record) noexcept {
  const std::uint64_t at =
      record.call().slot + record.delivery_ms / kMsPerSecond;
  assert(at >= next_second_ && at - next_second_ < ring_.size());
  return ring_[at & mask_];
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

void Calendar::Add(std::span<const Record> records) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (i + 2 * kLookAhead < records.size()) {
      __builtin_prefetch(&SecondOf(records[i + 2 * kLookAhead]), 1);
    }
    if (i + kLookAhead < records.size()) {
      const Second& ahead = SecondOf(records[i + kLookAhead]);
      if (ahead.last != kNone) {
        __builtin_prefetch(At(ahead.last) + ahead.count % kChunkRecords, 1);
      }
    }
    Second& second = SecondOf(records[i]);
    const std::uint32_t at = second.count % kChunkRecords;
    if (at == 0) {
      const std::uint32_t chunk = NewChunk();
      (second.last == kNone ? second.first : next_[second.last]) = chunk;
      second.last = chunk;
    }
    At(second.last)[at] = records[i];
    ++second.count;
  }
  in_flight_ += records.size();
}

void Calendar::TakeSecond(std::vector<Record>& out) {
  Second& second = ring_[next_second_++ & mask_];
  PrefetchSecond(ring_[next_second_ & mask_]);
  if (second.count == 0) return;
  Gather(second);
  if (second.count < kFew) {
    AppendFew(out);
  } else {
    AppendMany(out);
  }
  in_flight_ -= second.count;
  next_[second.last] = free_;
  free_ = second.first;
  second = Second{};
}

// The records may have been added minutes ago, so they are no longer in the
// cache.
void Calendar::PrefetchSecond(const Second& second) noexcept {
  if (second.count >= kFew) return;
  for (std::uint32_t chunk = second.first; chunk != kNone;
       chunk = next_[chunk]) {
    Prefetch(At(chunk), sizeof(Chunk));
  }
}

void Calendar::Gather(const Second& second) {
  gathered_.resize(second.count);
  std::uint32_t i = 0;
  for (std::uint32_t chunk = second.first; chunk != kNone;
       chunk = next_[chunk]) {
    const Record* record = At(chunk);
    const std::uint32_t end = std::min(i + kChunkRecords, second.count);
    while (i < end) gathered_[i++] = record++;
  }
}

void Calendar::AppendFew(std::vector<Record>& out) {
  const auto count = static_cast<std::uint32_t>(gathered_.size());
  keys_.resize(count);
  passed_.resize(count);
  Starts low{};
  Starts high{};
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t key = MsOfSecond(*gathered_[i]) << kKeyShift | i;
    ++low[Digit(key, kKeyShift)];
    ++high[Digit(key, kKeyShift + kDigitBits)];
    keys_[i] = key;
  }
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
    out.push_back(*gathered_[key & 0xffff]);
  }
}

void Calendar::AppendMany(std::vector<Record>& out) {
  std::vector<std::uint32_t>& starts = keys_;
  starts.assign(kMsPerSecond, 0);
  for (const Record* record : gathered_) ++starts[MsOfSecond(*record)];
  std::uint32_t sum = 0;
  for (std::uint32_t& start : starts) {
    const std::uint32_t count = start;
    start = sum;
    sum += count;
  }
  const std::size_t begin = out.size();
  out.resize(begin + gathered_.size());
  for (const Record* record : gathered_) {
    out[begin + starts[MsOfSecond(*record)]++] = *record;
  }
}

}  // namespace busyhour

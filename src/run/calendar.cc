#include "run/calendar.h"

#include <array>
#include <bit>
#include <cassert>

namespace busyhour {
namespace {

std::uint32_t MsOfSecond(const Record& record) {
  return record.delivery_ms % kMsPerSecond;
}

// How many records ahead the place of one is asked for: it follows from its
// second, which has to be asked for before that.
constexpr std::size_t kLookAhead = 8;

// Below this, an index and a key share a word of 32 bits, and two passes over
// five bits each beat one over a thousand counters.
constexpr std::size_t kFew = 2048;
constexpr int kKeyShift = 16;
constexpr int kDigitBits = 5;
constexpr std::uint32_t kDigits = 1u << kDigitBits;

using Starts = std::array<std::uint32_t, kDigits>;

std::uint32_t Digit(std::uint32_t key, int shift) {
  return key >> shift & (kDigits - 1);
}

// Counts -> where each digit's keys begin.
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

Calendar::Chunk* Calendar::NewChunk() {
  Chunk* chunk = free_;
  if (chunk != nullptr) {
    free_ = chunk->next;
  } else {
    if (in_slab_ == kSlabChunks) {
      slabs_.push_back(std::make_unique_for_overwrite<Chunk[]>(kSlabChunks));
      in_slab_ = 0;
    }
    chunk = &slabs_.back()[in_slab_++];
  }
  chunk->next = nullptr;
  return chunk;
}

void Calendar::Add(std::span<const Record> records) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (i + 2 * kLookAhead < records.size()) {
      __builtin_prefetch(&SecondOf(records[i + 2 * kLookAhead]), 1);
    }
    if (i + kLookAhead < records.size()) {
      const Second& ahead = SecondOf(records[i + kLookAhead]);
      if (ahead.last != nullptr) {
        __builtin_prefetch(ahead.last->records + ahead.in_last, 1);
      }
    }
    Second& second = SecondOf(records[i]);
    if (second.in_last == kChunkRecords || second.last == nullptr) {
      Chunk* const chunk = NewChunk();
      (second.last == nullptr ? second.first : second.last->next) = chunk;
      second.last = chunk;
      second.in_last = 0;
    }
    second.last->records[second.in_last++] = records[i];
    ++second.count;
  }
  in_flight_ += records.size();
}

void Calendar::TakeSecond(std::vector<Record>& out) {
  Second& second = ring_[next_second_++ & mask_];
  if (second.count == 0) return;
  Gather(second);
  if (second.count < kFew) {
    AppendFew(out);
  } else {
    AppendMany(out);
  }
  in_flight_ -= second.count;
  second.last->next = free_;
  free_ = second.first;
  second = Second{};
}

void Calendar::Gather(const Second& second) {
  gathered_.clear();
  for (const Chunk* chunk = second.first; chunk != nullptr;
       chunk = chunk->next) {
    // Nobody has looked at them since they were added, perhaps minutes ago.
    Prefetch(chunk, sizeof(Chunk));
    const std::uint32_t count =
        chunk == second.last ? second.in_last : kChunkRecords;
    for (std::uint32_t i = 0; i < count; ++i) {
      gathered_.push_back(&chunk->records[i]);
    }
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
  const std::size_t begin = out.size();
  out.resize(begin + count);
  for (const std::uint32_t key : passed_) {
    out[begin + high[Digit(key, kKeyShift + kDigitBits)]++] =
        *gathered_[key & 0xffff];
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

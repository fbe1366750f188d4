#include "run/calendar.h"

#include <array>
#include <bit>
#include <cassert>

namespace busyhour {
namespace {

std::uint32_t MsOfSecond(const Record& record) {
  return record.delivery_ms % kMsPerSecond;
}

std::uint64_t SecondOf(const Record& record) {
  return record.call().slot + record.delivery_ms / kMsPerSecond;
}

// Below this, indices and keys share a word of 32 bits, and two passes over
// five bits each beat one over a thousand counters.
constexpr std::size_t kSmall = 2048;
constexpr int kDigitBits = 5;
constexpr std::size_t kDigits = 1u << kDigitBits;
constexpr int kKeyShift = 16;

void DigitPass(const std::vector<std::uint32_t>& from,
               std::vector<std::uint32_t>& to, int shift) {
  std::array<std::uint32_t, kDigits> starts{};
  for (const std::uint32_t key : from) ++starts[key >> shift & (kDigits - 1)];
  std::uint32_t sum = 0;
  for (std::uint32_t& start : starts) {
    const std::uint32_t count = start;
    start = sum;
    sum += count;
  }
  to.resize(from.size());
  for (const std::uint32_t key : from) {
    to[starts[key >> shift & (kDigits - 1)]++] = key;
  }
}

}  // namespace

Calendar::Calendar(std::uint64_t first_second, std::uint32_t horizon_ms)
    : next_second_(first_second) {
  ring_.resize(std::bit_ceil<std::uint64_t>(horizon_ms / kMsPerSecond + 2));
  mask_ = ring_.size() - 1;
}

std::uint32_t Calendar::NewChunk() {
  std::uint32_t index = free_;
  if (index == kNone) {
    index = chunk_count_++;
    if (index / kSlabChunks == slabs_.size()) {
      slabs_.push_back(std::make_unique_for_overwrite<Chunk[]>(kSlabChunks));
    }
  } else {
    free_ = At(index).next;
  }
  At(index).count = 0;
  At(index).next = kNone;
  return index;
}

void Calendar::Add(const Record& record) {
  const std::uint64_t at = SecondOf(record);
  assert(at >= next_second_ && at - next_second_ < ring_.size());
  Second& second = ring_[at & mask_];
  if (second.last == kNone) {
    second.first = second.last = NewChunk();
  } else if (At(second.last).count == kChunkRecords) {
    const std::uint32_t chunk = NewChunk();
    At(second.last).next = chunk;
    second.last = chunk;
  }
  Chunk& chunk = At(second.last);
  chunk.records[chunk.count++] = record;
  ++second.count;
  ++in_flight_;
}

void Calendar::TakeSecond(std::vector<Record>& out) {
  Second& second = ring_[next_second_++ & mask_];
  const std::size_t count = second.count;
  if (count == 0) return;
  in_flight_ -= count;
  gathered_.clear();
  for (std::uint32_t index = second.first; index != kNone;) {
    Chunk& chunk = At(index);
    gathered_.insert(gathered_.end(), chunk.records,
                     chunk.records + chunk.count);
    const std::uint32_t next = chunk.next;
    chunk.next = free_;
    free_ = index;
    index = next;
  }
  second = Second{};

  if (count < kSmall) {
    keys_.resize(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      keys_[i] = MsOfSecond(gathered_[i]) << kKeyShift | i;
    }
    DigitPass(keys_, passed_, kKeyShift);
    DigitPass(passed_, keys_, kKeyShift + kDigitBits);
    for (const std::uint32_t key : keys_) {
      out.push_back(gathered_[key & 0xffff]);
    }
    return;
  }
  std::vector<std::uint32_t>& starts = keys_;
  starts.assign(kMsPerSecond, 0);
  for (const Record& record : gathered_) ++starts[MsOfSecond(record)];
  auto sum = static_cast<std::uint32_t>(out.size());
  for (std::uint32_t& start : starts) {
    const std::uint32_t at = sum;
    sum += start;
    start = at;
  }
  out.resize(sum);
  for (const Record& record : gathered_) {
    out[starts[MsOfSecond(record)]++] = record;
  }
}

}  // namespace busyhour

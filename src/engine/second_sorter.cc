#include "engine/second_sorter.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/time.h"

namespace busyhour::internal {
namespace {

std::uint32_t MsOfSecond(const Record& record) {
  // In 32 bits, in which division is faster.
  return record.delivery_ms % static_cast<std::uint32_t>(kMsPerSecond);
}

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

void SecondSorter::Append(const UnsortedSeconds& seconds,
                          std::vector<Record>& out) {
  seconds.EachSecond([&](const Second& second) {
    if (second.count() < kVeryFew) {
      AppendVeryFew(second, out);
    } else if (second.count() < kFew) {
      AppendFew(second, out);
    } else {
      AppendMany(second, out);
    }
  });
}

void SecondSorter::AppendVeryFew(const Second& second,
                                 std::vector<Record>& out) {
  const std::size_t begin = out.size();
  second.Each([&](const Record& record) {
    std::size_t at = out.size();
    while (at > begin && MsOfSecond(out[at - 1]) > MsOfSecond(record)) --at;
    out.insert(out.begin() + static_cast<std::ptrdiff_t>(at), record);
  });
}

void SecondSorter::AppendFew(const Second& second, std::vector<Record>& out) {
  gathered_.resize(second.count());
  keys_.resize(second.count());
  passed_.resize(second.count());
  const Record** const gathered = gathered_.data();
  std::uint32_t* const keys = keys_.data();
  Starts low{};
  Starts high{};
  std::uint32_t count = 0;
  second.Each([&](const Record& record) {
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

void SecondSorter::AppendMany(const Second& second, std::vector<Record>& out) {
  std::vector<std::uint32_t>& starts = keys_;
  starts.assign(kMsPerSecond, 0);
  second.Each([&](const Record& record) { ++starts[MsOfSecond(record)]; });
  std::uint32_t sum = 0;
  for (std::uint32_t& start : starts) {
    const std::uint32_t count = start;
    start = sum;
    sum += count;
  }
  const std::size_t begin = out.size();
  out.resize(begin + second.count());
  second.Each([&](const Record& record) {
    out[begin + starts[MsOfSecond(record)]++] = record;
  });
}

}  // namespace busyhour::internal

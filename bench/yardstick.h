#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

#include "benchmark/benchmark.h"

// What all benchmark programs have in common. Each carries the same yardstick,
// `BM_Memcpy/L2` and `BM_Memcpy/DRAM`, because the clocks of shared machines
// wander and only figures of one run compare.

namespace busyhour {

/// About the buffer of a portion: it stays in a core's second cache.
inline constexpr std::size_t kL2Bytes = 256 << 10;
/// More than any cache.
inline constexpr std::size_t kDramBytes = 256 << 20;

struct FreeAligned {
  void operator()(char* memory) const {
    ::operator delete[](memory, std::align_val_t{64});
  }
};
using Memory = std::unique_ptr<char[], FreeAligned>;

/// Zeroed, so that every page is there.
inline Memory Allocate(std::size_t bytes) {
  Memory memory(
      static_cast<char*>(::operator new[](bytes, std::align_val_t{64})));
  std::memset(memory.get(), 0, bytes);
  return memory;
}

/// Says how many records a benchmark has made, shown as ns, and of how many
/// bytes.
inline void CountRecords(benchmark::State& state, std::uint64_t records,
                         std::uint64_t bytes) {
  state.SetItemsProcessed(static_cast<std::int64_t>(records));
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  state.counters["s/record"] = benchmark::Counter(
      static_cast<double>(records),
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

}  // namespace busyhour

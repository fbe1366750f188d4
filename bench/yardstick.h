#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

#include "benchmark/benchmark.h"

// Common parts of all benchmark programs. Each includes the yardsticks
// `BM_Memcpy/L2` and `BM_Memcpy/DRAM`, because the clock speed of shared
// machines varies and only figures of the same run can be compared.

namespace busyhour::internal {

/// About the size of a portion's buffer: it fits into a core's L2 cache.
inline constexpr std::size_t kL2Bytes = 256 << 10;
/// Larger than any cache.
inline constexpr std::size_t kDramBytes = 256 << 20;

struct FreeAligned {
  void operator()(char* memory) const {
    ::operator delete[](memory, std::align_val_t{64});
  }
};
using Memory = std::unique_ptr<char[], FreeAligned>;

/// Filled with zeros, so that every page is allocated.
inline Memory Allocate(std::size_t bytes) {
  Memory memory(
      static_cast<char*>(::operator new[](bytes, std::align_val_t{64})));
  std::memset(memory.get(), 0, bytes);
  return memory;
}

/// Sets the number of records of a benchmark, which is shown in ns per record,
/// and their number of bytes.
inline void CountRecords(benchmark::State& state, std::uint64_t records,
                         std::uint64_t bytes) {
  state.SetItemsProcessed(static_cast<std::int64_t>(records));
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  state.counters["s/record"] = benchmark::Counter(
      static_cast<double>(records),
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

}  // namespace busyhour::internal

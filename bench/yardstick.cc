#include "yardstick.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace busyhour::internal {
namespace {

void FillWithNoise(char* memory, std::size_t bytes) {
  std::uint32_t word = 1;
  for (std::size_t i = 0; i < bytes; ++i) {
    word = word * 1664525 + 1013904223;
    memory[i] = static_cast<char>(word >> 24);
  }
}

void BM_Memcpy(benchmark::State& state, std::size_t bytes) {
  const Memory from = Allocate(bytes);
  const Memory to = Allocate(bytes);
  FillWithNoise(from.get(), bytes);
  std::memcpy(to.get(), from.get(), bytes);
  if (std::memcmp(to.get(), from.get(), bytes) != 0) {
    state.SkipWithError("memcpy did not copy");
    return;
  }
  for (auto _ : state) {
    std::memcpy(to.get(), from.get(), bytes);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(bytes));
}
BENCHMARK_CAPTURE(BM_Memcpy, L2, kL2Bytes);
BENCHMARK_CAPTURE(BM_Memcpy, DRAM, kDramBytes)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace busyhour::internal

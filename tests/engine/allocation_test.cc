// Counts the memory allocations of a run. A separate program, because it counts
// every allocation of its process.

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <vector>

#include "base/base_profiles.h"
#include "engine/calendar.h"
#include "engine/run_job.h"

namespace {

std::atomic<std::uint64_t> allocations = 0;

void* Allocate(std::size_t size, std::size_t alignment) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  // The size must be a multiple of the alignment.
  void* memory = std::aligned_alloc(
      alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) std::abort();
  return memory;
}

}  // namespace

// The array forms call these. So do the nothrow forms of the library, but not
// those of the address sanitizer.
void* operator new(std::size_t size) {
  return Allocate(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return Allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return Allocate(size, alignof(std::max_align_t));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace busyhour::internal {
namespace {

std::uint64_t AllocationsOfRun(const Runs& runs, std::uint64_t records,
                               int threads) {
  const Job job = runs.JobOf(Extent::Kind::kRecords, records);
  NullSink sink;
  const std::uint64_t before = allocations;
  Pipe pipe(runs.worlds, job, {}, {&sink}, OptionsOf(threads));
  EXPECT_TRUE(pipe.Run().ok());
  EXPECT_GE(pipe.tally().all_records(), records);
  return allocations - before;
}

TEST(AllocationTest, IsCounted) {
  const std::uint64_t before = allocations;
  std::vector<std::uint64_t> some(100);
  EXPECT_EQ(allocations, before + 1);
}

// For all shipped profiles and thread counts: a run with ten times the records
// makes no more allocations, except for data that grows with the records in
// flight.
TEST(AllocationTest, RecordsCostNone) {
  for (const BuiltinProfile& builtin : BaseProfiles()) {
    Profile profile = ShippedProfile(builtin.name);
    // Waits for agents are computed for six hours of simulated time at once,
    // however many records these have.
    profile.agents.on_duty = 0;
    const Runs runs(profile);
    // Creates the tables that exist once per process.
    (void)AllocationsOfRun(runs, 100, 1);
    for (const int threads : {1, 3}) {
      const std::uint64_t few = AllocationsOfRun(runs, 20'000, threads);
      const std::uint64_t many = AllocationsOfRun(runs, 200'000, threads);
      // Less than one allocation per thousand records: lists of portions
      // allocate a block per 64 portions, and a longer run has a higher peak.
      EXPECT_LT(many, few + 180) << builtin.name << ' ' << threads;
    }
  }
}

// Once a calendar has reached its largest size, it adds and returns records
// without allocations.
TEST(AllocationTest, ACalendarUsesItsMemoryAgain) {
  Calendar calendar(1'000'000, 20'000);
  std::vector<Record> taken;
  taken.reserve(10'000);
  Record record;
  std::uint64_t slot = 1'000'000;
  const auto turn = [&](int seconds) {
    const std::uint64_t before = allocations;
    for (int i = 0; i < seconds; ++i, ++slot) {
      record.key = RecordKey({slot, 0}, LogType::kOperational);
      for (std::uint32_t j = 0; j < 300; ++j) {
        record.delivery_ms = j * 7919 % 20'000;
        calendar.Add(record);
      }
      taken.clear();
      calendar.TakeSecond(taken);
    }
    return allocations - before;
  };
  EXPECT_GT(turn(40), 0u);
  EXPECT_EQ(turn(1000), 0u);
}

}  // namespace
}  // namespace busyhour::internal

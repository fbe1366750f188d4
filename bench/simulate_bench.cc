// The cost of simulating a call and creating its records, by profile: calls per
// second, and time per record.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"
#include "engine/scribe.h"
#include "logs/call_records.h"
#include "profile/load.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kSlots = 2048;

std::vector<Record> RecordsOf(Scribe& scribe, CallKey key) {
  std::vector<Record> records;
  scribe.Simulate(key);
  scribe.AppendRecords(0, records);
  return records;
}

// Whether each call is independent of the calls simulated before it.
bool CallsFollowFromTheirKeys(const Worlds& worlds, const Job& job,
                              std::uint64_t first) {
  const auto same = [](const Record& a, const Record& b) {
    return a.key == b.key && a.time_ms == b.time_ms &&
           a.delivery_ms == b.delivery_ms && a.payload == b.payload;
  };
  Scribe forwards(worlds, job);
  std::vector<std::vector<Record>> calls;
  for (std::uint64_t i = 0; i < kSlots; ++i) {
    calls.push_back(RecordsOf(forwards, {first + i, 0}));
  }
  Scribe backwards(worlds, job);
  for (std::uint64_t i = kSlots; i-- > 0;) {
    const std::vector<Record> again = RecordsOf(backwards, {first + i, 0});
    if (!std::equal(again.begin(), again.end(), calls[i].begin(),
                    calls[i].end(), same)) {
      return false;
    }
  }
  return true;
}

void BM_Simulate(benchmark::State& state, const std::string& name) {
  const Worlds worlds(LoadProfile(name), 1, {});
  const Job job;
  const auto first = static_cast<std::uint64_t>(
      worlds[0].plan.profile().traffic.start.ms / kMsPerSecond);
  if (!CallsFollowFromTheirKeys(worlds, job, first)) {
    state.SkipWithError("the same call differs");
    return;
  }
  Scribe scribe(worlds, job);
  std::vector<Record> records;
  std::uint64_t calls = 0;
  std::uint64_t all_records = 0;
  for (auto _ : state) {
    const CallKey key{first + calls % kSlots, 0};
    records.clear();
    scribe.Simulate(key);
    scribe.AppendRecords(0, records);
    benchmark::DoNotOptimize(records.data());
    ++calls;
    all_records += records.size();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(calls));
  state.counters["records/call"] =
      static_cast<double>(all_records) / static_cast<double>(calls);
  state.counters["s/record"] = benchmark::Counter(
      static_cast<double>(all_records),
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

[[maybe_unused]] const bool kRegistered = [] {
  for (const BuiltinProfile& profile : BuiltinProfiles()) {
    const std::string name(profile.name);
    benchmark::RegisterBenchmark(
        ("BM_Simulate/" + name).c_str(),
        [name](benchmark::State& state) { BM_Simulate(state, name); });
  }
  return true;
}();

}  // namespace
}  // namespace busyhour::internal

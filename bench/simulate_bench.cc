// What it costs to simulate a call and turn it into records, by profile: calls
// a second, and time a record.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"
#include "logs/call_records.h"
#include "profile/load.h"
#include "run/rules.h"
#include "scenario/simulator.h"

namespace busyhour {
namespace {

constexpr std::uint64_t kSlots = 2048;

std::vector<Record> RecordsOf(Simulator& simulator, const RecordRules& rules,
                              const Job& job, CallKey key) {
  std::vector<Record> records;
  AppendRecords(simulator.Simulate(key), rules,
                StreamKey(job.seed, key.slot, key.ordinal), 0, records);
  return records;
}

// Whether calls are the same whatever was simulated before them.
bool CallsFollowFromTheirKeys(const Plan& plan, const RecordRules& rules,
                              const Job& job, std::uint64_t first) {
  const auto same = [](const Record& a, const Record& b) {
    return a.key == b.key && a.time_ms == b.time_ms &&
           a.delivery_ms == b.delivery_ms && a.payload == b.payload;
  };
  Simulator forwards(plan, job.seed);
  std::vector<std::vector<Record>> calls;
  for (std::uint64_t i = 0; i < kSlots; ++i) {
    calls.push_back(RecordsOf(forwards, rules, job, {first + i, 0}));
  }
  Simulator backwards(plan, job.seed);
  for (std::uint64_t i = kSlots; i-- > 0;) {
    const std::vector<Record> again =
        RecordsOf(backwards, rules, job, {first + i, 0});
    if (!std::equal(again.begin(), again.end(), calls[i].begin(),
                    calls[i].end(), same)) {
      return false;
    }
  }
  return true;
}

void BM_Simulate(benchmark::State& state, const std::string& name) {
  const Plan plan(LoadProfile(name));
  const Job job;
  const RecordRules rules = RulesOf(plan, job);
  const auto first = static_cast<std::uint64_t>(
      plan.profile().traffic.start.ms / kMsPerSecond);
  if (!CallsFollowFromTheirKeys(plan, rules, job, first)) {
    state.SkipWithError("the same call differs");
    return;
  }
  Simulator simulator(plan, job.seed);
  std::vector<Record> records;
  std::uint64_t calls = 0;
  std::uint64_t all_records = 0;
  for (auto _ : state) {
    const CallKey key{first + calls % kSlots, 0};
    records.clear();
    AppendRecords(simulator.Simulate(key), rules,
                  StreamKey(job.seed, key.slot, key.ordinal), 0, records);
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
}  // namespace busyhour

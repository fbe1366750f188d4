// What it costs to simulate a call and turn it into records, by profile.

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

void BM_Simulate(benchmark::State& state, const std::string& name) {
  const Plan plan(LoadProfile(name));
  const Job job;
  const RecordRules rules = RulesOf(plan, job);
  const auto first = static_cast<std::uint64_t>(
      plan.profile().traffic.start.ms / kMsPerSecond);
  Simulator simulator(plan, job.seed);
  Simulator again(plan, job.seed);
  // The same call twice is the same call, whatever came between.
  simulator.Simulate({first + 1, 0}, 0);
  if (simulator.Simulate({first, 0}, 0).requests.size() !=
      again.Simulate({first, 0}, 0).requests.size()) {
    state.SkipWithError("the same call differs");
    return;
  }
  std::vector<Record> records;
  std::uint64_t calls = 0;
  std::uint64_t all_records = 0;
  for (auto _ : state) {
    const CallKey key{first + calls % kSlots, 0};
    records.clear();
    AppendRecords(simulator.Simulate(key, 0), rules,
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

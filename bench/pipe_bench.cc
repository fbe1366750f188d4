// The whole way from calls to bytes, to a sink that keeps nothing, beside
// copying in memory.

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "base/fingerprint.h"
#include "benchmark/benchmark.h"
#include "logs/directory.h"
#include "profile/load.h"
#include "run/pipe.h"

namespace busyhour {
namespace {

constexpr std::uint64_t kRecords = 1'000'000;
constexpr std::size_t kL2Bytes = 256 << 10;
constexpr std::size_t kDramBytes = 256 << 20;

class FingerprintSink : public Sink {
 public:
  Status Write(std::span<const std::string_view> spans) override {
    for (const std::string_view span : spans) fingerprint_.Add(span);
    return Status::Ok();
  }
  Status Finish() override { return Status::Ok(); }
  std::string Text() const { return fingerprint_.Text(); }

 private:
  Fingerprint fingerprint_;
};

Job JobOf(const Profile& profile, std::uint64_t records) {
  Job job;
  job.start = profile.traffic.start;
  job.extent = {Extent::Kind::kRecords, records};
  return job;
}

Tally RunOnce(const Plan& plan, const Directory& directory, const Job& job,
              int threads, Sink& sink) {
  Pipe::Options options;
  options.threads = threads;
  Pipe pipe(plan, directory, job, Pipe::Routes{}, {&sink}, options);
  if (!pipe.Run().ok()) return Tally{};
  return pipe.tally();
}

void BM_Pipe(benchmark::State& state, const std::string& name, int threads) {
  const Profile profile = LoadProfile(name);
  const Plan plan(profile);
  const Job job = JobOf(profile, kRecords);
  const Directory directory(plan, job.seed);
  // First that the bytes do not depend on the threads.
  const Job small = JobOf(profile, 20'000);
  FingerprintSink one;
  FingerprintSink several;
  RunOnce(plan, directory, small, 1, one);
  RunOnce(plan, directory, small, threads + 1, several);
  if (one.Text() != several.Text()) {
    state.SkipWithError("the bytes depend on the number of threads");
    return;
  }
  NullSink sink;
  Tally tally;
  for (auto _ : state) tally += RunOnce(plan, directory, job, threads, sink);
  state.SetItemsProcessed(static_cast<std::int64_t>(tally.all_records()));
  state.SetBytesProcessed(static_cast<std::int64_t>(tally.all_bytes()));
  state.counters["s/record"] = benchmark::Counter(
      static_cast<double>(tally.all_records()),
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void BM_Memcpy(benchmark::State& state, std::size_t bytes) {
  const std::vector<char> from(bytes, 'x');
  std::vector<char> to(bytes);
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), bytes);
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  }
  if (to != from) state.SkipWithError("memcpy did not copy");
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(bytes));
}

BENCHMARK_CAPTURE(BM_Memcpy, L2, kL2Bytes);
BENCHMARK_CAPTURE(BM_Memcpy, DRAM, kDramBytes)->Unit(benchmark::kMillisecond);

[[maybe_unused]] const bool kRegistered = [] {
  for (const std::string name : {"quickstart", "contact-center"}) {
    for (const int threads : {1, 2}) {
      benchmark::RegisterBenchmark(
          ("BM_Pipe/" + name + "/threads:" + std::to_string(threads)).c_str(),
          [name, threads](benchmark::State& state) {
            BM_Pipe(state, name, threads);
          })
          ->Unit(benchmark::kMillisecond)
          ->UseRealTime();
    }
  }
  return true;
}();

}  // namespace
}  // namespace busyhour

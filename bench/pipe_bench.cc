// The complete path from calls to bytes, with a sink that discards them,
// compared with copying memory.

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/fingerprint.h"
#include "benchmark/benchmark.h"
#include "engine/estimate.h"
#include "engine/pipe.h"
#include "logs/worlds.h"
#include "profile/load.h"
#include "yardstick.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kRecords = 1'000'000;
constexpr std::uint64_t kCheckedRecords = 20'000;
// Short enough for a thousand calls in flight, long enough for a million.
constexpr std::uint64_t kSteadyRecords = 2'000'000;

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

Job JobOf(const Profile& profile, std::uint64_t records,
          LogSet logs = LogSet::Default()) {
  Job job;
  job.logs = logs;
  job.start = profile.traffic.start;
  job.extent = {Extent::Kind::kRecords, records};
  return job;
}

Tally RunOnce(const Worlds& worlds, const Job& job, int threads, Sink& sink) {
  Pipe::Options options;
  options.threads = threads;
  Pipe pipe(worlds, job, {}, {&sink}, options);
  if (!pipe.Run().ok()) return Tally{};
  return pipe.tally();
}

// Checks that the bytes do not depend on the number of threads. Returns the
// tally, or an empty one if they do.
Tally Check(benchmark::State& state, const Worlds& worlds, int threads,
            LogSet logs = LogSet::Default()) {
  const Job job = JobOf(worlds[0].plan.profile(), kCheckedRecords, logs);
  FingerprintSink one;
  FingerprintSink several;
  const Tally tally = RunOnce(worlds, job, 1, one);
  RunOnce(worlds, job, threads + 1, several);
  if (tally.all_records() == 0 || one.Text() != several.Text()) {
    state.SkipWithError("the bytes depend on the number of threads");
    return Tally{};
  }
  return tally;
}

void BM_Pipe(benchmark::State& state, const std::string& name, int threads,
             LogSet logs) {
  const Profile profile = LoadProfile(name);
  const Worlds worlds(profile, 1, profile.traffic.start);
  const Job job = JobOf(profile, kRecords, logs);
  if (Check(state, worlds, threads, logs).calls == 0) return;
  NullSink sink;
  Tally tally;
  for (auto _ : state) tally += RunOnce(worlds, job, threads, sink);
  CountRecords(state, tally.all_records(), tally.all_bytes());
}

// Measures the time in which `measured` bytes are written, after the first
// `skipped` bytes, and then stops the run.
class SteadySink : public Sink {
 public:
  SteadySink(std::uint64_t skipped, std::uint64_t measured)
      : skipped_(skipped), measured_(measured) {}

  Status Write(std::span<const std::string_view> spans) override {
    for (const std::string_view span : spans) bytes_ += span.size();
    if (bytes_ >= skipped_ && first_bytes_ == 0) {
      first_bytes_ = bytes_;
      begin_ = Clock::now();
    } else if (first_bytes_ != 0 && bytes_ >= first_bytes_ + measured_ &&
               !stop_) {
      bytes_measured_ = bytes_ - first_bytes_;
      seconds_ = std::chrono::duration<double>(Clock::now() - begin_).count();
      stop_ = true;
    }
    return Status::Ok();
  }
  Status Finish() override { return Status::Ok(); }

  const std::atomic<bool>* stop() const { return &stop_; }
  double seconds() const { return seconds_; }
  std::uint64_t bytes_measured() const { return bytes_measured_; }

 private:
  using Clock = std::chrono::steady_clock;

  std::uint64_t skipped_;
  std::uint64_t measured_;
  std::uint64_t bytes_ = 0;
  std::uint64_t first_bytes_ = 0;
  std::uint64_t bytes_measured_ = 0;
  double seconds_ = 0.0;
  Clock::time_point begin_;
  std::atomic<bool> stop_{false};
};

// The profile at a constant rate, at which nearly all records of about `calls`
// calls are undelivered at any time.
Profile WithCallsInFlight(const std::string& name, double calls) {
  Profile profile = LoadProfile(name);
  profile.incidents.clear();
  profile.traffic.hours_of_week.fill(1.0);
  profile.traffic.day_cv = 0.0;
  profile.traffic.busyness_cv = 0.0;
  profile.traffic.capacity_cps = 0.0;
  const double usual_rate_cps = profile.traffic.rate_cps;
  profile.traffic.rate_cps = 1.0;
  // Little's law: calls in flight = rate * time in flight.
  profile.traffic.rate_cps =
      calls / CallsWithImage(Worlds(profile, 1, profile.traffic.start),
                             JobOf(profile, kCheckedRecords));
  // As many agents a call as usual.
  profile.agents.on_duty = static_cast<std::uint32_t>(
      std::ceil(profile.agents.on_duty *
                std::max(profile.traffic.rate_cps / usual_rate_cps, 1.0)));
  return profile;
}

// The time per record, by the number of calls in flight. It is measured in the
// middle of a run: first, the records of twice as many calls are delivered, so
// that as many calls end as begin. Then the same number of records is measured
// for each number of calls in flight.
void BM_PipeInFlight(benchmark::State& state, const std::string& name) {
  const auto calls = static_cast<std::uint64_t>(state.range(0));
  const Profile profile = WithCallsInFlight(name, static_cast<double>(calls));
  const Worlds worlds(profile, 1, profile.traffic.start);
  Job job = JobOf(profile, 0);
  job.extent = {Extent::Kind::kDuration, 7 * kMsPerDay};
  const Tally checked = Check(state, worlds, 1);
  if (checked.calls == 0) return;
  const double bytes_a_record = static_cast<double>(checked.all_bytes()) /
                                static_cast<double>(checked.all_records());
  const double bytes_a_call = static_cast<double>(checked.all_bytes()) /
                              static_cast<double>(checked.calls);
  std::uint64_t bytes = 0;
  for (auto _ : state) {
    SteadySink sink(
        static_cast<std::uint64_t>(2 * bytes_a_call *
                                   static_cast<double>(calls)),
        static_cast<std::uint64_t>(bytes_a_record * kSteadyRecords));
    Pipe::Options options;
    options.stop = sink.stop();
    Pipe pipe(worlds, job, {}, {&sink}, options);
    if (!pipe.Run().ok() || sink.bytes_measured() == 0) {
      state.SkipWithError("the run ended before it was steady");
      return;
    }
    state.SetIterationTime(sink.seconds());
    bytes += sink.bytes_measured();
  }
  CountRecords(
      state,
      static_cast<std::uint64_t>(static_cast<double>(bytes) / bytes_a_record),
      bytes);
  state.counters["calls/s"] = profile.traffic.rate_cps;
}

[[maybe_unused]] const bool kRegistered = [] {
  const auto add = [](const std::string& name, const std::string& variant,
                      int threads, LogSet logs) {
    benchmark::RegisterBenchmark(
        ("BM_Pipe/" + name + variant + "/threads:" + std::to_string(threads))
            .c_str(),
        [=](benchmark::State& state) { BM_Pipe(state, name, threads, logs); })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  };
  for (const std::string name : {"quickstart", "contact-center"}) {
    for (const int threads : {1, 2}) {
      add(name, "", threads, LogSet::Default());
    }
  }
  add("contact-center", "/all_logs", 1, LogSet::All());
  for (const std::int64_t calls : {1'000, 10'000, 100'000, 1'000'000}) {
    benchmark::RegisterBenchmark("BM_PipeInFlight",
                                 [](benchmark::State& state) {
                                   BM_PipeInFlight(state, "contact-center");
                                 })
        ->ArgName("calls")
        ->Arg(calls)
        ->Unit(benchmark::kMillisecond)
        ->Iterations(1)
        ->UseManualTime();
  }
  return true;
}();

}  // namespace
}  // namespace busyhour::internal

// The cost of the columns for Apache Arrow, by log; and as a yardstick, of the
// records of the same job in order, without columns.

#include <cstdint>
#include <string>

#include "benchmark/benchmark.h"
#include "busyhour/arrow.h"
#include "busyhour/record.h"

namespace busyhour {
namespace {

constexpr std::uint64_t kCalls = 50'000;

Job JobOf(LogType log) {
  return Job({.profile = Profile("contact-center"),
              .calls = kCalls,
              .logs = std::string(NameOf(log)),
              .shape = "table"});
}

void BM_ArrowStream(benchmark::State& state, LogType log) {
  const Job job = JobOf(log);
  std::int64_t records = 0;
  for (auto _ : state) {
    ArrowArrayStream stream;
    ExportArrow(job, log, &stream);
    for (;;) {
      ArrowArray batch;
      if (stream.get_next(&stream, &batch) != 0) {
        state.SkipWithError(stream.get_last_error(&stream));
        break;
      }
      if (batch.release == nullptr) break;
      records += batch.length;
      batch.release(&batch);
    }
    stream.release(&stream);
  }
  state.SetItemsProcessed(records);
}

void BM_RecordsInOrder(benchmark::State& state, LogType log) {
  const Job job = JobOf(log);
  std::int64_t records = 0;
  for (auto _ : state) {
    Records all(job);
    while (all.Next()) ++records;
  }
  state.SetItemsProcessed(records);
}

BENCHMARK_CAPTURE(BM_ArrowStream, operational, LogType::kOperational);
BENCHMARK_CAPTURE(BM_RecordsInOrder, operational, LogType::kOperational);
BENCHMARK_CAPTURE(BM_ArrowStream, media_summary, LogType::kMediaSummary);
BENCHMARK_CAPTURE(BM_RecordsInOrder, media_summary, LogType::kMediaSummary);
BENCHMARK_CAPTURE(BM_ArrowStream, usage, LogType::kUsage);
BENCHMARK_CAPTURE(BM_RecordsInOrder, usage, LogType::kUsage);

}  // namespace
}  // namespace busyhour

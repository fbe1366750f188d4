#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/pipe.h"
#include "engine/run_job.h"
#include "load/batcher.h"
#include "load/lookahead.h"

namespace busyhour::internal {

struct Batches {
  std::vector<std::unique_ptr<LoadBatch>> batches;

  std::string Bytes() const {
    std::string bytes;
    for (const auto& batch : batches) bytes += batch->bytes;
    return bytes;
  }
  std::uint64_t Records() const {
    std::uint64_t records = 0;
    for (const auto& batch : batches) records += batch->records;
    return records;
  }
};

inline const Runs& Quickstart() {
  static const Runs* const runs = new Runs(ShippedProfile("quickstart"));
  return *runs;
}

inline Job SmallJob(Frame frame = Frame::kJsonl) {
  Job job = Quickstart().JobOf(Extent::Kind::kCalls, 300);
  job.frame = frame;
  job.shape = Info(frame).default_shape;
  job.to_receiver = true;
  return job;
}

/// The batches of a job.
inline Batches Make(const Job& job, const BatchRules& rules,
                    PaceUnit unit = PaceUnit::kRecords,
                    const Pace& pace = Pace(), Nanos end = kNever,
                    int threads = 1, SendTimes* send_times = nullptr) {
  const Runs& runs = Quickstart();
  Lookahead lookahead(1 << 30);
  // As in a run, some batches have been used before.
  for (const std::size_t bytes : {100, 3000, 30'000}) {
    auto used = std::make_unique<LoadBatch>();
    used->bytes.assign(bytes, 'x');
    lookahead.GiveBack(std::move(used));
  }
  std::atomic<bool> stop{false};
  Batcher batcher(runs.worlds, job, rules, unit, pace, end, lookahead, stop,
                  send_times);
  Pipe::Options options = OptionsOf(threads, &stop);
  options.taker = &batcher;
  Pipe pipe(runs.worlds, job, {}, {}, std::move(options));
  EXPECT_TRUE(pipe.Run().ok());
  batcher.Finish();
  Batches made;
  while (auto batch = lookahead.Take()) {
    made.batches.push_back(std::move(batch));
  }
  return made;
}

inline Batches Make(const BatchRules& rules, PaceUnit unit = PaceUnit::kRecords,
                    const Pace& pace = Pace(), Nanos end = kNever,
                    int threads = 1) {
  return Make(SmallJob(), rules, unit, pace, end, threads);
}

}  // namespace busyhour::internal

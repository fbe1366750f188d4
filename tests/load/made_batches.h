#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "engine/pipe.h"
#include "engine/run_job.h"
#include "load/batcher.h"

namespace busyhour {

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

inline Job SmallJob() { return Quickstart().JobOf(Extent::Kind::kCalls, 300); }

inline Batches Make(const BatchRules& rules, PaceUnit unit = PaceUnit::kRecords,
                    const Pace& pace = Pace(), Nanos end = kNever,
                    int threads = 1) {
  const Runs& runs = Quickstart();
  const Job job = SmallJob();
  Lookahead lookahead(1 << 30);
  std::atomic<bool> stop{false};
  Batcher batcher(runs.cast, job, rules, unit, pace, end, lookahead, stop);
  Pipe::Options options = OptionsOf(threads, &stop);
  options.taker = &batcher;
  Pipe pipe(runs.plan, runs.cast, job, {}, {}, std::move(options));
  EXPECT_TRUE(pipe.Run().ok());
  batcher.Finish();
  Batches made;
  while (auto batch = lookahead.Take()) {
    made.batches.push_back(std::move(batch));
  }
  return made;
}

}  // namespace busyhour

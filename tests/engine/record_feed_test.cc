#include "engine/record_feed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/run_job.h"

namespace busyhour::internal {
namespace {

using Keys = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

// The records of a job, of which `count` are removed at a time.
Keys Remove(const Runs& runs, const Job& job, std::size_t count) {
  Keys keys;
  JobRecords records(runs.worlds, job, 1);
  RecordFeed& feed = records.feed();
  while (feed.More()) {
    while (!feed.due().empty()) {
      const std::size_t now = std::min(count, feed.due().size());
      for (const Record& record : feed.due().first(now)) {
        keys.emplace_back(record.call().slot, record.sequence);
      }
      feed.Remove(now);
    }
  }
  return keys;
}

// For all n: the records are the same if n of them are removed at a time.
TEST(RecordFeedTest, ItsRecordsCanBeRemovedPartByPart) {
  const Runs runs(ShippedProfile("quickstart"));
  Job job = runs.JobOf(Extent::Kind::kCalls, 300);
  for (const Layout layout : {Layout::kFlat, Layout::kDataExport}) {
    job.layout = layout;
    const Keys all = Remove(runs, job, SIZE_MAX);
    EXPECT_GT(all.size(), 1000u);
    for (const std::size_t count : {1, 7, 64}) {
      EXPECT_EQ(Remove(runs, job, count), all) << count;
    }
  }
}

}  // namespace
}  // namespace busyhour::internal

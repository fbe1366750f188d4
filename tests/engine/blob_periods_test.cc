#include "engine/blob_periods.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <set>
#include <vector>

#include "engine/run_job.h"

namespace busyhour::internal {
namespace {

// The periods of the files of a stream.
class PeriodSink : public MemorySink {
 public:
  Status BeginFile(const StreamFile& file) override {
    periods_.insert(file.period);
    return Status::Ok();
  }
  const std::set<std::int64_t>& periods() const { return periods_; }

 private:
  std::set<std::int64_t> periods_;
};

std::vector<std::set<std::int64_t>> PeriodsWritten(const Runs& runs,
                                                   const Job& job) {
  std::deque<PeriodSink> sinks(kLogTypeCount);
  std::vector<Sink*> by_route;
  for (PeriodSink& sink : sinks) by_route.push_back(&sink);
  Pipe pipe(runs.worlds, job, RouteOfItsOwn(), by_route, OptionsOf(2));
  EXPECT_TRUE(pipe.Run().ok());
  std::vector<std::set<std::int64_t>> periods;
  for (const PeriodSink& sink : sinks) periods.push_back(sink.periods());
  return periods;
}

// For all layouts with periods, extents, shards and delays: the periods are
// those of the files that the job writes.
TEST(BlobPeriodsTest, AreThoseOfTheFiles) {
  Profile profile = ShippedProfile("quickstart");
  profile.traffic.rate_cps = 0.1;
  const Runs runs(profile);
  FaultRule delay;
  delay.kind = FaultKind::kDelay;
  delay.rate = 0.3;
  delay.by = ConstantMs(5 * kMsPerHour);
  for (const LayoutInfo& layout : kLayouts) {
    if (layout.period_ms == 0) continue;
    for (const bool is_late : {false, true}) {
      Job job = runs.JobOf(Extent::Kind::kDuration, 200 * kMsPerMinute);
      job.layout = layout.layout;
      job.shard = {1, 3};
      if (layout.by_own_time) job.shape = Shape::kDataExport;
      if (is_late) {
        job.faults = {delay};
        job.extent = {Extent::Kind::kRecords, 3000};
      }
      const auto written = PeriodsWritten(runs, job);
      EXPECT_EQ(BlobPeriodsOf(runs.worlds, job, RouteOfItsOwn(), 2), written)
          << layout.name << (is_late ? " late" : "");
      EXPECT_GE(written[0].size(), 3u);
    }
  }
}

}  // namespace
}  // namespace busyhour::internal

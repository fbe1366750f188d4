#include "engine/extent_meter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "engine/run_job.h"

namespace busyhour::internal {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

Job JobOf(Extent extent) {
  Job job;
  job.extent = extent;
  return job;
}

TEST(ExtentMeterTest, TheCallThatReachesTheAmountIsTheLast) {
  for (const auto kind : {Extent::Kind::kRecords, Extent::Kind::kBytes}) {
    ExtentMeter meter(JobOf({kind, 10}));
    EXPECT_TRUE(meter.decides());
    EXPECT_TRUE(meter.WantsMore());
    meter.Add(4, 4, true);
    EXPECT_TRUE(meter.WantsMore());
    meter.Add(7, 7, true);
    EXPECT_FALSE(meter.WantsMore());
    EXPECT_EQ(meter.reached(), 11u);
  }
}

TEST(ExtentMeterTest, LeavesTimesAndCallsToTheSource) {
  for (const auto kind : {Extent::Kind::kDuration, Extent::Kind::kCalls}) {
    ExtentMeter meter(JobOf({kind, 1}));
    EXPECT_FALSE(meter.decides());
    meter.Add(100, 100, true);
    EXPECT_TRUE(meter.WantsMore());
  }
}

TEST(ExtentMeterTest, CountsTheCallsThatAFilterSelects) {
  Job job = JobOf({Extent::Kind::kCalls, 2});
  job.filter = std::make_shared<CallFilter>("", CallTest(), false);
  ExtentMeter meter(job);
  EXPECT_TRUE(meter.decides());
  meter.Add(3, 3, true);
  meter.Add(0, 0, false);
  EXPECT_TRUE(meter.WantsMore());
  meter.Add(3, 3, true);
  EXPECT_FALSE(meter.WantsMore());
  EXPECT_EQ(meter.reached(), 2u);
  EXPECT_EQ(meter.calls(), 3u);
}

TEST(ExtentMeterTest, TellsThatPickedCallsAreNotThere) {
  const Runs runs(ShippedProfile("quickstart"));
  Job job = runs.JobOf(Extent::Kind::kCalls, 2);
  job.picked = {{StartSlotOf(job), 0, 0}, {StartSlotOf(job) + 1, 9'999, 0}};
  job.filter = FilterOf(job.picked);
  const CallSource source(runs.worlds, job);
  ExtentMeter meter(job);
  meter.Add(3, 3, true);
  EXPECT_THAT(meter.WhyNotReached(source),
              HasSubstr("only 1 of 2 picked calls"));
  meter.Add(3, 3, true);
  EXPECT_THAT(meter.WhyNotReached(source), IsEmpty());
}

// If no call has a record in the job's logs, the run would never reach its
// extent.
TEST(ExtentMeterTest, GivesUpWhereNoCallLeavesARecord) {
  Profile profile = ShippedProfile("quickstart");
  profile.flows.resize(1);
  profile.flows[0].steps.resize(1);
  profile.flows[0].steps[0] = Step{};
  profile.flows[0].steps[0].action = RequestStep{Operation::kRejectCall};
  profile.flows[0].start = 0;
  profile.flows[0].on_caller_left = kEndStep;
  profile.traffic.rate_cps = 1e5;
  const Runs runs(profile);
  Job job = runs.JobOf(Extent::Kind::kRecords, 5);
  job.logs = {LogType::kUsage};
  MemorySink sink;
  Pipe pipe(runs.worlds, job, {}, {&sink}, OptionsOf(1));
  const Status status = pipe.Run();
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(status.message(), HasSubstr("leave no record"));
  EXPECT_EQ(sink.finished(), 0);
}

}  // namespace
}  // namespace busyhour::internal

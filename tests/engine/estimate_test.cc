#include "engine/estimate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/base_profiles.h"
#include "base/sanitized.h"
#include "engine/run_job.h"
#include "scenario/arrivals.h"
#include "scenario/calm.h"
#include "scenario/simulator.h"

namespace busyhour::internal {
namespace {

// A run whose output is discarded.
Tally TallyOf(const Runs& runs, const Job& job) {
  NullSink sink;
  Pipe pipe(runs.worlds, job, {}, {&sink}, OptionsOf(1));
  EXPECT_TRUE(pipe.Run().ok());
  return pipe.tally();
}

// For all shipped profiles: the estimate for two busy hours agrees with a run.
// Tolerance: 5 standard errors of a Poisson count for calls; for records per
// call, 6 %, because only a few thousand calls are sampled, and the error of
// the run's own mean; 1 % for bytes per record; for all records, these
// together.
TEST(EstimateTest, ForetellsWhatARunMakes) {
  CaseFilter filter;
  for (const BuiltinProfile& builtin : BaseProfiles()) {
    if (!filter.Selects()) continue;
    const Runs runs(ShippedProfile(builtin.name));
    Job job = runs.JobOf(Extent::Kind::kDuration, 2 * kMsPerHour);
    job.start.ms += 6 * kMsPerHour;
    const Estimate estimate = EstimateJob(runs.worlds, job);
    const Tally tally = TallyOf(runs, job);
    const auto calls = static_cast<double>(tally.calls);
    EXPECT_NEAR(estimate.calls, calls, 5 * std::sqrt(calls)) << builtin.name;
    EXPECT_EQ(estimate.seconds, 7200);
    EXPECT_NEAR(estimate.mean_rate_cps, estimate.calls / 7200, 1e-9);
    for (std::size_t log = 0; log < kLogTypeCount; ++log) {
      const auto records = static_cast<double>(tally.records[log]);
      if (records == 0) continue;
      EXPECT_NEAR(estimate.records_a_call[log] / (records / calls), 1,
                  0.06 + 1 / std::sqrt(calls))
          << builtin.name << ' ' << log;
      EXPECT_NEAR(estimate.bytes_a_record[log] /
                      (static_cast<double>(tally.bytes[log]) / records),
                  1, 0.01)
          << builtin.name << ' ' << log;
    }
    const double of_all = 0.08 + 5 / std::sqrt(calls);
    EXPECT_NEAR(estimate.records() / static_cast<double>(tally.all_records()),
                1, of_all)
        << builtin.name;
    EXPECT_NEAR(estimate.bytes() / static_cast<double>(tally.all_bytes()), 1,
                of_all)
        << builtin.name;
  }
}

Runs Steady(double rate_cps) {
  Profile profile =
      calm::ProfileOfSteps(R"("first": {"wait": "30s", "next": "end"})");
  profile.traffic.rate_cps = rate_cps;
  return Runs(profile);
}

// For all durations, including fractions of a second: the expected number of
// calls is rate * duration.
TEST(EstimateTest, CallsFollowFromRateAndDuration) {
  const Runs runs = Steady(3.0);
  for (const std::uint64_t ms :
       {1ull, 500ull, 1'000ull, 1'500ull, 10'250ull, 3'600'000ull,
        90'000'000ull, 1'000ull * kMsPerDay}) {
    const Estimate estimate =
        EstimateJob(runs.worlds, runs.JobOf(Extent::Kind::kDuration, ms));
    const double seconds = static_cast<double>(ms) / 1000;
    EXPECT_NEAR(estimate.calls / (3.0 * seconds), 1, 1e-6) << ms;
    EXPECT_DOUBLE_EQ(estimate.seconds, seconds) << ms;
    EXPECT_NEAR(estimate.mean_rate_cps, 3.0, 1e-6) << ms;
    EXPECT_NEAR(estimate.peak_rate_cps, 3.0, 1e-6) << ms;
    EXPECT_NEAR(estimate.busy_hour_calls, 3.0 * 3600, 1e-3) << ms;
  }
}

// For all extents by size: the estimate has the calls, and the time, that are
// needed to reach it.
TEST(EstimateTest, CallsFollowFromSizes) {
  const Runs runs = Steady(3.0);
  // A call has one request record and two usage records.
  const Estimate by_records =
      EstimateJob(runs.worlds, runs.JobOf(Extent::Kind::kRecords, 30'000));
  EXPECT_NEAR(by_records.calls, 10'000, 1);
  EXPECT_NEAR(by_records.seconds, 10'000 / 3.0, 2);
  const Estimate by_calls =
      EstimateJob(runs.worlds, runs.JobOf(Extent::Kind::kCalls, 9'000));
  EXPECT_EQ(by_calls.calls, 9'000);
  EXPECT_NEAR(by_calls.seconds, 3'000, 2);
  const Job bytes = runs.JobOf(Extent::Kind::kBytes, 10'000'000);
  const Estimate by_bytes = EstimateJob(runs.worlds, bytes);
  EXPECT_NEAR(by_bytes.calls / static_cast<double>(TallyOf(runs, bytes).calls),
              1, 0.01);
}

TEST(EstimateTest, TrafficFollowsFromHoldingTimes) {
  const Runs runs = Steady(4.0);
  const Estimate estimate = EstimateJob(
      runs.worlds, runs.JobOf(Extent::Kind::kDuration, 2 * kMsPerHour));
  const double holding_s = 30 + calm::kReactionMs / 1000.0;
  EXPECT_DOUBLE_EQ(estimate.answered_share, 1.0);
  EXPECT_NEAR(estimate.mean_holding_s, holding_s, 1e-6);
  EXPECT_NEAR(estimate.median_holding_s, holding_s, 1e-6);
  EXPECT_NEAR(estimate.p95_holding_s, holding_s, 1e-6);
  EXPECT_NEAR(estimate.mean_erlangs, 4.0 * holding_s, 1e-3);
  EXPECT_NEAR(estimate.busy_hour_erlangs, 4.0 * holding_s, 1e-3);
}

// Little's law: the number in flight is the rate times the time in flight. A
// call is in flight until its last record is delivered, of whichever log.
TEST(EstimateTest, WhatIsInFlightFollowsFromLittlesLaw) {
  for (const double request_delivery_s : {0.7, 200.0}) {
    Profile profile =
        calm::ProfileOfSteps(R"("first": {"wait": "30s", "next": "end"})");
    profile.traffic.rate_cps = 4.0;
    profile.delivery[LogType::kOperational] =
        ConstantMs(request_delivery_s * 1000);
    const Runs runs(profile);
    const Job job = runs.JobOf(Extent::Kind::kDuration, 2 * kMsPerHour);
    const Estimate estimate = EstimateJob(runs.worlds, job);
    const double request_s = calm::kRequestMs / 1000.0 + request_delivery_s;
    const double usage_s =
        30 + (calm::kAnswerMs + calm::kReactionMs + calm::kDisconnectMs +
              calm::kUsageLagMs + calm::kDeliveryMs) /
                 1000.0;
    const double last_s = std::max(request_s, usage_s);
    EXPECT_NEAR(estimate.calls_in_flight, 4.0 * last_s, 1e-3);
    EXPECT_NEAR(estimate.records_in_flight, 4.0 * (request_s + 2 * usage_s),
                1e-3);
    EXPECT_NEAR(CallsWithImage(runs.worlds, job), 4.0 * last_s, 1e-3);
  }
}

// Delayed records and copies are in flight, too.
TEST(EstimateTest, FaultsKeepRecordsInFlight) {
  const Runs runs = Steady(4.0);
  const auto in_flight = [&](std::optional<FaultKind> kind) {
    Job job = runs.JobOf(Extent::Kind::kDuration, 2 * kMsPerHour);
    if (kind) {
      FaultRule rule;
      rule.kind = *kind;
      rule.rate = 1.0;
      rule.by = ConstantMs(100'000);
      job.faults = {rule};
    }
    return EstimateJob(runs.worlds, job);
  };
  const Estimate calm = in_flight({});
  const double a_second =
      4.0 * (calm.records_a_call[0] + calm.records_a_call[1] +
             calm.records_a_call[2]);
  const Estimate late = in_flight(FaultKind::kDelay);
  EXPECT_NEAR(late.records_in_flight, calm.records_in_flight + a_second * 100,
              1e-3);
  EXPECT_NEAR(late.calls_in_flight, calm.calls_in_flight + 4.0 * 100, 1e-3);
  EXPECT_GT(late.memory_bytes, calm.memory_bytes);
  EXPECT_NEAR(in_flight(FaultKind::kDuplicate).records_in_flight,
              2 * calm.records_in_flight + a_second * 100, 1e-3);
  EXPECT_EQ(in_flight(FaultKind::kDrop).records_in_flight, 0);
}

// Call attempts rejected for lack of capacity are not answered. Tolerance: 5
// standard errors of 4,000 sampled calls.
TEST(EstimateTest, CountsWithCapacity) {
  Profile profile =
      calm::ProfileOfSteps(R"("first": {"wait": "30s", "next": "end"})");
  profile.traffic.rate_cps = 4.0;
  profile.traffic.capacity_cps = 3.0;
  const Runs runs(profile);
  const Estimate estimate = EstimateJob(
      runs.worlds, runs.JobOf(Extent::Kind::kDuration, 2 * kMsPerHour));
  EXPECT_NEAR(estimate.answered_share, 0.75, 5 * std::sqrt(0.75 * 0.25 / 4000));
  EXPECT_NEAR(estimate.mean_erlangs,
              4.0 * estimate.answered_share * (30 + calm::kReactionMs / 1000.0),
              1e-6);
}

// The busy hour is the busiest period of 3,600 seconds, and need not start at a
// full hour.
TEST(EstimateTest, FindsTheBusyHour) {
  Profile profile = calm::ProfileOf(
      R"({"start": "a", "steps": {"a": {"operation": "RejectCall"}}})");
  profile.traffic.rate_cps = 1.0;
  Incident storm;
  storm.when.every_ms = kMsPerDay;
  storm.when.offset_ms = 9 * kMsPerHour + 30 * kMsPerMinute;
  storm.when.length_ms = kMsPerHour;
  storm.rate_factor = 3.0;
  profile.incidents.push_back(storm);
  const Runs runs(profile);
  const Estimate estimate = EstimateJob(
      runs.worlds, runs.JobOf(Extent::Kind::kDuration, 8 * kMsPerHour));
  EXPECT_NEAR(estimate.busy_hour_calls, 3.0 * 3600, 1e-3);
  EXPECT_NEAR(estimate.peak_rate_cps, 3.0, 1e-9);
  EXPECT_NEAR(estimate.calls, 7.0 * 3600 + 3.0 * 3600, 1e-3);
  EXPECT_EQ(estimate.answered_share, 0.0);
  EXPECT_EQ(estimate.mean_holding_s, 0.0);
}

}  // namespace
}  // namespace busyhour::internal

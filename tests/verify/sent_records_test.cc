#include "verify/sent_records.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "engine/run_job.h"

namespace busyhour::internal {
namespace {

std::uint64_t SumOf(const PerLog<std::uint64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

// For all extents and shards: the counts of sent records equal the counts of a
// run.
TEST(SentRecordsTest, CountsAreThoseOfARun) {
  const Runs runs(ShippedProfile("quickstart"));
  for (const auto& [kind, amount] :
       {Extent{Extent::Kind::kDuration, 123'456},
        Extent{Extent::Kind::kCalls, 300}, Extent{Extent::Kind::kRecords, 3000},
        Extent{Extent::Kind::kBytes, 2'000'000}}) {
    for (const std::uint32_t shards : {1u, 3u}) {
      for (std::uint32_t shard = 0; shard < shards; ++shard) {
        Job job = runs.JobOf(kind, amount);
        job.shard = {shard, shards};
        const SentRecords sent(runs.worlds, {job});
        const RunOutcome run = runs.Run(job);
        EXPECT_EQ(sent.sent(), run.tally.records);
        EXPECT_EQ(sent.calls(), run.tally.calls);
      }
    }
  }
}

TEST(SentRecordsTest, FindsCallsThatWereSentAndNoOthers) {
  const Runs runs(ShippedProfile("quickstart"));
  Job job = runs.JobOf(Extent::Kind::kCalls, 100);
  job.shard = {1, 2};
  SentRecords sent(runs.worlds, {job});
  const auto start = static_cast<std::uint64_t>(job.start.ms / kMsPerSecond);
  std::uint64_t records = 0;
  for (std::uint64_t slot = start - 10; slot < start + 200; ++slot) {
    for (std::uint32_t ordinal = 0; ordinal < 20; ++ordinal) {
      const CallHandle call = sent.Find({slot, ordinal});
      if (!call) continue;
      EXPECT_TRUE(job.shard.Has({slot, ordinal}));
      records += call->records.size();
      for (const Record& record : call->records) {
        EXPECT_EQ(record.call(), (CallKey{slot, ordinal}));
      }
    }
  }
  EXPECT_EQ(records, sent.sent()[0] + sent.sent()[1] + sent.sent()[2]);
  EXPECT_FALSE(sent.Find({0, 0}));
  EXPECT_FALSE(sent.Find({start, kMaxCallsPerSlot - 1}));
}

// A call remains valid while its handle exists, however many others are looked
// up.
TEST(SentRecordsTest, HeldCallsStayWhatTheyAre) {
  const Runs runs(ShippedProfile("quickstart"));
  const Job job = runs.JobOf(Extent::Kind::kCalls, 4000);
  SentRecords sent(runs.worlds, {job});
  const auto start = static_cast<std::uint64_t>(job.start.ms / kMsPerSecond);
  std::vector<CallHandle> held;
  for (int round = 0; round < 2; ++round) {
    for (std::uint64_t slot = start; slot < start + 4000; ++slot) {
      for (std::uint32_t ordinal = 0; ordinal < 8; ++ordinal) {
        const CallHandle call = sent.Find({slot, ordinal});
        if (!call) continue;
        EXPECT_EQ(call->key, (CallKey{slot, ordinal}));
        held.push_back(call);
      }
    }
    for (const CallHandle& call : held) {
      for (const Record& record : call->records) {
        EXPECT_EQ(record.call(), call->key);
      }
    }
    EXPECT_GT(held.size(), 3000u);
    held.clear();
  }
}

// Every record has exactly one mark.
TEST(SentRecordsTest, MarksAreEachOfOneRecord) {
  const Runs runs(ShippedProfile("quickstart"));
  const Job job = runs.JobOf(Extent::Kind::kCalls, 200);
  SentRecords sent(runs.worlds, {job});
  const std::uint64_t all = sent.sent()[0] + sent.sent()[1] + sent.sent()[2];
  for (std::uint64_t marked = 0; marked < all; ++marked) {
    int shown = 0;
    sent.EachUnmarked([&](const SentCall& call, std::size_t record) {
      EXPECT_TRUE(sent.Mark(call.RecordAt(record)));
      EXPECT_FALSE(sent.Mark(call.RecordAt(record)));
      return ++shown < 100;
    });
    marked += static_cast<std::uint64_t>(shown) - 1;
  }
  sent.EachUnmarked([](const SentCall&, std::size_t) {
    ADD_FAILURE() << "all are marked";
    return true;
  });
}

// For all points of a job: the records due at that point are those that a run
// has delivered, in one stream or in a stream for each log.
TEST(SentRecordsTest, WhatIsDueWasDelivered) {
  const Runs runs(ShippedProfile("quickstart"));
  const Job job = runs.JobOf(Extent::Kind::kCalls, 200);
  std::vector<std::pair<DeliveryOrder, LogType>> all;
  SentRecords whole(runs.worlds, {job});
  whole.EachUnmarked([&](const SentCall& call, std::size_t record) {
    all.push_back(
        {DeliveryOrder::Of(call.records[record]), call.records[record].log()});
    return true;
  });
  std::sort(all.begin(), all.end());
  for (std::size_t n = 0; n <= all.size(); n += n < 5 ? 1 : 97) {
    PerLog<std::uint64_t> first_n{};
    for (std::size_t i = 0; i < n; ++i) {
      ++first_n[all[i].second];
    }
    SentSoFar one;
    one.streams.push_back(std::vector<StreamExtent>{{LogSet::All(), n}});
    SentSoFar each;
    each.streams.emplace_back().emplace();
    for (const LogType log : kLogTypes) {
      each.streams[0]->push_back({{log}, first_n[log]});
    }
    for (const SentSoFar& so_far : {one, each}) {
      SentRecords sent(runs.worlds, {job}, so_far);
      EXPECT_EQ(sent.sent(), first_n);
      EXPECT_EQ(sent.made_in(0), whole.sent());
      std::size_t shown = 0;
      sent.EachUnmarked([&](const SentCall& call, std::size_t record) {
        EXPECT_LT(DeliveryOrder::Of(call.records[record]),
                  n < all.size()
                      ? all[n].first
                      : (DeliveryOrder{kLatestTime.ms, {}, 0, false}));
        return ++shown > 0;
      });
      EXPECT_EQ(shown, n);
    }
    if (n == all.size()) break;
    // Up to a time, and then up to both a time and a number of records.
    SentSoFar timed;
    timed.until = SimTime{all[n].first.delivery_ms};
    std::uint64_t before = 0;
    for (const auto& [order, log] : all) {
      before += order.delivery_ms < timed.until->ms ? 1 : 0;
    }
    const SentRecords sent(runs.worlds, {job}, timed);
    EXPECT_EQ(SumOf(sent.sent()), before);
    timed.streams.push_back(std::vector<StreamExtent>{{LogSet::All(), n / 2}});
    const SentRecords both(runs.worlds, {job}, timed);
    EXPECT_EQ(SumOf(both.sent()), std::min<std::uint64_t>(before, n / 2));
  }
}

// The content of a call, however it was made.
std::vector<std::vector<unsigned char>> ContentOf(const SentCall& call) {
  std::vector<std::vector<unsigned char>> content;
  for (const Record& each : call.records) {
    Record record = each;
    record.place = Record::PlaceOf(record.resource(), 0);
    const auto* const bytes = reinterpret_cast<unsigned char*>(&record);
    content.emplace_back(bytes, bytes + sizeof record);
  }
  return content;
}

// For all numbers of kept records and of shards: the calls that were sent,
// their records and their marks are the same. Some callers call again.
TEST(SentRecordsTest, KeptRecordsAreThoseOfTheSimulation) {
  Profile profile = ShippedProfile("quickstart");
  profile.redials.after = {{AttemptEnd::kCompleted, Redial{.share = 0.5}}};
  const Runs runs(profile);
  Job job = runs.JobOf(Extent::Kind::kCalls, 300);
  for (const std::uint32_t shards : {1u, 2u}) {
    std::vector<Job> jobs(shards, job);
    for (std::uint32_t i = 0; i < shards; ++i) jobs[i].shard = {i, shards};
    SentRecords simulated(runs.worlds, jobs, {}, false, 1, 0);
    const std::uint64_t all = SumOf(simulated.sent());
    for (const std::uint64_t kept : {std::uint64_t{1}, all / 2, all, 2 * all}) {
      SentRecords sent(runs.worlds, jobs, {}, false, 1, kept);
      std::uint64_t compared = 0;
      std::uint64_t of_later_calls = 0;
      simulated.EachUnmarked([&](const SentCall& call, std::size_t) {
        const CallHandle same = sent.Find(call.key);
        EXPECT_TRUE(same);
        if (!same) return false;
        EXPECT_EQ(same->first_mark, call.first_mark);
        EXPECT_EQ(same->shard, call.shard);
        EXPECT_EQ(ContentOf(*same), ContentOf(call));
        ++compared;
        of_later_calls += call.key.generation() > 0 ? 1 : 0;
        return true;
      });
      EXPECT_EQ(compared, all);
      EXPECT_GT(of_later_calls, 0u);
    }
  }
}

TEST(SentRecordsTest, HoldsLessThanAByteARecord) {
  const Runs runs(ShippedProfile("contact-center"));
  const Job job = runs.JobOf(Extent::Kind::kRecords, 200'000);
  const SentRecords sent(runs.worlds, {job});
  EXPECT_LT(sent.index_bytes(), 200'000u);
}

}  // namespace
}  // namespace busyhour::internal

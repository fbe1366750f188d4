#include "engine/image_cache.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/base_profiles.h"
#include "encode/encoder.h"
#include "engine/calendar.h"
#include "engine/run_job.h"
#include "engine/scribe.h"
#include "scenario/arrivals.h"

namespace busyhour::internal {
namespace {

// The records of some calls in the order of delivery, so that records of
// different calls alternate.
std::vector<Record> RecordsOf(const Worlds& worlds, const Job& job) {
  Scribe scribe(worlds, job);
  const auto first = static_cast<std::uint64_t>(job.start.ms / kMsPerSecond);
  Calendar calendar(first, worlds.HorizonMs(job.logs));
  std::vector<Record> records;
  std::uint32_t number = 0;
  for (std::uint64_t slot = first; slot < first + 120; ++slot) {
    for (std::uint32_t ordinal = 0; ordinal < 3; ++ordinal) {
      const CallKey key{slot, ordinal};
      std::vector<Record> of_call;
      scribe.Simulate(key);
      scribe.AppendRecords(number++, of_call);
      for (const Record& record : of_call) calendar.Add(record);
    }
    calendar.TakeSecond(records);
  }
  while (!calendar.empty()) calendar.TakeSecond(records);
  return records;
}

// For all shipped profiles and capacities: the bytes equal those with a cache
// that is large enough to never evict a call.
TEST(ImageCacheTest, ItsSizeDoesNotChangeBytes) {
  for (const BuiltinProfile& builtin : BaseProfiles()) {
    const Runs runs(ShippedProfile(builtin.name));
    const Job job = runs.JobOf(Extent::Kind::kCalls, 1);
    const std::vector<Record> records = RecordsOf(runs.worlds, job);
    const Encoder encoder(runs.cast.vocabulary(), job.shape, RowsOf(job),
                          LogSet::All());
    std::vector<char> buffer(encoder.max_record_bytes());
    std::string expected;
    for (const std::size_t capacity : {4096, 1, 2, 64}) {
      ImageCache images(runs.worlds, capacity);
      std::string bytes;
      for (const Record& record : records) {
        images.Prefetch(record, encoder);
        const char* const end = encoder.Encode(
            record, runs.cast.IdsOf(record), images.Get(record), buffer.data());
        bytes.append(buffer.data(),
                     static_cast<std::size_t>(end - buffer.data()));
      }
      if (expected.empty()) expected = bytes;
      EXPECT_TRUE(bytes == expected) << builtin.name << ' ' << capacity;
    }
    EXPECT_GT(records.size(), 300u) << builtin.name;
  }
}

// A record gets a new image if its slot in the cache holds another call, if the
// correlation id has changed, or if there is no connection yet.
TEST(ImageCacheTest, TellsCallsAndTheirStatesApart) {
  const Runs runs(ShippedProfile("quickstart"));
  const Job job = runs.JobOf(Extent::Kind::kCalls, 1);
  const Encoder encoder(runs.cast.vocabulary(), job.shape, RowsOf(job),
                        LogSet::All());
  ImageCache images(runs.worlds, 2);
  std::vector<char> buffer(encoder.max_record_bytes());
  const auto text = [&](const Record& record) {
    const char* end = encoder.Encode(record, runs.cast.IdsOf(record),
                                     images.Get(record), buffer.data());
    return std::string(buffer.data(),
                       static_cast<std::size_t>(end - buffer.data()));
  };
  Record record;
  record.key = RecordKey({1'772'438'400, 5}, LogType::kOperational);
  record.Mark(Record::kConnected);
  record.place = Record::PlaceOf(0, 4);
  const std::string first = text(record);
  const auto contains = [](const std::string& line, const Guid& guid) {
    return line.find(FormatGuid(guid)) != std::string::npos;
  };
  const GuidCipher& cipher = runs.cast.cipher();
  const auto correlation = [&](std::uint32_t ordinal, std::uint16_t epoch) {
    return cipher.Encrypt(
        {IdKind::kCorrelation, 1'772'438'400, ordinal, epoch});
  };
  EXPECT_TRUE(contains(first, correlation(5, 0)));

  Record later = record;
  later.correlation_epoch = 1;
  EXPECT_TRUE(contains(text(later), correlation(5, 1)));
  EXPECT_EQ(text(record), first);

  Record unconnected = record;
  unconnected.marks = 0;
  const Guid connection = runs.cast.FactsOf(record.call()).connection;
  EXPECT_TRUE(contains(first, connection));
  EXPECT_FALSE(contains(text(unconnected), connection));
  EXPECT_EQ(text(record), first);

  Record neighbour = record;
  neighbour.key = RecordKey({1'772'438'400, 6}, LogType::kOperational);
  neighbour.place = Record::PlaceOf(0, 6);  // uses the same slot of two
  EXPECT_TRUE(contains(text(neighbour), correlation(6, 0)));
  EXPECT_EQ(text(record), first);
}

TEST(ImageCacheTest, HoldsTwiceTheCallsInFlightWithinBounds) {
  EXPECT_EQ(ImageCache::CapacityFor(0), 1024u);
  EXPECT_EQ(ImageCache::CapacityFor(1000), 2048u);
  EXPECT_EQ(ImageCache::CapacityFor(1e15), std::size_t{1} << 20);
}

}  // namespace
}  // namespace busyhour::internal

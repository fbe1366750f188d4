#include "load/batcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/sanitized.h"
#include "base/time.h"
#include "engine/compress_stage.h"
#include "framing/records_in.h"
#include "load/made_batches.h"

namespace busyhour::internal {
namespace {

using Json = nlohmann::json;

// For all tests below: batches are numbered, and the ranges of each log are
// consecutive.
void ExpectRanges(const Batches& made) {
  std::array<std::uint64_t, kLogTypeCount> next{};
  std::uint64_t index = 0;
  for (const auto& batch : made.batches) {
    EXPECT_EQ(batch->index, index++);
    std::uint64_t records = 0;
    for (std::size_t log = 0; log < kLogTypeCount; ++log) {
      const RecordRange& range = batch->ranges[log];
      records += range.count;
      if (range.count == 0) continue;
      EXPECT_EQ(range.first, next[log]);
      next[log] += range.count;
      if (batch->logs.empty()) continue;
      EXPECT_EQ(static_cast<std::uint64_t>(
                    std::count(batch->logs.begin(), batch->logs.end(),
                               static_cast<LogType>(log))),
                range.count);
    }
    EXPECT_EQ(records, batch->records);
    EXPECT_TRUE(batch->logs.empty() || batch->logs.size() == records);
  }
}

// For all limits: the bytes of the batches equal the output of `generate`.
TEST(BatcherTest, LinesAreTheDataSet) {
  const std::string whole = Quickstart().Run(SmallJob()).bytes;
  for (const std::size_t max_bytes : {2000, 65'536, 100'000'000}) {
    for (const std::uint64_t max_records : {1, 7, 1'000'000}) {
      BatchRules rules;
      rules.limits = {max_bytes, max_records, kMillisecond};
      const Batches made = Make(rules);
      ExpectRanges(made);
      EXPECT_TRUE(made.Bytes() == whole);
      for (const auto& batch : made.batches) {
        EXPECT_LE(batch->records, max_records);
        EXPECT_TRUE(batch->bytes.size() <= max_bytes || batch->records == 1);
      }
    }
  }
}

TEST(BatcherTest, ThreadsDoNotChangeBatches) {
  BatchRules rules;
  const Batches one = Make(rules, PaceUnit::kBytes, Pace(1e6, {}));
  const Batches three = Make(rules, PaceUnit::kBytes, Pace(1e6, {}), kNever, 3);
  ASSERT_EQ(one.batches.size(), three.batches.size());
  for (std::size_t i = 0; i < one.batches.size(); ++i) {
    EXPECT_TRUE(one.batches[i]->bytes == three.batches[i]->bytes);
    EXPECT_EQ(one.batches[i]->due, three.batches[i]->due);
  }
}

// For all units: no record is due later than its batch, no record waits longer
// than the linger time, and batches are in order.
TEST(BatcherTest, DueTimesFollowThePace) {
  BatchRules rules;
  rules.limits.linger = 2 * kMillisecond;
  for (const PaceUnit unit :
       {PaceUnit::kRecords, PaceUnit::kCalls, PaceUnit::kBytes,
        PaceUnit::kMessages, PaceUnit::kSimulatedSeconds}) {
    const double rate = unit == PaceUnit::kBytes ? 1e6 : 1000;
    const Batches made = Make(rules, unit, Pace(rate, {}));
    ExpectRanges(made);
    Nanos last = 0;
    for (const auto& batch : made.batches) {
      EXPECT_LE(batch->first_due, batch->due);
      EXPECT_LE(batch->due - batch->first_due, rules.limits.linger);
      EXPECT_GE(batch->due, last);
      last = batch->due;
    }
    if (unit == PaceUnit::kRecords) {
      EXPECT_EQ(last, static_cast<Nanos>(made.Records() - 1) * kMillisecond);
    } else if (unit == PaceUnit::kCalls) {
      // The last of 300 calls begins 299 ms after the first, or a little
      // earlier: calls whose records come after those of a later call begin
      // with it.
      EXPECT_LE(last, 299 * kMillisecond);
      EXPECT_GE(last, 290 * kMillisecond);
    } else if (unit == PaceUnit::kMessages) {
      EXPECT_EQ(last,
                static_cast<Nanos>(made.batches.size() - 1) * kMillisecond);
    }
  }
}

// For all batches: it is planned to be sent when it is due, or after the
// batches before it, and no record waits longer than the linger time for that.
TEST(BatcherTest, ABatchIsSentWithinTheLingerTime) {
  BatchRules rules;
  rules.one_log = true;
  rules.limits = {20'000, 1'000'000, kNanosPerSecond};
  const Batches made = Make(rules, PaceUnit::kRecords, Pace(100, {}));
  ExpectRanges(made);
  Nanos last = 0;
  std::size_t after_others = 0;
  for (const auto& batch : made.batches) {
    EXPECT_EQ(batch->send_at, std::max(last, batch->due));
    EXPECT_LE(batch->send_at, batch->first_due + rules.limits.linger);
    after_others += batch->send_at > batch->due;
    last = batch->send_at;
  }
  EXPECT_GT(after_others, 0u);
}

// With one record per message, a rate of messages is a rate of records: no
// record is sent before it is due because of other records of its batch.
TEST(BatcherTest, MessagesOfARecordEachAreDueOneAfterTheOther) {
  BatchRules rules;
  rules.each_record = true;
  rules.limits.linger = 2 * kMillisecond;
  const Batches made = Make(SmallJob(Frame::kRecord), rules,
                            PaceUnit::kMessages, Pace(1000, {}));
  ExpectRanges(made);
  double next = 0;
  for (const auto& batch : made.batches) {
    EXPECT_NEAR(static_cast<double>(batch->first_due), next, 10);
    next += static_cast<double>(batch->records) * kMillisecond;
    EXPECT_NEAR(static_cast<double>(batch->due), next - kMillisecond, 10);
    EXPECT_LE(batch->records, 3u);
  }
}

TEST(BatcherTest, NothingIsDueAtTheEndOrLater) {
  const Batches made =
      Make({}, PaceUnit::kRecords, Pace(1000, {}), 100 * kMillisecond);
  EXPECT_EQ(made.Records(), 100u);
  ExpectRanges(made);
}

// For all records: if the rules require it, all records of a batch are of the
// same log and hour.
TEST(BatcherTest, ABatchIsOfOneLogAndHour) {
  BatchRules rules;
  rules.one_log = true;
  rules.one_hour = true;
  const Batches made = Make(rules);
  ExpectRanges(made);
  std::size_t logs = 0;
  for (const LogInfo& log : Logs()) {
    logs += std::any_of(
        made.batches.begin(), made.batches.end(),
        [&](const auto& batch) { return batch->category == log.category; });
  }
  // These calls have no media streaming.
  EXPECT_EQ(logs, LogSet::Default().size() - 1);
  for (const auto& batch : made.batches) {
    for (const std::string_view line : LinesOf(batch->bytes)) {
      EXPECT_EQ(Json::parse(line)["category"], batch->category);
    }
    EXPECT_GT(batch->hour, 0);
  }
}

// No two records of a batch are further apart than its span, and every record
// is in a batch.
TEST(BatcherTest, TheTimesInABatchAreWithinItsSpan) {
  const std::uint64_t records = Make({}).Records();
  std::size_t before = Make({}).batches.size();
  for (const std::int64_t span_ms : {60 * kMsPerMinute, 60 * kMsPerSecond}) {
    BatchRules rules;
    rules.limits.span_ms = span_ms;
    const Batches made = Make(rules);
    ExpectRanges(made);
    EXPECT_EQ(made.Records(), records);
    EXPECT_GE(made.batches.size(), before);
    before = made.batches.size();
    for (const auto& batch : made.batches) {
      std::vector<std::int64_t> times;
      for (const std::string_view line : LinesOf(batch->bytes)) {
        const std::string time = Json::parse(line)["time"];
        times.push_back(ParseTime(time)->ms);
      }
      const auto [least, most] =
          std::minmax_element(times.begin(), times.end());
      EXPECT_LE(*most - *least, span_ms);
    }
  }
  EXPECT_GT(before, 10u);
}

TEST(BatcherTest, EachRecordIsAMessageUnderItsCorrelationId) {
  BatchRules rules;
  rules.each_record = true;
  rules.keys = true;
  rules.limits.max_bytes = 5000;
  const Batches made = Make(SmallJob(Frame::kRecord), rules);
  ExpectRanges(made);
  for (const auto& batch : made.batches) {
    ASSERT_EQ(batch->ends.size(), batch->records);
    ASSERT_EQ(batch->keys.size(), batch->records * Batch::kKeyBytes);
    ASSERT_EQ(batch->logs.size(), batch->records);
    for (std::size_t i = 0; i < batch->ends.size(); ++i) {
      const Json record = Json::parse(batch->message(i));
      EXPECT_EQ(record["correlationId"], batch->key(i));
    }
  }
}

// For all batches: a compressed batch is the uncompressed batch after
// compression.
TEST(BatcherTest, BatchesAreCompressedOneByOne) {
  BatchRules rules;
  const Job job = SmallJob(Frame::kArray);
  rules.limits.max_bytes = 50'000;
  const Batches plain = Make(job, rules);
  for (const Compression compression :
       {Compression::kGzip, Compression::kZstd}) {
    rules.compression = compression;
    const Batches made = Make(job, rules);
    ASSERT_EQ(made.batches.size(), plain.batches.size());
    ExpectRanges(made);
    const auto compressor = NewCompressor(compression);
    std::vector<char> packed;
    for (std::size_t i = 0; i < made.batches.size(); ++i) {
      const LoadBatch& batch = *made.batches[i];
      ASSERT_TRUE(compressor->Compress(plain.batches[i]->bytes, packed));
      EXPECT_EQ(batch.bytes, std::string(packed.begin(), packed.end()));
      EXPECT_EQ(batch.plain_bytes, plain.batches[i]->bytes.size());
      EXPECT_EQ(batch.ends, std::vector<std::uint32_t>{
                                static_cast<std::uint32_t>(packed.size())});
      // Many batches may be queued, so they must not waste memory.
      EXPECT_LT(batch.bytes.capacity(), batch.plain_bytes);
    }
  }
}

// RFC 5424 makes the fraction of a second optional, but common parsers always
// require it.
TEST(BatcherTest, EverySyslogHeaderHasThreeDigitsOfItsSecond) {
  BatchRules rules;
  rules.syslog = true;
  const Batches made = Make(rules);
  std::size_t whole = 0;
  for (const auto& batch : made.batches) {
    for (const std::string_view line : LinesOf(batch->bytes)) {
      // <134>1 2026-03-02T08:00:00.000Z busyhour
      ASSERT_EQ(line.substr(26, 1), ".") << line;
      ASSERT_EQ(line.substr(30, 2), "Z ") << line;
      whole += line.substr(26, 4) == ".000";
    }
  }
  EXPECT_GT(whole, 0u);
}

// The times of the entries in messages of Loki, in ms.
std::vector<std::int64_t> EntryTimes(const Batches& made) {
  std::vector<std::int64_t> times;
  for (const auto& batch : made.batches) {
    const Json message = Json::parse(batch->bytes);
    for (const Json& stream : message["streams"]) {
      for (const Json& value : stream["values"]) {
        times.push_back(std::stoll(value[0].get<std::string>()) / 1'000'000);
      }
    }
  }
  return times;
}

// For all paces: a record is sent when it is due after the start of the run,
// and the first record sets that start if it is not known.
TEST(BatcherTest, TheTimeOfSendingFollowsThePlan) {
  BatchRules rules;
  rules.time_sent = true;
  const Job job = SmallJob(Frame::kLoki);
  const std::vector<std::int64_t> delivered = EntryTimes(Make(job, {}));
  for (const bool is_known : {true, false}) {
    SendTimes times([] { return SimTime{5000}; }, true,
                    is_known ? std::optional(SimTime{7000}) : std::nullopt);
    EXPECT_EQ(times.begin().has_value(), is_known);
    std::vector<std::int64_t> sent = EntryTimes(
        Make(job, rules, PaceUnit::kRecords, Pace(250, {}), kNever, 1, &times));
    ASSERT_EQ(sent.size(), delivered.size());
    const std::int64_t begin = times.begin().value().ms;
    EXPECT_EQ(is_known, begin == 7000);
    EXPECT_LE(begin, is_known ? 7000 : 5200);
    EXPECT_GT(begin, 5000);
    // The streams of a message are those of different logs.
    std::sort(sent.begin(), sent.end());
    for (std::size_t i = 0; i < sent.size(); ++i) {
      EXPECT_NEAR(static_cast<double>(sent[i] - begin),
                  4.0 * static_cast<double>(i), 1.01);
    }
  }
  std::int64_t now = 0;
  SendTimes unpaced([&now] { return SimTime{++now}; }, false, std::nullopt);
  const std::vector<std::int64_t> made = EntryTimes(
      Make(job, rules, PaceUnit::kRecords, Pace(), kNever, 1, &unpaced));
  EXPECT_EQ(made.size(), delivered.size());
  ASSERT_FALSE(made.empty());
  EXPECT_EQ(*std::max_element(made.begin(), made.end()), now);
  EXPECT_FALSE(unpaced.begin().has_value());
}

// The texts of the records, sorted: much cheaper to compare than the records.
std::vector<std::string> SortedTexts(
    const std::vector<nlohmann::ordered_json>& records) {
  std::vector<std::string> texts;
  for (const auto& record : records) texts.push_back(record.dump());
  std::sort(texts.begin(), texts.end());
  return texts;
}

// For all frames and shapes: the messages contain the records of the job, each
// once. If the frame names columns, the records of a message are of one log.
TEST(BatcherTest, MessagesHoldTheRecordsOfTheJob) {
  CaseFilter filter;
  for (const Shape shape : kShapes) {
    // A message has a few records, so few calls have many messages.
    Job lines = SmallJob();
    lines.extent.amount = 60;
    lines.shape = shape;
    lines.to_receiver = false;
    const auto whole = RecordsIn(Frame::kJsonl, Quickstart().Run(lines).bytes);
    for (const FrameInfo& frame : Frames()) {
      if (frame.is_columnar || !ReasonAgainst(frame.frame, shape).empty() ||
          !filter.Selects()) {
        continue;
      }
      Job job = SmallJob(frame.frame);
      job.extent = lines.extent;
      job.shape = shape;
      BatchRules rules;
      rules.limits.max_bytes = 5'000;
      rules.each_record = frame.frame == Frame::kRecord;
      const Batches made = Make(job, rules);
      ExpectRanges(made);
      EXPECT_GT(made.batches.size(), 10u);
      std::vector<nlohmann::ordered_json> records;
      for (const auto& batch : made.batches) {
        for (std::size_t i = 0; i < batch->ends.size(); ++i) {
          auto more = RecordsIn(frame.frame, batch->message(i));
          std::move(more.begin(), more.end(), std::back_inserter(records));
        }
        EXPECT_EQ(batch->category.empty(), !frame.holds_one_log());
      }
      const auto objects = AsHeldBy(frame.frame, whole);
      ASSERT_EQ(records.size(), objects.size()) << frame.name;
      if (frame.style == RowStyle::kCsv) continue;
      // The logs of such a frame have separate messages.
      EXPECT_TRUE(frame.holds_one_log()
                      ? SortedTexts(records) == SortedTexts(objects)
                      : records == objects)
          << frame.name;
    }
  }
}

// For all frames: a batch that may be split contains the position of each of
// its records.
TEST(BatcherTest, BatchesKnowTheirPieces) {
  for (const FrameInfo& frame : Frames()) {
    if (frame.is_columnar) continue;
    BatchRules rules;
    rules.may_split = true;
    rules.limits.max_bytes = 20'000;
    const Batches made = Make(SmallJob(frame.frame), rules);
    ExpectRanges(made);
    for (const auto& batch : made.batches) {
      ASSERT_EQ(batch->pieces.size(), batch->records);
      std::size_t end = 0;
      for (const LoadBatch::Piece& piece : batch->pieces) {
        ASSERT_GE(piece.begin, end);
        end = piece.begin + piece.size;
        EXPECT_NE(batch->bytes.substr(piece.begin, piece.size).find('-'),
                  std::string::npos);
      }
      ASSERT_LE(end, batch->bytes.size());
    }
  }
}

}  // namespace
}  // namespace busyhour::internal

#include "load/batch_splitter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/compress_stage.h"
#include "load/made_batches.h"

namespace busyhour::internal {
namespace {

using Json = nlohmann::json;

// The text of the batch before compression.
std::string TextOf(const LoadBatch& batch, Compression compression) {
  if (compression == Compression::kNone) return batch.bytes;
  std::string text;
  EXPECT_TRUE(
      NewCompressor(compression)->Expand(batch.bytes, batch.plain_bytes, text));
  return text;
}

bool IsJson(const FrameInfo& frame) { return !frame.close.empty(); }

// For all frames and compressions: the parts contain the records of the batch,
// each once, in order, in complete messages within the limit. They keep the
// batch's data on each record.
TEST(BatchSplitterTest, PartsAreTheBatch) {
  for (const FrameInfo& info : Frames()) {
    if (info.is_columnar) continue;
    for (const Compression compression :
         {Compression::kNone, Compression::kGzip, Compression::kZstd}) {
      const Job job = SmallJob(info.frame);
      BatchRules rules;
      rules.compression = compression;
      ASSERT_EQ(rules.labels.Set("operation", "{operationName}"), "");
      rules.may_split = true;
      rules.limits.max_bytes = 60'000;
      rules.limits.linger = kNever / 4;
      const Batches made = Make(job, rules, PaceUnit::kRecords, Pace(1000, {}));
      BatchSplitter splitter(job, rules, Quickstart().worlds);
      const LoadBatch& batch = *made.batches.at(1);
      const std::string text = TextOf(batch, compression);
      const std::size_t most = batch.bytes.size() / 4;
      const auto parts = splitter.Split(batch, most);
      ASSERT_GE(parts.size(), 4u) << info.name;
      ASSERT_LE(parts.size(), 9u) << info.name;
      std::size_t record = 0;
      RecordRanges next = batch.ranges;
      Nanos due = batch.first_due;
      for (const auto& part : parts) {
        EXPECT_EQ(part->index, batch.index);
        EXPECT_EQ(part->offset, record);
        // Smaller pieces compress less well.
        EXPECT_LE(part->bytes.size(),
                  compression == Compression::kNone ? most : 2 * most);
        EXPECT_EQ(part->ends,
                  std::vector<std::uint32_t>{
                      static_cast<std::uint32_t>(part->bytes.size())});
        const std::string part_text = TextOf(*part, compression);
        EXPECT_EQ(part_text.size(), part->plain_bytes);
        if (IsJson(info)) {
          EXPECT_TRUE(Json::accept(part_text)) << info.name;
        }
        ASSERT_EQ(part->pieces.size(), part->records);
        ASSERT_EQ(part->logs.size(), part->records);
        // No part is due earlier than the previous one, or than in the batch.
        EXPECT_GE(part->first_due, due);
        EXPECT_GE(part->due, part->first_due);
        due = part->due;
        for (std::size_t i = 0; i < part->records; ++i, ++record) {
          const LoadBatch::Piece& own = part->pieces[i];
          const LoadBatch::Piece& whole = batch.pieces[record];
          ASSERT_EQ(part_text.substr(own.begin, own.size),
                    text.substr(whole.begin, whole.size));
          ASSERT_EQ(part->logs[i], batch.logs[record]);
        }
        for (std::size_t log = 0; log < kLogTypeCount; ++log) {
          if (part->ranges[log].count == 0) continue;
          EXPECT_EQ(part->ranges[log].first, next[log].first);
          next[log].first += part->ranges[log].count;
          next[log].count -= part->ranges[log].count;
        }
      }
      EXPECT_EQ(record, batch.records);
      EXPECT_EQ(due, batch.due);
      for (const RecordRange& range : next) EXPECT_EQ(range.count, 0u);
    }
  }
}

TEST(BatchSplitterTest, PartsCanBeSplitDownToOneRecord) {
  BatchRules rules;
  rules.may_split = true;
  rules.limits.max_bytes = 10'000;
  const Batches made = Make(rules);
  BatchSplitter splitter(SmallJob(), rules, Quickstart().worlds);
  const LoadBatch& batch = *made.batches.front();
  const auto parts = splitter.Split(batch, 1);
  ASSERT_EQ(parts.size(), batch.records);
  std::string text;
  for (const auto& part : parts) {
    EXPECT_EQ(part->records, 1u);
    EXPECT_TRUE(splitter.Split(*part, 1).empty());
    text += part->bytes;
  }
  EXPECT_EQ(text, batch.bytes);
}

TEST(BatchSplitterTest, ABatchThatDoesNotKnowItsPiecesIsNotSplit) {
  BatchRules rules;
  const Batches made = Make(rules);
  BatchSplitter splitter(SmallJob(), rules, Quickstart().worlds);
  EXPECT_TRUE(splitter.Split(*made.batches.front(), 1000).empty());
}

}  // namespace
}  // namespace busyhour::internal

#include "load/batch_splitter.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "engine/compress_stage.h"
#include "load/body_limit.h"

namespace busyhour::internal {
namespace {

// When record `i` of a batch is due, interpolated linearly between the first
// and the last due time.
Nanos DueOf(const LoadBatch& batch, std::size_t i) {
  const std::size_t last = batch.pieces.size() - 1;
  if (i == last) return batch.due;
  const double share = static_cast<double>(i) / static_cast<double>(last);
  return batch.first_due +
         static_cast<Nanos>(share *
                            static_cast<double>(batch.due - batch.first_due));
}

}  // namespace

BatchSplitter::BatchSplitter(const Job& job, const BatchRules& rules,
                             const Worlds& worlds)
    : writer_(job.frame, job.shape, rules.syslog, worlds, rules.labels),
      compressor_(NewCompressor(rules.compression)) {}

bool BatchSplitter::Compress(LoadBatch& part) {
  if (!compressor_) return true;
  if (!compressor_->Compress(part.bytes, packed_)) return false;
  part.bytes.assign(packed_.data(), packed_.size());
  return true;
}

std::vector<std::string_view> BatchSplitter::SectionsIn(
    const LoadBatch& batch, std::string_view text) const {
  std::vector<std::string_view> sections;
  std::size_t end = 0;
  for (const LoadBatch::Piece& piece : batch.pieces) {
    const std::string_view between = text.substr(end, piece.begin - end);
    const auto section = writer_.SectionIn(between, sections.empty());
    sections.push_back(section ? *section : sections.back());
    end = piece.begin + piece.size;
  }
  return sections;
}

std::vector<std::unique_ptr<LoadBatch>> BatchSplitter::Split(
    const LoadBatch& batch, std::size_t most_bytes) {
  const std::size_t records = batch.pieces.size();
  if (records < 2) return {};
  std::string_view text = batch.bytes;
  if (compressor_) {
    if (!compressor_->Expand(batch.bytes, batch.plain_bytes, text_)) return {};
    text = text_;
    most_bytes = static_cast<std::size_t>(
        BodyLimit::kSafeShare * static_cast<double>(most_bytes) *
        static_cast<double>(text.size()) /
        static_cast<double>(batch.bytes.size()));
  }
  std::vector<std::unique_ptr<LoadBatch>> parts;
  RecordRanges ranges = batch.ranges;
  const std::vector<std::string_view> sections = SectionsIn(batch, text);
  for (std::size_t i = 0; i < records;) {
    auto part = std::make_unique<LoadBatch>();
    part->index = batch.index;
    part->offset = batch.offset + i;
    part->category = batch.category;
    part->hour = batch.hour;
    part->resource = batch.resource;
    part->attempts = batch.attempts;
    part->last_second = batch.last_second;
    part->sent = batch.sent;
    part->send_at = batch.send_at;
    part->first_due = DueOf(batch, i);
    writer_.Begin();
    for (; i < records; ++i) {
      const LoadBatch::Piece& piece = batch.pieces[i];
      const LogType log = batch.logs[i];
      const std::size_t before = part->bytes.size();
      const std::size_t begin = writer_.AddPiece(
          sections[i], text.substr(piece.begin, piece.size), part->bytes);
      if (part->records > 0 &&
          part->bytes.size() + writer_.end_bytes() > most_bytes) {
        part->bytes.resize(before);
        break;
      }
      part->pieces.push_back({static_cast<std::uint32_t>(begin), piece.size});
      part->logs.push_back(log);
      const auto of_log = static_cast<std::size_t>(log);
      RecordRange& range = part->ranges[of_log];
      if (range.count++ == 0) range.first = ranges[of_log].first;
      ++ranges[of_log].first;
      ++part->records;
      part->due = DueOf(batch, i);
    }
    writer_.End(part->bytes);
    part->plain_bytes = part->bytes.size();
    if (!Compress(*part)) return {};
    part->ends = {static_cast<std::uint32_t>(part->bytes.size())};
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace busyhour::internal

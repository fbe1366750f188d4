#include "engine/stream_writer.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <utility>

namespace busyhour::internal {

StreamWriter::StreamWriter(const Job& job, LogType log, Sink& sink,
                           CompressStage* stage)
    : job_(job),
      log_(log),
      sink_(sink),
      stage_(stage),
      in_blocks_(job.compression == Compression::kLz4),
      framer_(job.frame, job.shape, log, job.message_bytes, job.compression) {
  // Without files for periods, there is a file even if there are no records.
  if (Info(job.layout).period_ms == 0) {
    now_.file.number = 1;
    now_.open = true;
  }
  mark_ = point_ = now_;
}

void StreamWriter::Resume(const StreamPoint& point) {
  mark_ = now_ = point_ = point;
  framer_.Restore(point.framing);
  chunk_begin_ = point.written_text;
  drop_ = point.written_text - point.file_text;
}

Status StreamWriter::Add(const EncodePortion::Stream& records,
                         const PerLog<std::uint64_t>& bytes,
                         std::int64_t period) {
  records_ = records.bytes();
  hints_ = records.hints();
  Status status = AddRecords(records, bytes, period);
  hints_ = {};
  return status;
}

Status StreamWriter::AddRecords(const EncodePortion::Stream& records,
                                const PerLog<std::uint64_t>& bytes,
                                std::int64_t period) {
  const bool is_full =
      job_.rotate_bytes > 0 && now_.file_bytes >= job_.rotate_bytes;
  const bool is_past =
      Info(job_.layout).period_ms > 0 && now_.file.period != period;
  if (now_.open && (is_full || is_past)) {
    if (Status status = EndFile(); !status.ok()) return status;
  }
  if (job_.rotate_bytes > 0 && !in_blocks_)
    return AddAndRotate(records, period);
  if (!now_.open) {
    if (Status status = BeginFile(period); !status.ok()) return status;
  }
  return AddAll(records, bytes);
}

void StreamWriter::Count(LogType log, std::uint64_t bytes) noexcept {
  now_.bytes[log] += bytes;
  now_.file_bytes += bytes;
}

Status StreamWriter::AddAll(const EncodePortion::Stream& records,
                            const PerLog<std::uint64_t>& bytes) {
  if (Status status = AddSegment(records.bytes(), records.ends());
      !status.ok()) {
    return status;
  }
  for (const LogType log : kLogTypes) {
    Count(log, bytes[log]);
  }
  if (stage_ == nullptr) point_ = now_;
  if (job_.rotate_bytes == 0 || now_.file_bytes < job_.rotate_bytes) {
    return Status::Ok();
  }
  return EndFile();
}

Status StreamWriter::AddAndRotate(const EncodePortion::Stream& records,
                                  std::int64_t period) {
  std::string_view text = records.bytes();
  std::span<const std::uint32_t> ends = records.ends();
  std::uint32_t begin = 0;  // start of the text that is not added yet
  while (!ends.empty()) {
    if (!now_.open) {
      if (Status status = BeginFile(period); !status.ok()) return status;
    }
    // The first record that reaches the size limit, or otherwise the last
    // record.
    const std::uint64_t left = job_.rotate_bytes - now_.file_bytes;
    const auto last = std::lower_bound(
        ends.begin(), ends.end() - 1, begin + left,
        [](std::uint32_t end, std::uint64_t wanted) { return end < wanted; });
    const auto count = static_cast<std::size_t>(last - ends.begin()) + 1;
    ends_.assign(ends.begin(),
                 ends.begin() + static_cast<std::ptrdiff_t>(count));
    for (std::uint32_t& end : ends_) end -= begin;
    const std::uint32_t bytes = ends_.back();
    if (Status status = AddSegment(text.substr(0, bytes), ends_);
        !status.ok()) {
      return status;
    }
    Count(log_, bytes);
    if (stage_ == nullptr) point_ = now_;
    text.remove_prefix(bytes);
    ends = ends.subspan(count);
    begin += bytes;
    if (now_.file_bytes >= job_.rotate_bytes) {
      if (Status status = EndFile(); !status.ok()) return status;
    }
  }
  return Status::Ok();
}

Status StreamWriter::BeginFile(std::int64_t period) {
  ++now_.file.number;
  if (Info(job_.layout).period_ms > 0) {
    now_.file.part = now_.file.period == period ? now_.file.part + 1 : 0;
    now_.file.period = period;
  }
  now_.open = true;
  mark_ = now_;
  if (stage_ == nullptr) return sink_.BeginFile(now_.file);
  chunk_ = stage_->Take();
  chunk_->begins = now_.file;
  return Status::Ok();
}

Status StreamWriter::EndFile() {
  mark_ = now_;
  pieces_.clear();
  framer_.Finish(pieces_);
  if (Status status = Put(); !status.ok()) return status;
  const std::uint64_t records = now_.file_records;
  framer_.Restore({});
  now_.open = false;
  now_.file_bytes = now_.file_text = now_.written_text = 0;
  now_.framing = {};
  if (stage_ != nullptr) {
    // The chunk's point keeps the record count, for `EndFile`.
    mark_ = now_;
    now_.file_records = 0;
    return Send(true);
  }
  now_.file_records = 0;
  if (Status status = sink_.EndFile(records); !status.ok()) return status;
  point_ = now_;
  return Status::Ok();
}

Status StreamWriter::AddSegment(std::string_view text,
                                std::span<const std::uint32_t> ends) {
  mark_ = now_;
  pieces_.clear();
  framer_.Add(text, ends, pieces_);
  if (Status status = Put(); !status.ok()) return status;
  now_.records += ends.size();
  now_.file_records += ends.size();
  now_.framing = framer_.state();
  return Status::Ok();
}

Status StreamWriter::Put() {
  for (std::string_view& piece : pieces_) {
    now_.file_text += piece.size();
    const std::size_t dropped = std::min<std::uint64_t>(drop_, piece.size());
    drop_ -= dropped;
    piece.remove_prefix(dropped);
  }
  if (stage_ == nullptr) {
    now_.written_text = now_.file_text;
    return sink_.Write(pieces_);
  }
  for (const std::string_view piece : pieces_) {
    if (Status status = PutInChunks(piece); !status.ok()) return status;
  }
  return Status::Ok();
}

Status StreamWriter::PutInChunks(std::string_view piece) {
  // The other pieces are text of the framer.
  const bool is_of_records =
      !hints_.empty() && !std::less<>()(piece.data(), records_.data()) &&
      std::less<>()(piece.data(), records_.data() + records_.size());
  while (!piece.empty()) {
    if (chunk_ == nullptr) chunk_ = stage_->Take();
    const std::string_view part = piece.substr(0, chunk_->room());
    if (is_of_records) {
      const auto at = static_cast<std::size_t>(part.data() - records_.data());
      hints_ = chunk_->Append(part, at, hints_);
    } else {
      chunk_->Append(part, 0, {});
    }
    piece.remove_prefix(part.size());
    if (chunk_->room() > 0) continue;
    chunk_begin_ += CompressStage::kChunkBytes;
    mark_.written_text = chunk_begin_;
    if (Status status = Send(false); !status.ok()) return status;
  }
  return Status::Ok();
}

// Submits the current chunk. If the text ended with the previous chunk, submits
// an empty one, which is not written unless it is the file's only chunk.
Status StreamWriter::Send(bool ends_file) {
  if (chunk_ == nullptr) {
    chunk_ = stage_->Take();
    chunk_->is_void = chunk_begin_ > 0;
  }
  chunk_->writer = this;
  chunk_->ends = ends_file;
  chunk_->after = mark_;
  if (ends_file) chunk_begin_ = 0;
  return stage_->Submit(std::move(chunk_));
}

Status StreamWriter::TakeChunk(const CompressChunk& chunk) {
  const std::optional<std::string_view> packed = chunk.packed();
  if (!packed) return Status::Failed("cannot compress: out of memory");
  if (chunk.begins) {
    if (Status status = sink_.BeginFile(*chunk.begins); !status.ok()) {
      return status;
    }
  }
  if (!chunk.is_void) {
    if (Status status = sink_.Write({&*packed, 1}); !status.ok()) return status;
  }
  point_ = chunk.after;
  if (!chunk.ends) return Status::Ok();
  point_.file_records = 0;
  return sink_.EndFile(chunk.after.file_records);
}

Status StreamWriter::End() {
  if (!now_.open) return Status::Ok();
  mark_ = now_;
  pieces_.clear();
  framer_.Finish(pieces_);
  if (Status status = Put(); !status.ok()) return status;
  // A run that resumes from here writes the frame's end again.
  mark_.written_text = now_.file_text;
  if (stage_ != nullptr) return Send(false);
  point_ = mark_;
  return Status::Ok();
}

}  // namespace busyhour::internal

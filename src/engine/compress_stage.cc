#include "engine/compress_stage.h"

#include <string_view>
#include <utility>

#include "engine/stream_writer.h"

namespace busyhour {

std::unique_ptr<Compressor> NewCompressor(Compression compression) {
  switch (compression) {
    case Compression::kGzip:
      return NewGzipCompressor();
    case Compression::kZstd:
      return NewZstdCompressor();
    case Compression::kNone:
    case Compression::kLz4:
      return nullptr;
  }
  return nullptr;
}

void CompressChunk::Run(int worker) {
  ok_ = stage_.CompressorOf(worker).Compress({text_.data(), text_.size()},
                                             packed_);
}

std::size_t CompressChunk::room() const noexcept {
  return CompressStage::kChunkBytes - text_.size();
}

void CompressChunk::Append(std::string_view text) {
  text_.insert(text_.end(), text.begin(), text.end());
}

void CompressChunk::Reset() {
  writer = nullptr;
  begins.reset();
  ends = is_void = false;
  text_.clear();
}

std::optional<std::string_view> CompressChunk::packed() const noexcept {
  if (!ok_) return std::nullopt;
  return std::string_view(packed_.data(), packed_.size());
}

CompressStage::CompressStage(Compression compression, Pool& pool,
                             std::size_t most)
    : pool_(pool), most_(most) {
  for (int worker = 0; worker < pool.workers(); ++worker) {
    compressors_.push_back(NewCompressor(compression));
  }
}

std::unique_ptr<CompressChunk> CompressStage::Take() {
  if (idle_.empty()) {
    return std::make_unique<CompressChunk>(*this);
  }
  std::unique_ptr<CompressChunk> chunk = std::move(idle_.back());
  idle_.pop_back();
  return chunk;
}

Status CompressStage::Submit(std::unique_ptr<CompressChunk> chunk) {
  pool_.Submit(*chunk);
  under_way_.push_back(std::move(chunk));
  return WriteUntil(most_);
}

Status CompressStage::WriteUntil(std::size_t left) {
  while (under_way_.size() > left) {
    CompressChunk& chunk = *under_way_.front();
    pool_.Wait(chunk);
    if (Status status = chunk.writer->TakeChunk(chunk); !status.ok()) {
      return status;
    }
    chunk.Reset();
    idle_.push_back(std::move(under_way_.front()));
    under_way_.pop_front();
  }
  return Status::Ok();
}

}  // namespace busyhour

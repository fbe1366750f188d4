#include "engine/compress_stage.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "engine/stream_writer.h"

namespace busyhour::internal {

std::unique_ptr<Compressor> NewCompressor(Compression compression, int level) {
  switch (compression) {
    case Compression::kGzip:
      return NewGzipCompressor(level);
    case Compression::kZstd:
      return NewZstdCompressor(level);
    case Compression::kNone:
    case Compression::kLz4:
    case Compression::kSnappy:
      return nullptr;
  }
  return nullptr;
}

std::unique_ptr<Compressor> NewPageCompressor(Compression compression,
                                              int level) {
  switch (compression) {
    case Compression::kLz4:
      return NewLz4BlockCompressor();
    case Compression::kSnappy:
      return NewSnappyCompressor();
    default:
      return NewCompressor(compression, level);
  }
}

void CompressChunk::Run(int worker) {
  ok_ = stage_.CompressorOf(worker).Compress({text_.data(), text_.size()},
                                             hints_, packed_);
}

std::size_t CompressChunk::room() const noexcept {
  return CompressStage::kChunkBytes - text_.size();
}

std::span<const RepeatHint> CompressChunk::Append(
    std::string_view text, std::size_t at, std::span<const RepeatHint> hints) {
  const auto follows = [&](const RepeatHint& hint, std::size_t place) {
    return hint.at < place;
  };
  const auto first = std::lower_bound(hints.begin(), hints.end(), at, follows);
  const auto last =
      std::lower_bound(first, hints.end(), at + text.size(), follows);
  // Modulo 2^32, as places may become smaller.
  const auto shift = static_cast<std::uint32_t>(text_.size() - at);
  for (auto hint = first; hint != last; ++hint) {
    hints_.push_back({hint->at + shift, hint->bytes, hint->key});
  }
  text_.insert(text_.end(), text.begin(), text.end());
  return {last, hints.end()};
}

void CompressChunk::Reset() {
  writer = nullptr;
  begins.reset();
  ends = is_void = false;
  text_.clear();
  hints_.clear();
}

std::optional<std::string_view> CompressChunk::packed() const noexcept {
  if (!ok_) return std::nullopt;
  return std::string_view(packed_.data(), packed_.size());
}

CompressStage::CompressStage(Compression compression, int level, Pool& pool,
                             std::size_t most)
    : pool_(pool), most_(most) {
  for (int worker = 0; worker < pool.workers(); ++worker) {
    compressors_.push_back(NewCompressor(compression, level));
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
  under_way_.push_back(std::move(chunk));
  pool_.Submit(*under_way_.back());
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

}  // namespace busyhour::internal

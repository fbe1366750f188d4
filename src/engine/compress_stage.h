#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/repeat_hint.h"
#include "base/status.h"
#include "deliver/compressor.h"
#include "encode/compression.h"
#include "engine/pool.h"
#include "engine/stream_point.h"

namespace busyhour::internal {

class CompressStage;
class StreamWriter;

/// The compressor for compressions of the finished text, gzip and zstd; null
/// for the others.
std::unique_ptr<Compressor> NewCompressor(Compression compression,
                                          int level = kFromHints);
/// The compressor for single pages of a columnar file; null for `kNone`.
std::unique_ptr<Compressor> NewPageCompressor(Compression compression,
                                              int level);

/// A piece of a stream's text, compressed independently of the others.
class CompressChunk : public PoolTask {
 public:
  explicit CompressChunk(CompressStage& stage) : stage_(stage) {}

  void Run(int worker) override;

  std::size_t room() const noexcept;
  /// `text` must fit into the remaining room. Of `hints`, it takes those for
  /// passages that begin in `text`, which begins at `at` of their text; it
  /// returns the hints that follow.
  std::span<const RepeatHint> Append(std::string_view text, std::size_t at,
                                     std::span<const RepeatHint> hints);
  /// Resets it for reuse.
  void Reset();
  /// The compressed bytes; nothing if there was not enough memory.
  std::optional<std::string_view> packed() const noexcept;

  StreamWriter* writer = nullptr;    ///< its destination
  std::optional<StreamFile> begins;  ///< the file that it starts, if any
  bool ends = false;                 ///< whether it is the last of its file
  bool is_void = false;  ///< whether it is empty and must not be written
  StreamPoint after;     ///< the stream point after it

 private:
  CompressStage& stage_;
  std::vector<char> text_;
  std::vector<RepeatHint> hints_;
  std::vector<char> packed_;
  bool ok_ = false;
};

/// Compresses chunks with a pool's workers, and passes them to their writers in
/// their original order. For the pool's owner.
///
/// Only the size of the text determines where chunks end, so the output does
/// not depend on the workers.
class CompressStage {
 public:
  /// Text per chunk, except the last of a file: large enough that independent
  /// compression costs little (0.6 % for gzip, 2.4 % for zstd), small enough
  /// that several fit into the L3 cache.
  static constexpr std::size_t kChunkBytes = 1 << 20;

  /// At most `most` chunks are in progress. `pool` is not used before the first
  /// chunk, and must end before the stage.
  CompressStage(Compression compression, int level, Pool& pool,
                std::size_t most);

  /// The compressor of a worker of the pool.
  Compressor& CompressorOf(int worker) {
    return *compressors_[static_cast<std::size_t>(worker)];
  }
  /// An empty chunk.
  std::unique_ptr<CompressChunk> Take();
  Status Submit(std::unique_ptr<CompressChunk> chunk);
  /// Returns when all have been given to their writers.
  Status Drain() { return WriteUntil(0); }

 private:
  Status WriteUntil(std::size_t left);

  // One for each worker, because many chunks can be open at the same time.
  std::vector<std::unique_ptr<Compressor>> compressors_;
  Pool& pool_;
  std::size_t most_;
  std::deque<std::unique_ptr<CompressChunk>> under_way_;
  std::vector<std::unique_ptr<CompressChunk>> idle_;
};

}  // namespace busyhour::internal

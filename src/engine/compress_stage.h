#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/status.h"
#include "deliver/compressor.h"
#include "encode/compression.h"
#include "engine/pool.h"
#include "engine/stream_point.h"

namespace busyhour {

class Outlet;

/// The compressor of what a library compresses; null for `kNone` and `kLz4`.
std::unique_ptr<Compressor> NewCompressor(Compression compression);

/// A piece of a stream's text, compressed apart from all others.
class CompressChunk : public PoolTask {
 public:
  explicit CompressChunk(std::unique_ptr<Compressor> compressor);

  void Run(int worker) override;

  std::size_t room() const noexcept { return text_.size() - size_; }
  /// `text` must fit into the room.
  void Append(std::string_view text) noexcept;
  /// Makes it as if it were new.
  void Reset();
  /// What it came to; nothing when there was no memory.
  std::optional<std::string_view> packed() const noexcept;

  Outlet* outlet = nullptr;          ///< where it goes when it is done
  std::optional<StreamFile> begins;  ///< the file whose first it is
  bool ends = false;                 ///< whether it is the last of its file
  bool is_void = false;              ///< whether there is nothing to write
  StreamPoint after;                 ///< where to go on once it is written

 private:
  std::unique_ptr<Compressor> compressor_;
  std::vector<char> text_;
  std::size_t size_ = 0;
  std::vector<char> packed_;
  bool ok_ = false;
};

/// Has chunks compressed by a pool's workers, and gives them to their outlets
/// in the order in which they came. For the pool's owner.
///
/// Chunks are cut by the bytes of their text alone, so what comes out does not
/// depend on the workers.
class CompressStage {
 public:
  /// The text of a chunk, but for the last of a file: large enough that little
  /// is lost by beginning anew (0.6 % for gzip, 2.4 % for zstd), small enough
  /// that several fit into the third cache.
  static constexpr std::size_t kChunkBytes = 1 << 20;

  /// At most `most` chunks are under way. `pool` is not used before the first
  /// chunk, and must be gone before the stage is.
  CompressStage(Compression compression, Pool& pool, std::size_t most);

  /// An empty chunk.
  std::unique_ptr<CompressChunk> Take();
  Status Submit(std::unique_ptr<CompressChunk> chunk);
  /// Returns when all have been given to their outlets.
  Status Drain() { return WriteUntil(0); }

 private:
  Status WriteUntil(std::size_t left);

  Compression compression_;
  Pool& pool_;
  std::size_t most_;
  std::deque<std::unique_ptr<CompressChunk>> under_way_;
  std::vector<std::unique_ptr<CompressChunk>> idle_;
};

}  // namespace busyhour

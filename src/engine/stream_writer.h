#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "engine/compress_stage.h"
#include "engine/encode_portion.h"
#include "engine/stream_point.h"

namespace busyhour::internal {

/// The last part of a stream's path: encoded records -> frame -> files -> sink,
/// with compression by the workers in between. For the pool's owner.
///
/// Only the records determine where a file ends: by their period, or by the
/// size of the file.
class StreamWriter {
 public:
  /// `log` is the log of its records, or the first of several. `stage` is null
  /// without compression. All references must outlive it.
  StreamWriter(const Job& job, LogType log, Sink& sink, CompressStage* stage);
  /// Continues from the point of an earlier run; call it before anything is
  /// added.
  void Resume(const StreamPoint& point);

  /// Adds records, all of this period (`PeriodOf`); `bytes` is the size of
  /// their text by log.
  Status Add(const EncodePortion::Stream& records,
             const PerLog<std::uint64_t>& bytes, std::int64_t period);
  /// No more records follow. Wait for the stage before the sink is finished.
  Status End();

  /// Called by the stage.
  Status TakeChunk(const CompressChunk& chunk);

  /// The point from which the stream can be resumed with the current content of
  /// its sink.
  const StreamPoint& point() const noexcept { return point_; }

 private:
  Status BeginFile(std::int64_t period);
  Status EndFile();
  Status AddRecords(const EncodePortion::Stream& records,
                    const PerLog<std::uint64_t>& bytes, std::int64_t period);
  Status AddAll(const EncodePortion::Stream& records,
                const PerLog<std::uint64_t>& bytes);
  // Adds records until the file reaches its size limit, then begins the next
  // file.
  Status AddAndRotate(const EncodePortion::Stream& records,
                      std::int64_t period);
  Status AddSegment(std::string_view text, std::span<const std::uint32_t> ends);
  // Writes the framer's output to the sink or to chunks.
  Status Put();
  Status PutInChunks(std::string_view piece);
  Status Send(bool ends_file);
  void Count(LogType log, std::uint64_t bytes) noexcept;

  const Job& job_;
  LogType log_;
  Sink& sink_;
  CompressStage* stage_;
  bool in_blocks_;  // LZ4: a file cannot end within a block
  Framer framer_;
  StreamPoint mark_;   // before the records that are being added
  StreamPoint now_;    // after these records
  StreamPoint point_;  // the sink's current content
  std::unique_ptr<CompressChunk> chunk_;  // the chunk that is being filled
  std::uint64_t chunk_begin_ = 0;         // its offset in the text of the file
  std::uint64_t drop_ = 0;  // bytes of text that are already in the sink
  std::vector<std::string_view> pieces_;
  // The records that are being added, and the hints that are still ahead.
  std::string_view records_;
  std::span<const RepeatHint> hints_;
  std::vector<std::uint32_t> ends_;  // ends of a part of a portion's records
};

}  // namespace busyhour::internal

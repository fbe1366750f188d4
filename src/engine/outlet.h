#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "engine/compress_stage.h"
#include "engine/portion.h"
#include "engine/stream_point.h"

namespace busyhour {

/// The last stretch of a stream: encoded records -> frame -> files -> sink, by
/// way of the workers where they compress. For the pool's owner.
///
/// Where a file ends depends on the records alone: on the hour in which one is
/// delivered, or on the size that its file has reached.
class Outlet {
 public:
  /// `log` is that of its records, or the first of several. `stage` may be
  /// null, when there is nothing for it to do. All references must outlive it.
  Outlet(const Job& job, LogType log, Sink& sink, CompressStage* stage);
  /// Goes on from where another got to; before anything is added.
  void Resume(const StreamPoint& point);

  /// Adds records, all delivered in `hour`; `bytes` is how much text there is
  /// of each log, of those that go here.
  Status Add(const EncodePortion::Stream& records,
             const PerLog<std::uint64_t>& bytes, std::int64_t hour);
  /// No record is to come. What is under way in the stage is to be waited for
  /// before the sink is finished.
  Status End();

  /// Called by the stage.
  Status TakeChunk(const CompressChunk& chunk);

  Sink& sink() const noexcept { return sink_; }
  /// From where the stream can be gone on with, given what its sink has by now.
  const StreamPoint& point() const noexcept { return point_; }

 private:
  Status BeginFile(std::int64_t hour);
  Status EndFile();
  Status AddAll(const EncodePortion::Stream& records,
                const PerLog<std::uint64_t>& bytes);
  // Adds records until the file has reached its size, and begins others.
  Status AddAndRotate(const EncodePortion::Stream& records, std::int64_t hour);
  Status AddSegment(std::string_view text, std::span<const std::uint32_t> ends);
  // Passes on what the framer has put together.
  Status Put();
  Status Send(bool ends_file);
  void Count(LogType log, std::uint64_t bytes) noexcept;

  const Job& job_;
  LogType log_;
  Sink& sink_;
  CompressStage* stage_;
  bool in_blocks_;  // LZ4: not to be cut between two records
  Framer framer_;
  StreamPoint mark_;   // before the records that are being added
  StreamPoint now_;    // behind them
  StreamPoint point_;  // what the sink has
  std::unique_ptr<CompressChunk> chunk_;  // being filled
  std::uint64_t chunk_begin_ = 0;         // in the text of the file
  std::uint64_t drop_ = 0;                // text that the sink has already
  std::vector<std::string_view> pieces_;
  std::vector<std::uint32_t> ends_;  // of a part of a portion
};

}  // namespace busyhour

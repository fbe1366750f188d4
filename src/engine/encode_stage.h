#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/status.h"
#include "deliver/sink.h"
#include "engine/compress_stage.h"
#include "engine/encode_portion.h"
#include "engine/pool.h"
#include "engine/record_stage.h"
#include "engine/stream_point.h"
#include "engine/stream_writer.h"
#include "engine/tally.h"
#include "engine/unsorted_seconds.h"
#include "logs/record.h"

namespace busyhour::internal {

/// Encodes records with a pool's workers, and writes them in their original
/// order. For the pool's owner.
class EncodeStage : public RecordStage {
 public:
  /// All must outlive it; `pool` must end before it. At most `window` portions
  /// are in progress. `taker` takes the encoded records instead of the sinks,
  /// unless it is null. What is written is counted in `tally`.
  EncodeStage(const PortionContext& context, const std::vector<Sink*>& sinks,
              PortionTaker* taker, Pool& pool, std::size_t window,
              Tally& tally);

  void Resume(std::size_t stream, const StreamPoint& point) override;
  /// They become one portion.
  Status Submit(std::span<const Record> records) override;
  Status Submit(UnsortedSeconds& seconds) override;
  Status Finish() override;
  std::vector<StreamPoint> points() const override;

 private:
  std::unique_ptr<EncodePortion> Take();
  Status SubmitPortion(std::unique_ptr<EncodePortion> portion);
  void MarkBeginnings(EncodePortion& portion);
  Status WriteUntil(std::size_t left);
  Status Write(EncodePortion& portion);

  const PortionContext& context_;
  const std::vector<Sink*>& sinks_;
  PortionTaker* const taker_;
  Pool& pool_;
  const std::size_t window_;
  Tally& tally_;
  std::optional<CompressStage> compress_;
  std::deque<StreamWriter> writers_;  // must not be moved
  std::vector<LogType> logs_;         // of the streams

  std::deque<std::unique_ptr<EncodePortion>> encoding_;
  // A portion that is written, while a sink may still hold some of its bytes.
  struct Lent {
    std::uint64_t end;  ///< total bytes written up to its end
    std::unique_ptr<EncodePortion> portion;
  };
  std::deque<Lent> lent_;
  std::vector<std::unique_ptr<EncodePortion>> idle_;
  std::uint64_t written_ = 0;
  // Which streams have a record so far, and how many do not; known where
  // `EncodePortion::Stream::begins` matters.
  std::vector<bool> begun_;
  std::size_t streams_to_begin_ = 0;
};

}  // namespace busyhour::internal

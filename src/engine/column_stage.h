#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "columns/column_batch.h"
#include "columns/log_columns.h"
#include "deliver/compressor.h"
#include "deliver/sink.h"
#include "engine/pool.h"
#include "engine/portion_context.h"
#include "engine/record_stage.h"
#include "engine/tally.h"
#include "engine/unsorted_seconds.h"
#include "logs/record.h"
#include "parquet/parquet_file.h"

namespace busyhour::internal {

/// Writes records as Parquet files, one log in each. A pool's workers make row
/// groups; the owner collects their records and writes the files.
///
/// Only the records determine where a row group ends: it has a fixed number of
/// them, except the last one of a file. A run that is resumed makes the row
/// groups of an unfinished file again, because the footer describes them, and
/// writes those that the file does not have.
class ColumnStage : public RecordStage {
 public:
  static constexpr std::size_t kRowsAGroup = 128 * 1024;

  /// All must outlive it; `pool` must end before it. At most `window` row
  /// groups are in progress. What is written is counted in `tally`; its bytes
  /// are those of the pages before compression.
  ColumnStage(const PortionContext& context, const std::vector<Sink*>& sinks,
              Pool& pool, std::size_t window, Tally& tally);
  ~ColumnStage() override;

  void Resume(std::size_t stream, const StreamPoint& point) override;
  Status Submit(std::span<const Record> records) override;
  Status Submit(UnsortedSeconds& seconds) override;
  Status Finish() override;
  std::vector<StreamPoint> points() const override;

 private:
  struct Stream;
  class GroupTask;
  // The private data of a worker.
  struct Space {
    Space(const Worlds& worlds, const Job& job);

    ColumnBatch batch;
    std::unique_ptr<Compressor> compressor;
    ChunkWriter writer;
  };

  Status SubmitGroup(Stream& stream);
  // Writes row groups in order, until at most `left` are in progress.
  Status WriteUntil(std::size_t left);
  Status Write(GroupTask& task);
  Status Put(Stream& stream, std::string_view text);
  Status BeginFile(Stream& stream);
  // Writes the end of the file, which remains the current one.
  Status EndText(Stream& stream);

  const PortionContext& context_;
  Pool& pool_;
  const std::size_t window_;
  Tally& tally_;
  std::vector<Record> sorted_;
  std::vector<std::unique_ptr<Stream>> streams_;
  std::vector<std::unique_ptr<Space>> spaces_;  // of the workers
  std::deque<std::unique_ptr<GroupTask>> tasks_;
  std::vector<std::unique_ptr<GroupTask>> idle_;
};

}  // namespace busyhour::internal

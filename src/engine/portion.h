#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "encode/encoder.h"
#include "engine/call_source.h"
#include "engine/extent_meter.h"
#include "engine/image_cache.h"
#include "engine/pool.h"
#include "engine/routes.h"
#include "engine/scribe.h"
#include "engine/second_sorter.h"
#include "engine/shared_images.h"
#include "engine/tally.h"
#include "engine/unsorted_seconds.h"
#include "faults/faults.h"
#include "faults/faulty_text.h"

// The two kinds of tasks for the workers of a `Pipe`.

namespace busyhour::internal {

class TextSource;

/// The private data of a worker.
struct Workspace {
  Workspace(const Worlds& worlds, const Encoder& encoder, const Job& job,
            std::size_t image_count)
      : scribe(worlds, job),
        images(worlds, image_count),
        scratch(encoder.max_record_bytes()) {}

  Scribe scribe;
  SecondSorter sorter;
  ImageCache images;
  std::vector<char> scratch;
  std::string wrapped;  ///< a wrapped row (`WrapsRows`)
};

/// Counts a record that is not encoded (again).
void CountWithoutText(const Record& record, const Worlds& worlds,
                      Tally& tally) noexcept;

/// The data that all portions of a run share.
struct PortionContext {
  const Worlds* worlds = nullptr;
  const Encoder* encoder = nullptr;
  const Job* job = nullptr;
  RowFormat rows;  ///< format of the encoder's rows
  Routes routes;
  std::size_t streams = 1;
  std::vector<Workspace>* workspaces = nullptr;
  /// The faults of the records; null for none.
  const Faults* faults = nullptr;
  /// Has the texts of the records, which are then not encoded; may be null.
  TextSource* texts = nullptr;
  /// The images of the calls; null if each worker renders those it needs.
  SharedImages* images = nullptr;
  /// The resource whose calls are wanted, if not all.
  std::optional<std::uint32_t> only = std::nullopt;
};

/// Calls -> records.
class SimulatePortion : public PoolTask {
 public:
  /// The size of one call.
  struct CallSize {
    std::uint32_t records = 0;
    std::uint64_t bytes = 0;  ///< 0 unless the extent counts bytes
    /// Number of its records in `records()`. It differs from `records` if
    /// faults drop or duplicate some.
    std::uint32_t delivered = 0;
    /// Whether it is a call of the job's shard, and of a resource that is
    /// wanted.
    bool is_wanted = true;
    /// Whether it counts in the extent: not if its caller's first attempt was
    /// in the warm-up.
    bool in_extent = true;
    /// Whether the job's filter selects it, and it has records.
    bool is_selected = true;
  };

  explicit SimulatePortion(const PortionContext& context) : context_(context) {}

  void Run(int worker) override;

  /// The calls to simulate; set by the owner.
  std::vector<CallSpan> spans;
  /// Every call in slots before this one is in this portion or earlier ones.
  std::uint64_t complete_slot = 0;
  /// The numbers of its calls end here, and those whose images it may write
  /// (`SharedImages::BeginCalls`); set by the owner.
  std::uint64_t end_number = 0;
  std::uint64_t end_of_images = 0;

  const std::vector<CallSize>& calls() const noexcept { return calls_; }
  /// The records of all calls, in the order of the calls.
  const std::vector<Record>& records() const noexcept { return records_; }
  /// The faults of each call; empty if there are none.
  const std::vector<FaultCounts>& faults() const noexcept { return faults_; }

 private:
  void AddCall(std::uint64_t slot, std::uint32_t call_number, bool is_wanted,
               const ExtentMeter& meter, Workspace& workspace);
  void ApplyFaults(std::uint64_t stream_key, std::size_t begin);
  std::uint64_t BytesOf(std::span<const Record> records,
                        Workspace& workspace) const;

  const PortionContext& context_;
  std::vector<CallSize> calls_;
  std::vector<Record> records_;
  std::vector<FaultCounts> faults_;
  std::vector<Record> clean_;  // one call's records before faults
};

/// Records in order of delivery -> bytes.
class EncodePortion : public PoolTask {
 public:
  /// The bytes for one sink.
  struct Stream {
    std::vector<char> buffer;
    char* end = nullptr;               // end of the bytes in the buffer
    std::vector<std::uint32_t> space;  // for the ends of records
    std::size_t records = 0;
    std::uint64_t text_bytes = 0;  // of the records, before compression
    std::optional<Lz4Block> block;
    std::vector<RepeatHint> hint_space;
    RepeatHints hints_so_far;  // of the bytes, if they will be compressed
    /// Whether its first record is the first of the stream; set by the owner if
    /// blocks are made (`Compression::kLz4`).
    bool begins = false;

    std::string_view bytes() const noexcept {
      return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
    }
    std::span<const std::uint32_t> ends() const noexcept {
      return {space.data(), records};
    }
    /// In order of their places in `bytes()`; empty unless the context gives
    /// hints.
    std::span<const RepeatHint> hints() const noexcept {
      if (hint_space.empty()) return {};
      return {hint_space.data(), hints_so_far.end()};
    }
    /// Adds the text of a record.
    void Append(std::string_view text);
  };

  explicit EncodePortion(const PortionContext& context);

  void Run(int worker) override;
  /// Removes the texts of earlier records.
  void Clear() noexcept;
  /// Makes `records` those of `seconds`, if it has any.
  void Sort(SecondSorter& sorter);

  /// The records to encode, in order of delivery; set by the owner, or by `Run`
  /// to those of `seconds`.
  std::vector<Record> records;
  /// Set and released by the owner; may be empty.
  UnsortedSeconds seconds;
  /// The period of the records, as `PeriodOf`; set by the owner.
  std::int64_t period = -1;
  /// As `SharedImages::BeginRecords`, if images are shared; set by the owner.
  std::uint32_t newest_call = 0;

  const std::vector<Stream>& streams() const noexcept { return streams_; }
  std::vector<Stream>& streams() noexcept { return streams_; }
  const Tally& tally() const noexcept { return tally_; }

 private:
  const PortionContext& context_;
  void MakeRoom();
  void MakeRoom(Stream& stream, std::size_t max_records);
  void CountStreams();
  void CountTexts();
  void EncodeTexts(PortionImages& images);
  void EncodeWithHints(PortionImages& images);
  void EncodeBlocks(PortionImages& images);
  void EncodeOneByOne(PortionImages& images, Workspace& workspace);
  // Calls `encode(stream, record, ids, image)`, which returns the bytes of the
  // record's text, for all records.
  template <class Encode>
  void EncodeAll(PortionImages& images, const Encode& encode);
  // The same without item ids, unless `encode` sets them.
  template <class Encode>
  void EncodeEach(PortionImages& images, const Encode& encode);

  std::vector<Stream> streams_;
  std::vector<std::size_t> records_left_;  // per stream, while encoding
  Tally tally_;
  std::optional<FaultyText> faulty_;
};

/// Has the texts of records that were encoded before.
class TextSource {
 public:
  virtual ~TextSource() = default;

  /// Adds the texts of the portion's records to its streams, which are empty.
  /// Called by the pipe's owner for all portions in order.
  virtual Status Read(EncodePortion& portion) = 0;
  /// Fails if there are more records. Called by the owner after the last
  /// portion, before the sinks are finished.
  virtual Status Finish() = 0;
};

/// Takes encoded records in order of delivery, instead of frames and sinks.
class PortionTaker {
 public:
  virtual ~PortionTaker() = default;

  /// The portion's streams contain the texts of its records, in order; valid
  /// until the call returns. Called by the pipe's owner.
  virtual Status Take(const EncodePortion& portion) = 0;
};

}  // namespace busyhour::internal

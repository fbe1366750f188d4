#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "encode/encoder.h"
#include "engine/pool.h"
#include "engine/portion_context.h"
#include "engine/second_sorter.h"
#include "engine/tally.h"
#include "engine/unsorted_seconds.h"
#include "faults/faulty_text.h"

namespace busyhour::internal {

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

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/repeat_hint.h"
#include "encode/call_image.h"
#include "encode/lz4_block.h"
#include "encode/row.h"
#include "encode/skeleton.h"
#include "logs/record.h"
#include "logs/vocabulary.h"

namespace busyhour::internal {

/// The instructions that write records. The bytes are the same for all.
enum class Vectors : std::uint8_t {
  kBest,   ///< those that this processor supports
  kPlain,  ///< those that every processor supports
};

/// Writes records as text.
///
/// Constant after construction: any number of threads may share one. It keeps
/// no reference to the vocabulary.
///
///   Encoder encoder(vocabulary, Shape::kResourceLog, {}, logs);
///   CallImage image;
///   image.SetFacts(facts);
///   image.SetCorrelation(0, correlation);
///   char* end = encoder.Encode(record, ids, image, buffer);
class Encoder {
 public:
  /// The vocabularies are those of the resources, by number.
  Encoder(const std::vector<const Vocabulary*>& vocabularies, Shape shape,
          const RowFormat& rows, LogSet logs, Vectors vectors = Vectors::kBest);
  /// For one resource.
  Encoder(const Vocabulary& vocabulary, Shape shape, const RowFormat& rows,
          LogSet logs, Vectors vectors = Vectors::kBest)
      : Encoder(std::vector{&vocabulary}, shape, rows, logs, vectors) {}

  /// Writes one record as a row, with the text before and after it, and returns
  /// its end. It may overwrite up to `max_record_bytes()` from `p` on. `image`
  /// must be the image of the record's call with the same correlation epoch.
  char* Encode(const Record& record, const RecordIds& ids,
               const CallImage& image, char* p) const noexcept {
    const LogWriter& writer = WriterOf(record);
    return writer.write(writer.skeleton, record, ids, image, p);
  }

  /// The same, and adds up to `max_record_hints()` hints for compressors.
  char* Encode(const Record& record, const RecordIds& ids,
               const CallImage& image, char* p,
               RepeatHints& hints) const noexcept {
    const LogWriter& writer = WriterOf(record);
    return writer.write_hints(writer.skeleton, record, ids, image,
                              writer.first_text, hints, p);
  }
  /// Includes one hint that is overwritten after the last one.
  std::size_t max_record_hints() const noexcept { return max_hints_ + 1; }

  /// The same as part of an LZ4 block, which must have `text_count()` texts.
  void EncodeLz4(const Record& record, const RecordIds& ids,
                 const CallImage& image, Lz4Block& block) const noexcept {
    const LogWriter& writer = WriterOf(record);
    writer.write_lz4(writer.skeleton, record, ids, image, writer.first_text,
                     block);
  }
  std::size_t text_count() const noexcept { return text_count_; }

  /// Maximum size of a record, including bytes that are overwritten after its
  /// end.
  std::size_t max_record_bytes(LogType log) const noexcept {
    return max_bytes_[log];
  }
  /// Whether records need `RecordIds::item`.
  bool has_item_ids() const noexcept { return has_item_ids_; }
  /// Whether the log's records read more of the call's image than its first
  /// cache line.
  bool reads_whole_image(LogType log) const noexcept {
    return reads_whole_image_[log];
  }
  /// The maximum over all chosen logs.
  std::size_t max_record_bytes() const noexcept { return max_record_bytes_; }

 private:
  using Writer = char* (*)(const Skeleton& skeleton, const Record& record,
                           const RecordIds& ids, const CallImage& image,
                           char* p) noexcept;
  using HintsWriter = char* (*)(const Skeleton& skeleton, const Record& record,
                                const RecordIds& ids, const CallImage& image,
                                std::size_t first_text, RepeatHints& hints,
                                char* p) noexcept;
  using Lz4Writer = void (*)(const Skeleton& skeleton, const Record& record,
                             const RecordIds& ids, const CallImage& image,
                             std::size_t first_text, Lz4Block& block) noexcept;

  // Writes the records of one resource in one log.
  struct LogWriter {
    Skeleton skeleton;
    Writer write = nullptr;
    HintsWriter write_hints = nullptr;
    Lz4Writer write_lz4 = nullptr;
    // The number of its first text among the texts of all.
    std::size_t first_text = 0;
  };
  const LogWriter& WriterOf(const Record& record) const noexcept {
    return writers_[record.resource() * kLogTypeCount +
                    static_cast<std::size_t>(record.log())];
  }
  void Add(const Vocabulary& vocabulary, Shape shape, const RowFormat& rows,
           LogSet logs, bool has_avx2);

  std::vector<LogWriter> writers_;  // by resource and log
  PerLog<std::size_t> max_bytes_{};
  PerLog<bool> reads_whole_image_{};
  std::size_t text_count_ = 0;
  std::size_t max_record_bytes_ = 0;
  std::size_t max_hints_ = 0;
  bool has_item_ids_ = false;
};

}  // namespace busyhour::internal
